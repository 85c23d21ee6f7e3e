import { describe, expect, it } from 'vitest';
import { hostMatcher } from '../../../src/text/index.ts';
import { filteredRows, readLogFilter } from '../../../src/visualize/log/log-filter.ts';
import { hostNumberOf, logRows, whatOf, whoOf } from '../../../src/visualize/log/log-rows.ts';
import { recordRun } from '../../../src/visualize/run-file/record-run.ts';
import { demoScenario } from '../../../src/visualize/web/fleet/demo-scenario.ts';
import { shownRun } from '../../support/shown-run.ts';

const run = shownRun(
  recordRun(
    demoScenario({ hosts: 60, waves: 3, seed: 3, onHealthFailure: 'rollback-and-halt', trouble: 'a few bad hosts' }),
  ),
);
const { history } = run;
/** The result of steps. */
function resultOf<Result>(steps: Generator<void, Result>): Result {
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

const rows = resultOf(logRows(history.events));

describe('the log', () => {
  it('has every event once, with consecutive passing results of a probe merged', () => {
    const events = history.events.filter(({ type }) => type !== 'AgentTransition');
    expect(rows.reduce((sum, { times }) => sum + times, 0)).toBe(events.length);
    expect(rows.length).toBeLessThan(events.length);
    for (const { event } of rows) expect(whatOf(event)).not.toBe('');
  });
  it('links a row to its host', () => {
    for (const { event } of rows) {
      const number = hostNumberOf(event, history);
      if (number >= 0) expect(run.hosts[number]?.hostname).toBe(whoOf(event));
    }
  });
});

describe('the filter of the log', () => {
  const shown = (text: string) => {
    const filter = text === '' ? null : readLogFilter(text, history);
    return resultOf(filteredRows(rows, filter)).map(({ event }) => event);
  };
  it('reads hosts as patterns, events by name, waves by number, and words', () => {
    const isWeb = hostMatcher('web-*');
    const ofWeb = shown('host:web-*');
    expect(ofWeb.length).toBeGreaterThan(0);
    for (const event of ofWeb) expect(isWeb(whoOf(event))).toBe(true);
    for (const event of shown('event:failed')) expect(JSON.stringify(event).toLowerCase()).toContain('failed');
    for (const event of shown('wave:0')) {
      const track = run.hosts[hostNumberOf(event, history)];
      if (track !== undefined) expect(track.wave).toBe(0);
    }
    expect(shown('host:web-* event:hosttransition converged').length).toBeGreaterThan(0);
    expect(shown('no-such-word')).toEqual([]);
    expect(shown('   ')).toHaveLength(rows.length);
  });
});
