import { expect, test } from 'vitest';
import { DEFAULT_SCENARIO, simulate, writeScenario, type Run } from '../../src/simulator/index.ts';
import { resultReport } from '../../src/simulator/report/index.ts';
import { parseFreeze, writeFreeze } from '../../src/simulator/extensions.ts';
import { linesOf, scenarioOf } from './scenario-file/read-problems.ts';

const MINUTE_MS = 60_000;
const TWO_CHANNELS = `
starts: 2026-01-01T21:50:00Z
fleet:
  channels:
    edge: { hosts: { web: 2 }, waves: [{ hosts: web-01, soak: 5m }, { hosts: the rest }] }
    stable: { hosts: { db: 2 }, waves: [{ hosts: db-01, soak: 20m }, { hosts: the rest }] }
`;

const runOf = (more: string): Run => simulate(scenarioOf(TWO_CHANNELS + more));
const textOf = (run: Run): string => resultReport(run, { width: 120, colour: false });
const dispatchedMs = ({ history }: Run, rolloutId: string, hostname: string): number =>
  history.trackOf(rolloutId, hostname)?.view.dispatchedRunMs ?? -1;
const EDGE = 'edge@release-1';
const STABLE = 'stable@release-1';

test('without extensions nothing changes, and a scenario has none', () => {
  expect(DEFAULT_SCENARIO.extensions).toBeUndefined();
  expect(textOf(runOf(''))).not.toContain('not in the protocol');
});

test('in a freeze nothing is dispatched, and afterwards everything is', () => {
  const run = runOf('extensions: { freeze: 22:00 to 23:00 }');
  expect(run).toMatchObject({ outcome: 'terminal', violations: [] });
  const [first, second] = ['web-01', 'db-02'].map((host) => dispatchedMs(run, host === 'web-01' ? EDGE : STABLE, host));
  expect(first).toBeLessThan(10 * MINUTE_MS);
  expect(second).toBeGreaterThanOrEqual(70 * MINUTE_MS);
  expect(textOf(run)).toMatch(/waited \S+ \S+ for freeze \(not in the protocol\)/);
});

test('a pause holds everything from one time to another', () => {
  const run = runOf('extensions: { pause: 3m to 40m }');
  expect(run).toMatchObject({ outcome: 'terminal', violations: [] });
  expect(dispatchedMs(run, EDGE, 'web-02')).toBeGreaterThanOrEqual(40 * MINUTE_MS);
  expect(textOf(run)).toMatch(/waited \S+ \S+ for pause \(not in the protocol\)/);
});

test('each wave but the first waits for an approval', () => {
  const [plain, run] = [runOf(''), runOf('extensions: { approval: 30m }')];
  expect(run).toMatchObject({ outcome: 'terminal', violations: [] });
  expect(dispatchedMs(run, EDGE, 'web-01')).toBe(dispatchedMs(plain, EDGE, 'web-01'));
  const laterMs = dispatchedMs(run, EDGE, 'web-02') - dispatchedMs(plain, EDGE, 'web-02');
  expect(laterMs).toBeGreaterThanOrEqual(30 * MINUTE_MS);
  expect(laterMs).toBeLessThan(31 * MINUTE_MS);
  expect(textOf(run)).toMatch(/waited \S+ \S+ for approval \(not in the protocol\)/);
});

test('a threshold of failures stops the other channels, which go on without it', () => {
  const bad = '\nsteps: [{ at: 0s, do: fail-activation, hosts: web-01 }]\n';
  const [plain, run] = [runOf(bad), runOf(`extensions: { failure-threshold: 1 }${bad}`)];
  expect(dispatchedMs(plain, STABLE, 'db-02')).toBeGreaterThan(0);
  expect(run.violations).toEqual([]);
  expect(dispatchedMs(run, STABLE, 'db-02')).toBe(-1);
  expect(textOf(run)).toContain('db-02 is held by failure-threshold, a gate that is not in the protocol');
});

test('is written to a file and read again, and refused in a sentence', () => {
  const more = 'extensions: { freeze: 22:00 to 06:00, pause: 1h to 2h, approval: 20m, failure-threshold: 3 }';
  const scenario = scenarioOf(TWO_CHANNELS + more);
  expect(scenarioOf(writeScenario(scenario, { comment: [], expect: {} })).extensions).toEqual(scenario.extensions);
  expect(linesOf(`${TWO_CHANNELS}extensions: { freeze: 22:00 }`)[0]).toContain('expected two times of day');
  expect(linesOf(`${TWO_CHANNELS}extensions: { freeze: 22:00 to 22:00 }`)[0]).toContain('expected two times of day');
  expect(parseFreeze(writeFreeze({ fromMinute: 90, untilMinute: 1439 }))).toEqual({
    fromMinute: 90,
    untilMinute: 1439,
  });
});
