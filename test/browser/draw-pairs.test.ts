import { expect, it } from 'vitest';
import { lookOfState, NOT_STARTED } from '../../src/visualize/film/looks.ts';
import { packCells } from '../../src/visualize/film/pack-cells.ts';
import { ABSENT, drawPairs, worseOfPairs } from '../../src/visualize/web/fleet/draw-pairs.ts';

const [failed, converged] = [lookOfState('Failed'), lookOfState('Converged')];
const waves = {
  lanes: [{ rollout: 0, wave: 0, name: 'stable · 0', firstHost: 0, hosts: 30 }],
  laneOf: new Uint16Array(30),
  order: null,
};
const colours = { fills: [], inks: [], border: '', text: '', muted: '', card: '', bad: '', flash: '' };

it('only a differing pair has a ring, for the run in which its host is bad', () => {
  const a = Uint8Array.of(failed, failed, converged, ABSENT);
  const b = Uint8Array.of(failed, converged, failed, failed);
  expect([...worseOfPairs({ a, b })]).toEqual([NOT_STARTED, failed, failed, failed]);
});

// Regression: after a jump, edges of the previous colours remained between the cells.
it('cells are cleared in whole pixels, even if their size is fractional', () => {
  const layout = packCells([30], 161, 90);
  expect(Number.isInteger(layout.cell)).toBe(false);
  const cleared: number[] = [];
  const context = {
    clearRect: (...box: readonly number[]) => cleared.push(...box),
    fillRect: () => undefined,
  };
  const [before, now] = [new Uint8Array(30), new Uint8Array(30).fill(converged)];
  drawPairs(
    // Safe: pairs that agree need no more of a context than this.
    context as unknown as CanvasRenderingContext2D,
    waves,
    layout,
    { a: now, b: now },
    1,
    colours,
    { a: before, b: before },
  );
  expect(cleared.length).toBe(4 * 30);
  expect(cleared.filter((each) => !Number.isInteger(each))).toEqual([]);
});
