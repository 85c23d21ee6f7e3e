import { describe, expect, test } from 'vitest';
import type { Run, RunEvent } from '../../src/simulator/index.ts';
import { runYaml } from './support/run-yaml.ts';

const ofType = <Type extends RunEvent['type']>(events: readonly RunEvent[], type: Type) =>
  events.filter((event): event is Extract<RunEvent, { readonly type: Type }> => event.type === type);

describe('the way back that never arrives', () => {
  const wayBack = `
title: The way back that never arrives
fleet:
  channels:
    stable: { hosts: { web: 6 }, soak: 10m }
ref: bad-release
closures: { '*': bad }
hosts:
  - { hosts: '*', running: good }
steps:
  - { at: 30s, do: publish, ref: back-to-good, closures: { '*': good } }
durations: { activation: 2m }
`;

  test('every host is dispatched on the way back, and none converges before it has soaked', () => {
    const { run: result, events } = runYaml(wayBack);
    expect([result.outcome, result.violations]).toEqual(['terminal', []]);
    const back = 'stable@back-to-good';
    const dispatched = ofType(events, 'HostDispatched').filter(({ rolloutId }) => rolloutId === back);
    expect(dispatched).toHaveLength(6);
    const converged = ofType(events, 'AgentTransition').filter(
      ({ to, rolloutId }) => to === 'Converged' && rolloutId === back,
    );
    expect(converged).toHaveLength(6);
    for (const { runMs } of converged) expect(runMs).toBeGreaterThan(600_000);
  });
});

describe('a lost disk', () => {
  test('wakes no older rollout: the answer had only the Deferred one, and a reboot rolled the host back', () => {
    const { run: result } = runYaml(`
fleet:
  channels:
    stable: { hosts: { web: 1 }, soak: 10m }
closures: { '*': deferred }
hosts:
  - { hosts: '*', running: old }
steps:
  - { at: 0s, do: defer-activation, hosts: web-01, times: 1 }
  - { at: 5m, do: publish, ref: release-2, closures: { '*': good } }
  - { at: 1h, do: lose-disk, hosts: web-01 }
  - { at: 2h, do: reboot, hosts: web-01 }
`);
    expect([result.outcome, result.violations]).toEqual(['terminal', []]);
  });
});

describe('a closure that is staged for the next boot', () => {
  test('is replaced although the agent died before its switch to the closure that it runs', () => {
    const { run: result } = runYaml(`
fleet:
  channels:
    stable: { hosts: { web: 1 }, soak: 10m }
closures: { '*': staged }
hosts:
  - { hosts: '*', running: good }
steps:
  - { at: 0s, do: defer-activation, hosts: web-01, times: 1 }
  - { at: 5m, do: publish, ref: back-to-good, closures: { '*': good } }
  - { at: 5m, do: crash, hosts: web-01, after-effects: 3, down: 1m }
  - { at: 2h, do: reboot, hosts: web-01 }
`);
    expect([result.outcome, result.violations]).toEqual(['terminal', []]);
  });
});

describe('one number for two events', () => {
  const mirrorMinimal = `
title: Same number, two histories
fleet:
  channels:
    stable: { hosts: { web: 1 }, soak: 10m }
ref: ci-1
closures: { '*': c1 }
hosts:
  - { hosts: '*', running: old }
steps:
  - { at: 55s, do: publish, ref: ci-2, closures: { '*': c1 } }
  - { at: 56s, do: fail-activation, hosts: web-01, exit-code: 4, times: 1 }
  - { at: 65s, do: lose-messages, hosts: web-01, what: answers, for: 8s }
`;

  test('ends with what the agent says on both sides, its closure quarantined, and its events in the log', () => {
    const { run: result, events } = runYaml(mirrorMinimal);
    expect(result.violations).toEqual([]);
    expect(result.rollouts.map(({ rolloutId, state }) => [rolloutId, state])).toEqual([
      ['stable@ci-1', 'Superseded'],
      ['stable@ci-2', 'Reverted'],
    ]);
    expect(ofType(events, 'ClosureQuarantined')).toMatchObject([{ closure: 'c1' }]);
    expect(ofType(events, 'RecordTakenOver')).toMatchObject([{ rolloutId: 'stable@ci-2', state: 'Reverted' }]);
    expect(ofType(events, 'EventDropped')).toContainEqual(
      expect.objectContaining({ eventType: 'ActivationFailed', outcome: 'late' }),
    );
  });
});

describe('a failed activation that nobody hears of', () => {
  const failedActivation = `
title: A failed activation that nobody hears of
fleet:
  channels:
    stable: { hosts: { web: 1 }, soak: 10m }
ref: ci-1
closures: { '*': c1 }
hosts:
  - { hosts: '*', running: old }
steps:
  - { at: 55s, do: publish, ref: ci-2, closures: { '*': c1 } }
  - { at: 56s, do: fail-activation, hosts: web-01, exit-code: 4, times: 1 }
`;

  test('is not swallowed by a success that was made up while it ran', () => {
    const { run: result, events } = runYaml(failedActivation);
    expect([result.outcome, result.violations]).toEqual(['not-terminal', []]);
    const states = ofType(events, 'AgentTransition').filter(({ rolloutId }) => rolloutId === 'stable@ci-2');
    expect(states.map(({ to }) => to)).toEqual(['Activating', 'Failed', 'Reverted']);
    expect(result.rollouts.find(({ rolloutId }) => rolloutId === 'stable@ci-2')?.state).toBe('Reverted');
    expect(ofType(events, 'ClosureQuarantined')).toMatchObject([{ closure: 'c1' }]);
  });
});

