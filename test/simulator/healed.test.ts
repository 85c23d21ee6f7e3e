import { describe, expect, test } from 'vitest';
import { simulate, type Run, type RunEvent } from '../../src/simulator/index.ts';
import { formatProblem, readScenario } from '../../src/simulator/scenario-file/index.ts';

/** Runs a scenario that is written out in a test. */
function run(yaml: string): { readonly run: Run; readonly events: readonly RunEvent[] } {
  const read = readScenario(yaml, { readFile: () => '' });
  if (!read.ok) throw new Error(read.problems.map((problem) => formatProblem('scenario', problem)).join('\n'));
  const events: RunEvent[] = [];
  return { run: simulate(read.scenario, { onEvent: (event) => events.push(event) }), events };
}

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
    const { run: result, events } = run(wayBack);
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
    const { run: result, events } = run(mirrorMinimal);
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
    const { run: result, events } = run(failedActivation);
    expect([result.outcome, result.violations]).toEqual(['not-terminal', []]);
    const states = ofType(events, 'AgentTransition').filter(({ rolloutId }) => rolloutId === 'stable@ci-2');
    expect(states.map(({ to }) => to)).toEqual(['Activating', 'Failed', 'Reverted']);
    expect(result.rollouts.find(({ rolloutId }) => rolloutId === 'stable@ci-2')?.state).toBe('Reverted');
    expect(ofType(events, 'ClosureQuarantined')).toMatchObject([{ closure: 'c1' }]);
  });
});
