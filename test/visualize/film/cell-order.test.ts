import { describe, expect, it } from 'vitest';
import { orderCells } from '../../../src/visualize/film/cell-order.ts';
import { filmOfRun } from '../../../src/visualize/film/film-of-run.ts';
import { worstFirst } from '../../../src/visualize/film/looks.ts';
import { recordRun } from '../../../src/visualize/run-file/record-run.ts';
import { demoScenario } from '../../../src/visualize/web/fleet/demo-scenario.ts';
import { shownRun } from '../../support/shown-run.ts';

const run = filmOfRun(
  shownRun(
    recordRun(
      demoScenario({ hosts: 40, waves: 3, seed: 5, onHealthFailure: 'rollback-and-halt', trouble: 'a few bad hosts' }),
    ),
  ),
);
const { film, lanes, laneOf, endRunMs } = run;

/** Whether every wave is sorted by a number, then by host. */
function isSorted(hostAt: Uint32Array, rankOf: (host: number) => number): boolean {
  return lanes.every(({ firstHost, hosts }) => {
    const own = [...hostAt.subarray(firstHost, firstHost + hosts)];
    return own.every((host, at) => {
      const before = own[at - 1];
      if (before === undefined) return true;
      return rankOf(before) < rankOf(host) || (rankOf(before) === rankOf(host) && before < host);
    });
  });
}

describe('the order of the cells', () => {
  it('by name is that of the run file', () => expect(orderCells('name', run, endRunMs)).toBeNull());

  it.each([0, 0.3, 0.6, 1])('has every host once, in its wave, sorted by state or change (%d)', (share) => {
    const runMs = share * endRunMs;
    const looks = film.looksAt(runMs);
    const changedAt = (host: number) => {
      const own = [...film.who.keys()].filter((at) => film.who[at] === host && (film.times[at] ?? 0) <= runMs);
      return film.times[own.at(-1) ?? -1] ?? -1;
    };
    const byState = orderCells('state', run, runMs);
    const byChange = orderCells('change', run, runMs);
    for (const order of [byState, byChange]) {
      expect([...(order?.hostAt ?? [])].toSorted((a, b) => a - b)).toEqual([...laneOf.keys()]);
      for (const [host, place] of (order?.placeOf ?? []).entries()) {
        expect(order?.hostAt[place]).toBe(host);
        expect(laneOf[place]).toBe(laneOf[host]);
      }
    }
    expect(byState !== null && isSorted(byState.hostAt, (host) => worstFirst.indexOf(looks[host] ?? 0))).toBe(true);
    expect(byChange !== null && isSorted(byChange.hostAt, (host) => -changedAt(host))).toBe(true);
  });
});
