import { expect, test } from 'vitest';
import { simulate } from '../../src/simulator/index.ts';
import { scenarioOf } from './scenario-file/read-problems.ts';

const FLEET = `
lasts: 10m
fleet: { channels: { stable: { hosts: { web: 3 }, soak: 5m } } }
`;

/** More than ten minutes of tries at the shortest wait need. */
const MOST_EVENTS = 200_000;

/** Time stood still: whatever was tried again was tried again at the same moment. */
test.each([
  [
    'requests that are always lost',
    'network: { latency: 0s, request-timeout: 0s, poll-again: 0s }\nrates: { request-lost: 100% }',
  ],
  [
    'answers that are always lost',
    'network: { latency: 0s, request-timeout: 0s, poll-again: 0s, long-poll: 0s }\nagent: { retry: { first: 0s, cap: 0s } }\nrates: { answer-lost: 100% }',
  ],
  ['agents that always crash', 'durations: { agent-restart: 0s }\nrates: { crash-before-effect: 100% }'],
  [
    'requests that are always bounced',
    'network: { latency: 0s, poll-again: 0s }\nagent: { retry: { first: 0s, cap: 0s } }\nrates: { request-bounced: 100% }',
  ],
  [
    'a manifest that ran out',
    'network: { latency: 0s, poll-again: 0s }\nsteps: [{ at: 0s, do: expire-manifest, hosts: "*", for: 1h }]',
  ],
  [
    'no waits at all',
    'network: { latency: 0s, request-timeout: 0s, poll-again: 0s, long-poll: 0s }\ndurations: { activation: 0s, rollback: 0s, worker-report: 0s, probe: 0s, reboot: 0s, agent-restart: 0s, control-plane-restart: 0s, disk-flush: 0s }\nrates: { activation-deferred: 100%, deferred-reboot-after: 0s, rollback-fails: 100% }',
  ],
])('a run without waits ends: %s', (_name, settings) => {
  const run = simulate(scenarioOf(`${FLEET}${settings}\n`));
  expect(run.events).toBeLessThan(MOST_EVENTS);
  expect(run.violations).toEqual([]);
});
