import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, test } from 'vitest';

import {
  findUnrehearsed,
  rehearse,
  type Rehearsed,
  type RehearseOptions,
} from '../../../src/runtime/rehearse/index.ts';
import { decodeRunStream, judge } from '../../../src/simulator/index.ts';
import { scenarioOf } from '../../simulator/scenario-file/read-problems.ts';
import { repositoryRoot } from '../../support/repository.ts';

/** Its clock waits for a busy machine. */
const TEN_MINUTES_MS = 600_000;

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function rehearsed(text: string, options: Partial<RehearseOptions> = {}): Promise<Rehearsed> {
  const folder = mkdtempSync(join(tmpdir(), 'nixfleet-rehearse-'));
  folders.push(folder);
  return rehearse(scenarioOf(text), { folder: join(folder, 'run'), speed: 60, ...options });
}

const statesOf = ({ run }: Rehearsed) => run.history.hosts.map(({ hostname, view }) => `${hostname} ${view.state}`);

describe('a rehearsal', () => {
  test('rolls out with real processes, and judges what they did', { timeout: TEN_MINUTES_MS }, async () => {
    const result = await rehearsed(`
fleet:
  channels:
    stable: { hosts: { web: 3 }, waves: [{ hosts: [web-01, web-02] }, { hosts: the rest }], soak: 1m }
hosts:
  - { hosts: web-02, running: the new one, clock: 5s behind }
  - { hosts: web-03, joins: 30s }
steps:
  - { when: web-01 is Soaking, do: crash, hosts: web-01, loses-tail: true }
  - { at: 0s, do: silence-probe, hosts: web-03, probe: http, for: 2m 30s }
`);
    // A process is less punctual than a simulation, so it is killed once it has something to lose.
    const struck = result.run.faults.filter(({ count }) => count > 0).map(({ fault, count }) => `${fault} ${count}`);
    expect(struck.sort()).toEqual(['agent-crash 1', 'clock-skew 1', 'late-host 1', 'probe-silent 1', 'tail-lost 1']);
    expect(result.defects).toEqual([]);
    expect(result.run.violations).toEqual([]);
    expect(result.run.outcome).toBe('terminal');
    expect(statesOf(result)).toEqual(['web-01 Converged', 'web-02 Converged', 'web-03 Converged']);
    // The control plane knows the running closures from the start, so nothing is dispatched to web-02.
    const dispatched = result.run.history.hosts.filter(({ view }) => view.dispatchedRunMs !== null);
    expect(dispatched.map(({ hostname }) => hostname)).toEqual(['web-01', 'web-03']);
    const stream = [...result.stream()].join('\n');
    expect(judge(decodeRunStream(stream))).toEqual([]);
    // Both sides are counted, not only the transitions of the agents.
    const emitted = [...result.stream()].filter((line) => line.includes('"EventEmitted"'));
    expect(result.run.machineSteps).toBeGreaterThan(emitted.length);
    // The recording is not empty, and a lost event in it is noticed.
    const withoutEvents = [...result.stream()].filter((line) => !line.includes('"EventEmitted"')).join('\n');
    expect(judge(decodeRunStream(withoutEvents)).length).toBeGreaterThan(0);
  });
});

// It was called stuck after twenty quiet minutes while the worker was running.
test.runIf(process.env['NIGHTLY'] === '1')(
  'a worker that hangs is waited for',
  { timeout: TEN_MINUTES_MS },
  async () => {
    const path = join(repositoryRoot, 'examples/scenarios/a-worker-that-hangs.yaml');
    const { run } = await rehearsed(readFileSync(path, 'utf8'));
    expect([run.outcome, run.endedBecause]).toEqual(['terminal', 'finished']);
  },
);

test('a rehearsal ends when a process fails, and says with what', { timeout: TEN_MINUTES_MS }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nixfleet-rehearse-'));
  folders.push(folder);
  writeFileSync(join(folder, 'control-plane.db'), 'This is no database.');
  const scenario = scenarioOf('fleet: { channels: { stable: { hosts: [web], soak: 1m } } }');
  const { run, defects } = await rehearse(scenario, { folder, speed: 60 });
  expect(run.endedBecause).toBe('process-failed');
  expect(defects[0]).toMatch(/^control-plane-child ended with 1: /);
});

test('refuses by name what cannot be done to real processes', () => {
  const scenario = scenarioOf(`
fleet:
  channels:
    stable: { hosts: { web: 2 }, soak: 1m }
steps:
  - { at: 1m, do: duplicate-messages, hosts: '*', for: 5m }
  - { at: 1m, do: crash, hosts: web-01 }
rates:
  agent-crashes-per-hour: 2
`);
  expect(findUnrehearsed(scenario).map(({ path, message }) => `${path}: ${message}`)).toEqual([
    'step 1: duplicate-messages cannot be done to real processes',
    'agent-crashes-per-hour: a rehearsal has no faults by chance',
  ]);
});