const FIRST = 'stable@release-1';
const statesOf = (result: Run): readonly (readonly [string, string | null])[] =>
  result.rollouts.map(({ rolloutId, state }) => [rolloutId, state]);

describe('an activation that fails after the closure has moved', () => {
  // The control plane was down, and the heartbeat of the restarted agent was ahead of its outbox.
  test('is heard of, although a heartbeat overtakes it', () => {
    const { run: result, events } = runYaml(`
title: The failure is behind the heartbeat
fleet:
  channels:
    stable: { hosts: { web: 2 }, soak: 10m, waves: [{ hosts: web-01 }, { hosts: web-02 }], on-failure: rollback-and-halt }
closures: { '*': bad }
hosts: [{ hosts: '*', running: good }]
durations: { activation: 40s, rollback: 20s }
steps:
  - { at: 0s, do: fail-after-switching, hosts: web-01, lag: 30s, times: 1 }
  - { at: 45s, do: restart-control-plane, down: 3m }
  - { at: 85s, do: crash, hosts: web-01, down: 5s }
`);
    expect(result.violations).toEqual([]);
    expect(statesOf(result)).toEqual([[FIRST, 'Failed']]);
    expect(ofType(events, 'ClosureQuarantined')).toMatchObject([{ closure: 'bad' }]);
    for (const type of ['EventSynthesized', 'RecordTakenOver'] as const) expect(ofType(events, type)).toEqual([]);
  });

  test('is heard of, although a heartbeat in between looked like a success', () => {
    const { run: result, events } = runYaml(`
title: A failure after the switch, one heartbeat in between
fleet:
  channels:
    stable: { hosts: { web: 2 }, soak: 10m, waves: [{ hosts: web-01 }, { hosts: web-02 }], on-failure: halt }
durations: { activation: 30s }
steps:
  - { at: 0s, do: fail-after-switching, hosts: web-01, lag: 2m, times: 1 }
`);
    expect(result.violations).toEqual([]);
    expect(statesOf(result)).toEqual([[FIRST, 'Failed']]);
    expect(ofType(events, 'RecordTakenOver')).toMatchObject([{ hostname: 'web-01', state: 'Failed' }]);
  });

  test('is heard of, although its agent died meanwhile', () => {
    const { run: result, events } = runYaml(`
title: The agent dies during its switch, which fails later
fleet:
  channels:
    stable: { hosts: { web: 2 }, soak: 10m, on-failure: rollback-and-halt }
durations: { activation: 40s }
steps:
  - { at: 0s, do: fail-after-switching, hosts: web-01, lag: 2m, times: 1 }
  - { at: 70s, do: crash, hosts: web-01, down: 10s }
`);
    expect(result.violations).toEqual([]);
    expect(statesOf(result)).toEqual([[FIRST, 'Reverted']]);
    expect(ofType(events, 'ClosureQuarantined')).toMatchObject([{ closure: 'web-01-release-1' }]);
  });
});

describe('an ordinary outage of the control plane', () => {
  test('leaves no trace in the event log: every event is there, with its own content', () => {
    const { run: result, events } = runYaml(`
title: An ordinary outage of the control plane
fleet:
  channels:
    stable: { hosts: { web: 4 }, soak: 10m }
durations: { activation: 90s }
steps:
  - { at: 30s, do: restart-control-plane, down: 5m }
  - { at: 2m, do: crash, hosts: web-02, down: 20s }
  - { at: 0s, do: switch-with-failed-units, hosts: web-03, times: 1 }
`);
    expect([result.outcome, result.violations]).toEqual(['terminal', []]);
    for (const type of ['EventSynthesized', 'RecordTakenOver'] as const) expect(ofType(events, type)).toEqual([]);
    const exitCodes = new Map<string, number>();
    for (const { hostname, event } of ofType(events, 'EventAccepted')) {
      if (event.type === 'ActivationCompleted') exitCodes.set(hostname, event.exitCode);
    }
    expect(Object.fromEntries(exitCodes)).toEqual({ 'web-01': 0, 'web-02': 0, 'web-03': 4, 'web-04': 0 });
  });
});

describe('one switch at a time', () => {
  test.each([
    [
      'a successor that is published during a switch waits for its end',
      `
title: A successor during a switch
fleet:
  channels:
    stable: { hosts: { web: 2 }, soak: 10m }
durations: { activation: 2m }
steps:
  - { at: 40s, do: publish, ref: release-2 }
`,
    ],
    [
      'an agent that dies during its switch waits for it after its boot',
      `
title: The agent dies during its switch
fleet:
  channels:
    stable: { hosts: { web: 2 }, soak: 10m }
durations: { activation: 2m }
steps:
  - { at: 40s, do: crash, hosts: web-01, down: 10s }
`,
    ],
  ])('%s', (_what, scenario) => {
    const { run: result, events } = runYaml(scenario);
    expect([result.outcome, result.violations]).toEqual(['terminal', []]);
    expect(ofType(events, 'AgentTransition').filter(({ to }) => to === 'Failed')).toEqual([]);
  });
});

describe('a proxy that refuses everything for a while', () => {
  test('removes no event', () => {
    const { run: result, events } = runYaml(`
title: A proxy refuses everything for a while
fleet:
  channels:
    stable: { hosts: { web: 2 }, soak: 10m }
steps:
  - { at: 0s, do: bounce-requests, hosts: web-01, for: 20m }
`);
    expect([result.outcome, result.violations]).toEqual(['terminal', []]);
    expect(ofType(events, 'RecordTakenOver')).toEqual([]);
  });
});
