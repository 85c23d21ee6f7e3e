import { AGENT_RULES } from '../../../src/agent/index.ts';
import { agent, agentEffect, agentEffects, agentInput, agentStep, afterEvent, neverEmits } from './broken-agent.ts';
import { rule, type RuleBug } from './rule-bug.ts';

const MINUTE = 60_000;

/** Rules 1 to 3: inputs, numbers, dispatches and the switch that follows. */
export const AGENT_DISPATCH_BUGS: readonly RuleBug[] = [
  ...rule('agent 2: sequence numbers', [
    ['wrong one', 'the first event has the number 0', agent({ nextSeq: ({ numberedTo }) => numberedTo })],
    ['too early or too often', 'every event uses two numbers', agent({ nextSeq: ({ numberedTo }) => numberedTo + 2 })],
    [
      'wrong one',
      'numbers go on after what was delivered, not after what was emitted',
      agent({
        nextSeq: ({ undelivered, numberedTo }) =>
          (undelivered[0] === undefined ? numberedTo : undelivered[0].event.seq) + 1,
      }),
    ],
    [
      'wrong one',
      'an event that a crash cut off leaves its number to the next',
      agent({
        nextSeq: ({ record, undelivered }) =>
          Math.max(record?.lastEventSeq ?? 0, undelivered.at(-1)?.event.seq ?? 0) + 1,
      }),
    ],
    [
      'too early or too often',
      'a report that is refused uses up a number',
      {
        wrapAgent: (core) => ({
          start: core.start,
          handle: (before, input, now) => {
            const turn = core.handle(before, input, now);
            if (input.type !== 'ActivationCompleted') return turn;
            const isRefused = turn.effects.every(({ type }) => type === 'EmitLog');
            const rollouts = turn.agent.rollouts.map((one) =>
              isRefused && one.rolloutId === input.rolloutId ? { ...one, numberedTo: one.numberedTo + 1 } : one,
            );
            return { ...turn, hasChanged: true, agent: { ...turn.agent, rollouts } };
          },
        }),
      },
    ],
  ]),
  ...rule('agent 3: a dispatch', [
    ['never', 'no dispatch is ever taken', agent({ acceptsDispatch: () => false })],
    [
      'never',
      'a dispatch waits until the host has converged in the rollout before',
      agent({
        acceptsDispatch: (state, record) =>
          AGENT_RULES.acceptsDispatch(state, record) &&
          state.rollouts.every((rollout) => rollout.record === null || rollout.record.state === 'Converged'),
      }),
    ],
    [
      'never',
      'a host that went back takes no further dispatch',
      agent({
        acceptsDispatch: (state, record) =>
          AGENT_RULES.acceptsDispatch(state, record) &&
          state.rollouts.every((rollout) => rollout.record?.state !== 'Reverted'),
      }),
    ],
    [
      'never',
      'a deferred host takes no dispatch',
      agent({
        acceptsDispatch: (state, record) =>
          AGENT_RULES.acceptsDispatch(state, record) &&
          state.rollouts.every((rollout) => rollout.record?.state !== 'Deferred'),
      }),
    ],
    [
      'too early or too often',
      'a dispatch is taken while a rollback runs',
      agent({
        acceptsDispatch: (state, record) =>
          AGENT_RULES.acceptsDispatch(
            { ...state, workers: state.workers.filter(({ kind }) => kind !== 'rollback') },
            record,
          ),
        mayFire: ({ workers }) => workers.every(({ kind }) => kind === 'rollback'),
      }),
    ],
    [
      'too early or too often',
      'a dispatch is taken before the boot is over',
      agent({
        acceptsDispatch: (state, record) => AGENT_RULES.acceptsDispatch({ ...state, phase: 'working' }, record),
      }),
    ],
    [
      'too early or too often',
      'a dispatch of a rollout that converged begins it again',
      agent({
        acceptsDispatch: (state, record) => record?.state === 'Converged' || AGENT_RULES.acceptsDispatch(state, record),
      }),
    ],
    [
      'wrong one',
      'the soak of the dispatch is not recorded',
      agentInput('Dispatch', (input) => ({ ...input, soakDueAt: null })),
    ],
    [
      'wrong one',
      'the soak is counted from the acknowledgement, once more',
      agentInput('Dispatch', (input, _agent, now) => ({
        ...input,
        soakDueAt: input.soakDueAt === null ? null : now + (input.soakDueAt - input.dispatchedAt) * 2,
      })),
    ],
    [
      'wrong one',
      'half of the soak is enough',
      agentInput('Dispatch', (input) => ({
        ...input,
        soakDueAt: input.soakDueAt === null ? null : (input.soakDueAt + input.dispatchedAt) / 2,
      })),
    ],
    [
      'wrong one',
      'the soak of a dispatch is taken for seconds',
      agentInput('Dispatch', (input) => ({
        ...input,
        soakDueAt:
          input.soakDueAt === null
            ? null
            : input.dispatchedAt + Math.floor((input.soakDueAt - input.dispatchedAt) / 60),
      })),
    ],
    [
      'wrong one',
      'another closure than the dispatched one is activated',
      agentEffect('LocalFireSwitch', (effect, { runningClosure }) => [{ ...effect, target: runningClosure }]),
    ],
    [
      'wrong one',
      'the target is taken for what ran at dispatch',
      afterEvent('LocalActivate', ({ targetClosure }) => ({ currentClosureAtDispatch: targetClosure })),
    ],
    [
      'wrong one',
      'nothing is noted of what ran at dispatch',
      afterEvent('LocalActivate', () => ({ currentClosureAtDispatch: null })),
    ],
    [
      'wrong one',
      'the closure at the last boot is noted as the one at dispatch',
      {
        wrapAgent: (core) => {
          const booted = new Map<string, string>();
          return {
            start: core.start,
            handle: (before, input, now) => {
              if (input.type === 'Boot') booted.set(before.hostname, input.runningClosure);
              if (input.type !== 'Dispatch') return core.handle(before, input, now);
              const runningClosure = booted.get(before.hostname) ?? before.runningClosure;
              return core.handle({ ...before, runningClosure }, input, now);
            },
          };
        },
      },
    ],
    ['never', 'the acknowledgement is never reported', neverEmits('DispatchAck')],
  ]),
  ...rule('agent 3: one switch', [
    ['never', 'the switch is never fired', agentEffect('LocalFireSwitch', () => [])],
    [
      'too early or too often',
      'every switch is fired twice',
      agentEffect('LocalFireSwitch', (effect) => [effect, effect]),
    ],
    [
      'too early or too often',
      'the switch is fired before its acknowledgement is written',
      agentStep((accepted, event) =>
        event.type === 'LocalActivate' ? { ...accepted, effects: accepted.effects.toReversed() } : accepted,
      ),
    ],
    ['too early or too often', 'work is fired although other work runs', agent({ mayFire: () => true })],
    [
      'never',
      'a switch that had to wait for another is never fired',
      {
        agent: {
          resumption: (state, record, ...rest) =>
            record.state === 'Activating' && state.phase === 'working' && state.bootedAt < (record.dispatchAckedAt ?? 0)
              ? null
              : AGENT_RULES.resumption(state, record, ...rest),
        },
      },
    ],
  ]),
  ...rule('agent, inputs: what runs', [
    ['never', 'what was switched by hand is not noticed', agentInput('RunningClosureChanged', () => null)],
    [
      'wrong one',
      'what runs is what ran at boot',
      {
        wrapAgent: (core) => {
          const booted = new Map<string, string>();
          return {
            start: core.start,
            handle: (before, input, now) => {
              if (input.type === 'Boot') booted.set(before.hostname, input.runningClosure);
              const turn = core.handle(before, input, now);
              const stale = booted.get(before.hostname) ?? turn.agent.runningClosure;
              const effects = turn.effects.map((effect) =>
                effect.type === 'SendHeartbeat'
                  ? { ...effect, heartbeat: { ...effect.heartbeat, currentClosure: stale } }
                  : effect,
              );
              return { ...turn, effects };
            },
          };
        },
      },
    ],
  ]),
  ...rule('agent, inputs: worker reports', [
    ['never', 'the start of an activation is not taken', agentInput('ActivationStarted', () => null)],
    ['never', 'the end of an activation is not taken', agentInput('ActivationCompleted', () => null)],
    ['never', 'a deferral is not taken', agentInput('ActivationDeferred', () => null)],
    ['never', 'a failed activation is not taken', agentInput('ActivationFailed', () => null)],
    ['never', 'the end of a rollback is not taken', agentInput('RollbackCompleted', () => null)],
    [
      'wrong one',
      'an exit code that is not 0 makes an activation that completed a failed one',
      agentInput('ActivationCompleted', (input) =>
        input.exitCode === 0 ? input : { ...input, type: 'ActivationFailed', stderrTail: '' },
      ),
    ],
    [
      'wrong one',
      'a deferral is taken for a completed activation',
      agentInput('ActivationDeferred', (input, { runningClosure }) => ({
        type: 'ActivationCompleted',
        rolloutId: input.rolloutId,
        observedCurrentClosure: runningClosure,
        exitCode: 0,
      })),
    ],
    [
      'wrong one',
      'a deferral is taken for a failed activation',
      agentInput('ActivationDeferred', ({ rolloutId, component }) => ({
        type: 'ActivationFailed',
        rolloutId,
        exitCode: 1,
        stderrTail: component,
      })),
    ],
    [
      'wrong one',
      'a failed activation is taken for a completed one',
      agentInput('ActivationFailed', ({ rolloutId, exitCode }, { runningClosure }) => ({
        type: 'ActivationCompleted',
        rolloutId,
        observedCurrentClosure: runningClosure,
        exitCode,
      })),
    ],
    [
      'wrong one',
      'the late report of a superseded worker is believed of the newest rollout',
      agentInput('ActivationCompleted', (input, { activeRolloutId }) => ({
        ...input,
        rolloutId: activeRolloutId ?? input.rolloutId,
      })),
    ],
    [
      'wrong one',
      'the late failure of a superseded worker is believed of the newest rollout',
      agentInput('ActivationFailed', (input, { activeRolloutId }) => ({
        ...input,
        rolloutId: activeRolloutId ?? input.rolloutId,
      })),
    ],
    [
      'never',
      'a report that comes before the boot is over is dropped',
      agentInput('ActivationCompleted', (input, { phase }) => (phase === 'working' ? input : null)),
    ],
    ['never', 'the start of an activation is not reported', neverEmits('ActivationStarted')],
    ['never', 'the end of an activation is not reported', neverEmits('ActivationCompleted')],
    ['never', 'a deferral is not reported', neverEmits('ActivationDeferred')],
    ['never', 'a failed activation is not reported', neverEmits('ActivationFailed')],
    [
      'wrong one',
      'an activation that completed is reported with the exit code 0, always',
      agentInput('ActivationCompleted', (input) => ({ ...input, exitCode: 0 })),
    ],
    [
      'never',
      'a closure with an empty name is none to go back to',
      agentEffect('LocalFireRollbackTo', (effect) => (effect.closure ? [effect] : [])),
    ],
    [
      'wrong one',
      'an activation that a signal ended is reported with the exit code 1',
      agentInput('ActivationFailed', (input) => ({ ...input, exitCode: input.exitCode ?? 1 })),
    ],
    [
      'wrong one',
      'a failed activation with the exit code for failed units is taken for a completed one',
      agentInput('ActivationFailed', (input, { runningClosure }) =>
        input.exitCode === 4
          ? {
              type: 'ActivationCompleted',
              rolloutId: input.rolloutId,
              observedCurrentClosure: runningClosure,
              exitCode: 4,
            }
          : input,
      ),
    ],
    [
      'wrong one',
      'of what a failed activation wrote, the start is reported',
      agentInput('ActivationFailed', (input) => ({ ...input, stderrTail: input.stderrTail.slice(0, 1000) })),
    ],
    [
      'wrong one',
      'times are reported in local time',
      {
        wrapAgent: (core) => ({
          start: core.start,
          handle: (before, input, now) => core.handle(before, input, now + 60 * MINUTE),
        }),
      },
    ],
  ]),
  ...rule('agent 3: what a dispatch emits', [
    [
      'too early or too often',
      'every effect of a dispatch is performed twice but the switch',
      agentEffects((effect, _after, input) =>
        input.type === 'Dispatch' && effect.type === 'LocalEmitEvent' ? [effect, effect] : [effect],
      ),
    ],
  ]),
];
