import { AGENT_RULES, type AgentEffect, type AgentInput } from '../../../src/agent/index.ts';
import { newPendingHost } from '../../../src/machine/index.ts';
import type { Cores } from '../../../src/simulator/index.ts';
import {
  activeRecord,
  afterEvent,
  agent,
  agentEffect,
  agentInput,
  agentStep,
  goesBack,
  heartbeats,
  neverEmits,
} from './broken-agent.ts';
import { rule, type RuleBug } from './rule-bug.ts';

const isOfBoot = ({ type }: AgentInput): boolean =>
  type === 'Boot' || type === 'HeartbeatAnswered' || type === 'HeartbeatUnanswered' || type === 'Tick';

/** Agents that leave an effect out when a snapshot comes after their boot. */
const withoutAfterLateSnapshot = (left: AgentEffect['type']): Cores => ({
  wrapAgent: (core) => ({
    start: core.start,
    handle: (before, input, now) => {
      const turn = core.handle(before, input, now);
      return input.type !== 'HeartbeatAnswered' || before.phase !== 'working'
        ? turn
        : { ...turn, effects: turn.effects.filter(({ type }) => type !== left) };
    },
  }),
});

/** Rules 8 to 11: rollbacks, the next rollout, heartbeats and boots. */
export const AGENT_RECOVERY_BUGS: readonly RuleBug[] = [
  ...rule('agent 8: rollback', [
    ['never', 'no rollback is fired', agentEffect('LocalFireRollbackTo', () => [])],
    [
      'never',
      'no rollback is fired after a sustained failure',
      agentStep((accepted, event) =>
        event.type === 'LocalSustainedFailureCrossed'
          ? { ...accepted, effects: accepted.effects.filter(({ type }) => type !== 'LocalFireRollbackTo') }
          : accepted,
      ),
    ],
    [
      'never',
      'no rollback is fired after a failed activation',
      agentStep((accepted, event) =>
        event.type === 'LocalActivationFailed'
          ? { ...accepted, effects: accepted.effects.filter(({ type }) => type !== 'LocalFireRollbackTo') }
          : accepted,
      ),
    ],
    [
      'too early or too often',
      'every rollback is fired twice',
      agentEffect('LocalFireRollbackTo', (effect) => [effect, effect]),
    ],
    [
      'too early or too often',
      'a rollback is fired under halt too',
      agentStep((accepted, _event, before) =>
        accepted.state.state === 'Failed' && before.state !== 'Failed' && before.currentClosureAtDispatch !== null
          ? {
              ...accepted,
              effects: [
                ...accepted.effects.filter(({ type }) => type !== 'LocalFireRollbackTo'),
                { type: 'LocalFireRollbackTo', rolloutId: before.rolloutId, closure: before.currentClosureAtDispatch },
              ],
            }
          : accepted,
      ),
    ],
    [
      'wrong one',
      'a rollback goes to the bad closure',
      agentEffect('LocalFireRollbackTo', (effect, after) => [
        { ...effect, closure: activeRecord(after)?.targetClosure ?? effect.closure },
      ]),
    ],
    [
      'wrong one',
      'a rollback goes to what runs',
      agentEffect('LocalFireRollbackTo', (effect, { runningClosure }) => [{ ...effect, closure: runningClosure }]),
    ],
    [
      'wrong one',
      'a failed rollback is taken for a completed one',
      agentInput('RollbackFailed', ({ rolloutId, exitCode }, state) => ({
        type: 'RollbackCompleted',
        rolloutId,
        exitCode,
        revertedToClosure: activeRecord(state)?.currentClosureAtDispatch ?? state.runningClosure,
      })),
    ],
    [
      'wrong one',
      'a rollback is reported as having come to the target',
      agentInput('RollbackCompleted', (input, state) => ({
        ...input,
        revertedToClosure: activeRecord(state)?.targetClosure ?? input.revertedToClosure,
      })),
    ],
    [
      'wrong one',
      'a rollback is reported as having come to where it should, whatever runs',
      agentInput('RollbackCompleted', (input, state) => ({
        ...input,
        revertedToClosure: activeRecord(state)?.currentClosureAtDispatch ?? input.revertedToClosure,
      })),
    ],
    [
      'too early or too often',
      'a rollback that failed is fired again at once, for ever',
      {
        wrapAgent: (core) => ({
          start: core.start,
          handle: (before, input, now) => {
            const turn = core.handle(before, input, now);
            const closure = activeRecord(turn.agent)?.currentClosureAtDispatch ?? null;
            if (input.type !== 'RollbackFailed' || closure === null) return turn;
            return {
              ...turn,
              effects: [...turn.effects, { type: 'LocalFireRollbackTo', rolloutId: input.rolloutId, closure }],
            };
          },
        }),
      },
    ],
    [
      'never',
      'a rollback that failed is not tried at the next boot',
      agent({
        resumption: (state, record, ...rest) => {
          const next = AGENT_RULES.resumption(state, record, ...rest);
          return next?.type === 'LocalFireRollbackTo' ? null : next;
        },
      }),
    ],
    ['never', 'that a rollback failed is logged nowhere', agentInput('RollbackFailed', () => null)],
    [
      'wrong one',
      'a failed rollback is only a warning',
      agentEffect('EmitLog', (effect, _after, { type }) =>
        type === 'RollbackFailed' ? [{ ...effect, level: 'warn' }] : [effect],
      ),
    ],
    ['never', 'a failed rollback raises no metric', agentEffect('EmitMetric', () => [])],
    ['never', 'a rollback is not reported', neverEmits('RollbackComplete')],
    [
      'never',
      'what a host went back to is not noted',
      afterEvent('LocalRollbackCompleted', () => ({ revertedTo: null })),
    ],
    [
      'too early or too often',
      'a deferred activation that failed is rolled back',
      agentStep((accepted, event, before) =>
        event.type === 'LocalActivationFailed' &&
        before.state === 'Deferred' &&
        before.currentClosureAtDispatch !== null
          ? {
              ...accepted,
              effects: [
                ...accepted.effects,
                { type: 'LocalFireRollbackTo', rolloutId: before.rolloutId, closure: before.currentClosureAtDispatch },
              ],
            }
          : accepted,
      ),
    ],
  ]),
  ...rule('agent 9: a new rollout takes over', [
    [
      'never',
      'heartbeats go on about the first rollout',
      heartbeats((heartbeat, { rollouts }) => ({
        ...heartbeat,
        rolloutId: rollouts[0]?.rolloutId ?? null,
        rollouts: [],
      })),
    ],
    [
      'wrong one',
      'the older rollout is looked after at ticks',
      {
        wrapAgent: (core) => ({
          start: core.start,
          handle: (before, input, now) => {
            const [oldest] = before.rollouts;
            if (input.type !== 'Tick' || oldest?.record?.state !== 'Soaking') return core.handle(before, input, now);
            const { activeRolloutId } = before;
            const turn = core.handle({ ...before, activeRolloutId: oldest.rolloutId }, input, now);
            return { ...turn, agent: { ...turn.agent, activeRolloutId } };
          },
        }),
      },
    ],
    [
      'never',
      'the probes of the rollout before go on as those of the new one',
      agent({
        acceptsProbeOutcome: (state, outcome) =>
          state.probeRuns.isRunning && outcome.generation >= state.probeRuns.generation - 1,
      }),
    ],
  ]),
  ...rule('agent 10: heartbeats', [
    ['never', 'no heartbeat is ever sent', heartbeats(() => null)],
    [
      'never',
      'a heartbeat is sent every five minutes',
      {
        wrapAgent: (core) => {
          const sentAt = new Map<string, number>();
          return {
            start: core.start,
            handle: (before, input, now) => {
              const turn = core.handle(before, input, now);
              const isDue = now - (sentAt.get(before.hostname) ?? -Infinity) >= 300_000 || input.type === 'Boot';
              if (isDue && turn.effects.some(({ type }) => type === 'SendHeartbeat')) sentAt.set(before.hostname, now);
              return isDue ? turn : { ...turn, effects: turn.effects.filter(({ type }) => type !== 'SendHeartbeat') };
            },
          };
        },
      },
    ],
    [
      'never',
      'a clock that is set back silences its agent',
      {
        wrapAgent: (core) => ({
          start: core.start,
          handle: (before, input, now) => {
            const { heartbeatAt } = before;
            const turn = core.handle(before, input, now);
            if (input.type !== 'Tick' || now >= heartbeatAt) return turn;
            const effects = turn.effects.filter(({ type }) => type !== 'SendHeartbeat');
            return { ...turn, agent: { ...turn.agent, heartbeatAt }, effects };
          },
        }),
      },
    ],
    [
      'never',
      'heartbeats are sent only while something is under way',
      heartbeats((heartbeat, state) => (state.probeRuns.isRunning || state.phase !== 'working' ? heartbeat : null)),
    ],
    [
      'too early or too often',
      'a heartbeat is sent at every delivery report',
      {
        wrapAgent: (core) => ({
          start: core.start,
          handle: (before, input, now) => {
            const isReport = input.type === 'EventsDelivered' && before.phase === 'working';
            const first = core.handle(isReport ? { ...before, heartbeatAt: -Infinity } : before, input, now);
            if (!isReport) return first;
            const second = core.handle(first.agent, { type: 'Tick' }, now);
            return { ...second, hasChanged: true, effects: [...first.effects, ...second.effects] };
          },
        }),
      },
    ],
    [
      'wrong one',
      'heartbeats name the target as what runs',
      heartbeats((heartbeat, state) => ({
        ...heartbeat,
        currentClosure: activeRecord(state)?.targetClosure ?? heartbeat.currentClosure,
      })),
    ],
    [
      'wrong one',
      'heartbeats name the closure of the record as what runs',
      heartbeats((heartbeat, state) => ({
        ...heartbeat,
        currentClosure: activeRecord(state)?.currentClosure ?? heartbeat.currentClosure,
      })),
    ],
    [
      'wrong one',
      'heartbeats do not name what runs',
      heartbeats((heartbeat) => ({ ...heartbeat, currentClosure: null })),
    ],
    ['never', 'heartbeats carry no record', heartbeats((heartbeat) => ({ ...heartbeat, rollouts: [] }))],
    [
      'never',
      'heartbeats carry no record of a host that is at its end',
      heartbeats((heartbeat) => ({
        ...heartbeat,
        rollouts: heartbeat.rollouts.filter(({ state }) => state !== 'Converged' && state !== 'Reverted'),
      })),
    ],
    [
      'wrong one',
      'heartbeats carry the record of before, without its number',
      heartbeats((heartbeat) => ({
        ...heartbeat,
        rollouts: heartbeat.rollouts.map((snapshot) => ({ ...snapshot, lastEventSeq: 0 })),
      })),
    ],
    [
      'wrong one',
      'heartbeats say that every record is one number further',
      heartbeats((heartbeat) => ({
        ...heartbeat,
        rollouts: heartbeat.rollouts.map((snapshot) => ({ ...snapshot, lastEventSeq: snapshot.lastEventSeq + 1 })),
      })),
    ],
    [
      'wrong one',
      'heartbeats call a soaking host converged',
      heartbeats((heartbeat) => ({
        ...heartbeat,
        rollouts: heartbeat.rollouts.map((snapshot) =>
          snapshot.state === 'Soaking' ? { ...snapshot, state: 'Converged' } : snapshot,
        ),
      })),
    ],
    [
      'never',
      'heartbeats never say that events are undelivered',
      heartbeats((heartbeat) => ({ ...heartbeat, undelivered: [] })),
    ],
    [
      'too early or too often',
      'heartbeats always say that events are undelivered',
      heartbeats((heartbeat) => ({ ...heartbeat, undelivered: heartbeat.rollouts.map(({ rolloutId }) => rolloutId) })),
    ],
  ]),
  ...rule('agent 10: snapshots', [
    ['never', 'no snapshot is ever taken over', agent({ takeOverSnapshot: () => null })],
    [
      'too early or too often',
      'every snapshot is taken over',
      agent({
        takeOverSnapshot: (record, snapshot) =>
          snapshot.state === 'Pending'
            ? null
            : AGENT_RULES.takeOverSnapshot(record === null ? null : { ...record, lastEventSeq: 0 }, snapshot),
      }),
    ],
    [
      'too early or too often',
      'a snapshot under the same number is taken over',
      agent({
        takeOverSnapshot: (record, snapshot) =>
          AGENT_RULES.takeOverSnapshot(
            record === null ? null : { ...record, lastEventSeq: record.lastEventSeq - 1 },
            snapshot,
          ),
      }),
    ],
    [
      'never',
      'a snapshot is taken over only where there is no record',
      agent({
        takeOverSnapshot: (record, snapshot) =>
          record === null ? AGENT_RULES.takeOverSnapshot(record, snapshot) : null,
      }),
    ],
    [
      'wrong one',
      'what a snapshot does not carry is lost when it is taken over',
      agent({
        takeOverSnapshot: (record, snapshot) =>
          AGENT_RULES.takeOverSnapshot(record, snapshot) === null ? null : { ...newPendingHost(snapshot), ...snapshot },
      }),
    ],
    [
      'wrong one',
      'a snapshot is taken over without its soak',
      agent({
        takeOverSnapshot: (record, snapshot) => AGENT_RULES.takeOverSnapshot(record, { ...snapshot, soakDueAt: null }),
      }),
    ],
    ['never', 'probes are not started after a late snapshot', withoutAfterLateSnapshot('StartProbes')],
    ['never', 'a switch is not fired again after a late snapshot', withoutAfterLateSnapshot('LocalFireSwitch')],
    [
      'never',
      'nothing is sent again that the control plane asks for',
      agentInput('HeartbeatAnswered', (input) => ({ ...input, replayFrom: null })),
    ],
    [
      'wrong one',
      'what the control plane has already is sent again when it asks for the rest',
      agentInput('HeartbeatAnswered', (input) => ({ ...input, replayFrom: input.replayFrom === null ? null : 0 })),
    ],
  ]),
  ...rule('agent 11: a boot waits for its answer', [
    [
      'too early or too often',
      'no boot waits for the answer to its heartbeat',
      {
        wrapAgent: (core) => ({
          start: core.start,
          handle: (before, input, now) => {
            const turn = core.handle(before, input, now);
            if (input.type !== 'Boot') return turn;
            const next = core.handle(turn.agent, { type: 'HeartbeatUnanswered' }, now);
            return { ...next, hasChanged: true, effects: [...turn.effects, ...next.effects] };
          },
        }),
      },
    ],
    ['too early or too often', 'a boot is over at its first tick', agent({ awaitsAnswer: () => false })],
    [
      'never',
      'a boot waits for its answer for ever',
      {
        agent: { awaitsAnswer: () => true },
        wrapAgent: (core) => ({
          start: core.start,
          handle: (before, input, now) =>
            input.type === 'HeartbeatUnanswered'
              ? { agent: before, hasChanged: false, effects: [] }
              : core.handle(before, input, now),
        }),
      },
    ],
    [
      'never',
      'a boot sends no heartbeat',
      heartbeats((heartbeat, { phase }) => (phase === 'working' ? heartbeat : null)),
    ],
  ]),
  ...rule('agent 11: the record at boot', [
    ['never', 'the outbox is not read', agentInput('Boot', (input) => ({ ...input, outbox: [] }))],
    ['never', 'the headers are not read', agentInput('Boot', (input) => ({ ...input, headers: [] }))],
    [
      'wrong one',
      'only the first undelivered event is applied',
      agent({
        bootRecord: (base, recovered, ...rest) => AGENT_RULES.bootRecord(base, recovered.slice(0, 1), ...rest),
      }),
    ],
    [
      'wrong one',
      'the undelivered events are applied from the last to the first',
      agent({
        bootRecord: (base, recovered, ...rest) => AGENT_RULES.bootRecord(base, recovered.toReversed(), ...rest),
      }),
    ],
    [
      'wrong one',
      'numbering goes on after what the header reserved only if it is delivered',
      agentInput('Boot', (input) => ({
        ...input,
        headers: input.headers.map((header) => ({ ...header, numberedTo: header.record.lastEventSeq })),
      })),
    ],
    [
      'wrong one',
      'the record is that of the header, whatever the probes were',
      agent({
        bootRecord: (base, recovered, policy, now, reduce) => ({
          ...AGENT_RULES.bootRecord(base, recovered, policy, now, reduce),
          record: { ...AGENT_RULES.bootRecord(base, recovered, policy, now, reduce).record, soakDueAt: null },
        }),
      }),
    ],
  ]),
  ...rule('agent 11: what was under way is resumed', [
    ['never', 'nothing is resumed', agent({ resumption: () => null })],
    [
      'never',
      'a switch that a crash cut short is not fired again',
      agent({
        resumption: (state, record, ...rest) =>
          record.state === 'Activating' ? null : AGENT_RULES.resumption(state, record, ...rest),
      }),
    ],
    [
      'too early or too often',
      'a boot fires the switch although the target runs',
      agent({
        resumption: (state, record, policy, wasRebooted, now) =>
          record.state === 'Activating' && !state.workers.some(({ kind }) => kind === 'switch')
            ? { type: 'LocalFireSwitch', rolloutId: record.rolloutId, target: record.targetClosure }
            : AGENT_RULES.resumption(state, record, policy, wasRebooted, now),
      }),
    ],
    [
      'too early or too often',
      'a boot goes back although the host is back',
      agent({
        resumption: (state, record, ...rest) => {
          const next = AGENT_RULES.resumption(state, record, ...rest);
          return next?.type === 'LocalRollbackCompleted'
            ? { type: 'LocalFireRollbackTo', rolloutId: record.rolloutId, closure: next.revertedToClosure }
            : next;
        },
      }),
    ],
    [
      'too early or too often',
      'a boot forgets the workers that still run',
      {
        ...agentInput('Boot', (input) => ({ ...input, workers: [] })),
      },
    ],
    [
      'too early or too often',
      'a boot switches a converged host again',
      agent({
        resumption: (state, record, ...rest) =>
          record.state === 'Converged'
            ? { type: 'LocalFireSwitch', rolloutId: record.rolloutId, target: record.targetClosure }
            : AGENT_RULES.resumption(state, record, ...rest),
      }),
    ],
    [
      'too early or too often',
      'a deferred activation fails at any restart of the agent',
      agent({ wasRebooted: () => true }),
    ],
    ['never', 'a reboot is never seen', agent({ wasRebooted: () => false })],
    [
      'too early or too often',
      'a deferred activation is switched again at the boot',
      agent({
        resumption: (state, record, policy, wasRebooted, now) =>
          record.state === 'Deferred' && state.runningClosure !== record.targetClosure
            ? { type: 'LocalFireSwitch', rolloutId: record.rolloutId, target: record.targetClosure }
            : AGENT_RULES.resumption(state, record, policy, wasRebooted, now),
      }),
    ],
    [
      'never',
      'a deferred activation that failed at the boot stays Failed',
      agent({
        resumption: (state, record, policy, ...rest) =>
          AGENT_RULES.resumption(
            state,
            record,
            record.policyApplied === null ? { onHealthFailure: 'halt' } : policy,
            ...rest,
          ),
      }),
    ],
    [
      'too early or too often',
      'a deferred activation that fails applies the policy',
      afterEvent('LocalActivationFailed', (_, { state }) => (state === 'Deferred' ? { policyApplied: 'halt' } : {})),
    ],
    [
      'too early or too often',
      'a boot rolls back under halt too',
      agent({
        resumption: (state, record, _policy, ...rest) =>
          AGENT_RULES.resumption(state, record, { onHealthFailure: 'rollback-and-halt' }, ...rest),
      }),
    ],
    [
      'wrong one',
      'a boot reports a rollback that it finds done with an exit code',
      agent({
        resumption: (...args) => {
          const next = AGENT_RULES.resumption(...args);
          return next?.type === 'LocalRollbackCompleted' ? { ...next, exitCode: 1 } : next;
        },
      }),
    ],
    [
      'wrong one',
      'a boot reports a rollback that was not done',
      agent({
        resumption: (state, record, policy, wasRebooted, now) => {
          const next = AGENT_RULES.resumption(state, record, policy, wasRebooted, now);
          return next?.type === 'LocalFireRollbackTo'
            ? { type: 'LocalRollbackCompleted', revertedToClosure: next.closure, exitCode: 0, completedAt: now }
            : next;
        },
      }),
    ],
    [
      'wrong one',
      'a boot rolls back to the closure that failed',
      agent({
        resumption: (state, record, ...rest) => {
          const next = AGENT_RULES.resumption(state, record, ...rest);
          return next?.type === 'LocalFireRollbackTo' ? { ...next, closure: record.targetClosure } : next;
        },
      }),
    ],
    [
      'never',
      'a rollback that was done is not reported at the boot',
      agent({
        resumption: (state, ...rest) => {
          const next = AGENT_RULES.resumption(state, ...rest);
          return next?.type === 'LocalRollbackCompleted' ? null : next;
        },
      }),
    ],
    [
      'never',
      'the probes of a soaking host are not started again',
      {
        wrapAgent: (core) => ({
          start: core.start,
          handle: (before, input, now) => {
            // The core may change the agent that it is given.
            const { phase } = before;
            const turn = core.handle(before, input, now);
            return phase !== 'working' && isOfBoot(input)
              ? { ...turn, effects: turn.effects.filter(({ type }) => type !== 'StartProbes') }
              : turn;
          },
        }),
      },
    ],
    [
      'wrong one',
      'a soak begins anew at each boot',
      {
        wrapAgent: (core) => ({
          start: core.start,
          handle: (before, input, now) => {
            const { phase } = before;
            const turn = core.handle(before, input, now);
            if (phase === 'working' || turn.agent.phase !== 'working') return turn;
            const rollouts = turn.agent.rollouts.map((rollout) =>
              rollout.record?.state === 'Soaking' && rollout.record.soakDueAt !== null
                ? {
                    ...rollout,
                    record: {
                      ...rollout.record,
                      soakDueAt: now + rollout.record.soakDueAt - rollout.record.dispatchedAt,
                    },
                  }
                : rollout,
            );
            return { ...turn, agent: { ...turn.agent, rollouts } };
          },
        }),
      },
    ],
    [
      'never',
      'a host that goes back at its boot is one that halts',
      {
        wrapAgent: (core) => ({
          start: core.start,
          handle: (before, input, now) => {
            // The core may change the agent that it is given.
            const { phase } = before;
            const turn = core.handle(before, input, now);
            return phase !== 'working' && goesBack(turn.agent)
              ? { ...turn, effects: turn.effects.filter(({ type }) => type !== 'LocalFireRollbackTo') }
              : turn;
          },
        }),
      },
    ],
  ]),
];
