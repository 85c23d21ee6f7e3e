import { describe, expect, it } from 'vitest';
import { LiveRun } from '../../../src/visualize/run-file/live-run.ts';
import { recordRun } from '../../../src/visualize/run-file/record-run.ts';
import { ShownRun } from '../../../src/visualize/run-file/shown-run.ts';
import { demoScenario } from '../../../src/visualize/web/fleet/demo-scenario.ts';
import { shownRun } from '../../support/shown-run.ts';

const file = recordRun(demoScenario({ hosts: 50, waves: 3, seed: 4, onHealthFailure: 'halt', trouble: 'none' }));
const { title, startAt, rollouts } = file;
const { events } = shownRun(file).history;
const head = JSON.stringify({ title, startAt, rollouts });

describe('a live run', () => {
  it('becomes the same run as in a file', () => {
    const live = new LiveRun();
    expect(live.read()).toBeNull();
    expect(live.takeHead(head)).toBe(true);
    for (const event of events) expect(live.takeEvent(JSON.stringify(event))).toBe(true);
    const read = live.read();
    expect(read?.events).toEqual(events);
    expect(read?.file.rollouts).toEqual(rollouts);
    if (read !== null) expect(shownRun(read.file).history.moves).toEqual(new ShownRun(read).history.moves);
  });
  it('measures times from the new start that a head names', () => {
    const live = new LiveRun();
    live.takeHead(head);
    for (const event of events.slice(0, 20)) live.takeEvent(JSON.stringify(event));
    const before = live.read()?.events ?? [];
    live.takeHead(JSON.stringify({ title, startAt: startAt - 1000, rollouts }));
    const after = live.read()?.events ?? [];
    expect(after.map(({ runMs }) => runMs)).toEqual(before.map(({ runMs }) => runMs + 1000));
    const dispatched = after.findIndex(({ type }) => type === 'HostDispatched');
    expect(after[dispatched]).toMatchObject({ runMs: (before[dispatched]?.runMs ?? 0) + 1000 });
  });
  it('refuses what it cannot read', () => {
    const live = new LiveRun();
    for (const bad of ['', '{', '{}', 'null', '{"type":"Nothing"}']) {
      expect(live.takeHead(bad)).toBe(false);
      expect(live.takeEvent(bad)).toBe(false);
    }
  });
});
