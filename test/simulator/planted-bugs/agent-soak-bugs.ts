import { AGENT_RULES, type Agent, type AgentRules } from '../../../src/agent/index.ts';
import type { HostRolloutState } from '../../../src/machine/index.ts';
import { afterEvent, agent, agentEffect, agentInput, agentStep, neverEmits } from './broken-agent.ts';
import { rule, type RuleBug } from './rule-bug.ts';

type Sweep = AgentRules['sweep'];

const sweeping = (change: (real: Sweep, ...args: Parameters<Sweep>) => ReturnType<Sweep>) =>
  agent({ sweep: (...args) => change(AGENT_RULES.sweep, ...args) });

const threshold = (secs: (configured: number) => number) =>
  sweeping((real, state, ...rest) => {
    const sustainedFailureSecs = secs(state.settings.sustainedFailureSecs);
    return real({ ...state, settings: { ...state.settings, sustainedFailureSecs } }, ...rest);
  });

const isFailed = (event: ReturnType<Sweep>): boolean => event?.type === 'LocalSustainedFailureCrossed';

/** The failure without a look at what the probes say now. */
const failsAnyway = (mayFail: (state: Agent, record: HostRolloutState) => boolean): ReturnType<typeof agent> =>
  sweeping((real, state, record, policy, now) => {
    const event = real(state, record, policy, now);
    const first = record.probeFailureFirstAt;
    const isOver = first !== null && now - first >= state.settings.sustainedFailureSecs * 1000;
    if (event !== null || !state.probeRuns.isRunning || !isOver || !mayFail(state, record)) return event;
    return {
      type: 'LocalSustainedFailureCrossed',
      failedAt: now,
      sustainedDurationSecs: Math.floor((now - first) / 1000),
      failingProbes: [],
      policyApplied: policy.onHealthFailure,
    };
  });

/** Convergence as the agent claims it, past what the machine asks for. */
const claims = (
  mayConverge: (state: Agent, record: HostRolloutState, now: number) => boolean,
  hidden: Partial<HostRolloutState> = {},
): ReturnType<typeof agent> => ({
  agent: {
    sweep: (state, record, policy, now) => {
      const event = AGENT_RULES.sweep(state, record, policy, now);
      if (event !== null || record.state !== 'Soaking' || !state.probeRuns.isRunning) return event;
      if (!mayConverge(state, record, now)) return null;
      const convergedAt = Math.max(now, record.soakDueAt ?? now);
      return { type: 'LocalConvergedReached', convergedAt, currentClosure: record.targetClosure };
    },
    step: (state, event, now, policy) => {
      if (event.type !== 'LocalConvergedReached') return AGENT_RULES.step(state, event, now, policy);
      const result = AGENT_RULES.step({ ...state, ...hidden }, event, now, policy);
      return result.ok ? { ...result, state: { ...result.state, probes: state.probes } } : result;
    },
  },
});

const allPass = ({ probes, probeRuns }: Agent): boolean =>
  probes.every(({ mode }, at) => mode !== 'enforce' || probeRuns.statuses[at] === 'pass');

const isOver = ({ soakDueAt }: HostRolloutState, now: number): boolean => soakDueAt === null || now >= soakDueAt;

/** Rules 6 and 7: how a soak ends. */
export const AGENT_SOAK_BUGS: readonly RuleBug[] = [
  ...rule('agent 6: sustained failure', [
    [
      'never',
      'a host never fails by its probes',
      sweeping((real, ...args) => (isFailed(real(...args)) ? null : real(...args))),
    ],
    [
      'wrong one',
      'observe probes are named as failing too',
      sweeping((real, state, ...rest) => {
        const event = real(state, ...rest);
        if (event?.type !== 'LocalSustainedFailureCrossed') return event;
        const failing = state.probes.filter((_, at) => state.probeRuns.statuses[at] === 'fail');
        return { ...event, failingProbes: failing.map(({ probeName }) => probeName).sort() };
      }),
    ],
    ['never', 'the threshold is twice as long', threshold((secs) => secs * 2)],
    [
      'never',
      'a host fails a tick later than it could',
      sweeping((real, state, record, policy, now) => {
        const event = real(state, record, policy, now);
        const { tickSecs, sustainedFailureSecs } = state.settings;
        const first = record.probeFailureFirstAt ?? now;
        return isFailed(event) && now < first + (sustainedFailureSecs + tickSecs) * 1000 ? null : event;
      }),
    ],
    [
      'never',
      'a host fails only once its soak is over',
      sweeping((real, state, record, policy, now) => (isOver(record, now) ? real(state, record, policy, now) : null)),
    ],
    ['too early or too often', 'one failed probe is enough', threshold(() => 0)],
    ['too early or too often', 'the threshold is half as long', threshold((secs) => secs / 2)],
    [
      'too early or too often',
      'a host fails although its probes have recovered',
      failsAnyway((state) => allPass(state)),
    ],
    [
      'too early or too often',
      'a failing observe probe fails its host',
      failsAnyway(({ probeRuns }) => probeRuns.statuses.includes('fail')),
    ],
    [
      'too early or too often',
      'the second failed run of a probe fails its host',
      {
        wrapAgent: (core) => {
          const failures = new Map<string, number>();
          return {
            start: core.start,
            handle: (before, input, now) => {
              if (input.type === 'ProbeOutcome') {
                const key = `${before.hostname} ${input.generation}`;
                if (input.status === 'fail') failures.set(key, (failures.get(key) ?? 0) + 1);
              }
              if (input.type !== 'Tick') return core.handle(before, input, now);
              const key = `${before.hostname} ${before.probeRuns.generation}`;
              const isEnough = (failures.get(key) ?? 0) >= 2;
              const { settings } = before;
              const turn = core.handle(
                isEnough ? { ...before, settings: { ...settings, sustainedFailureSecs: 1 } } : before,
                input,
                now,
              );
              return { ...turn, agent: { ...turn.agent, settings } };
            },
          };
        },
      },
    ],
    [
      'wrong one',
      'a pass clears the time of the first failure',
      agentStep((accepted, event) =>
        event.type === 'LocalProbeResult' && event.status === 'pass'
          ? { ...accepted, state: { ...accepted.state, probeFailureFirstAt: null } }
          : accepted,
      ),
    ],
    [
      'wrong one',
      'every first failure begins the time anew',
      agentStep((accepted, event) =>
        event.type === 'LocalProbeFailureFirst'
          ? { ...accepted, state: { ...accepted.state, probeFailureFirstAt: event.firstFailedAt } }
          : accepted,
      ),
    ],
    [
      'wrong one',
      'the failing probes are not named',
      sweeping((real, ...args) => {
        const event = real(...args);
        return event?.type === 'LocalSustainedFailureCrossed' ? { ...event, failingProbes: [] } : event;
      }),
    ],
    [
      'wrong one',
      'all enforce probes are named as failing',
      sweeping((real, state, ...rest) => {
        const event = real(state, ...rest);
        if (event?.type !== 'LocalSustainedFailureCrossed') return event;
        return { ...event, failingProbes: state.probes.map(({ probeName }) => probeName).sort() };
      }),
    ],
    [
      'wrong one',
      'the duration is reported in milliseconds',
      sweeping((real, ...args) => {
        const event = real(...args);
        if (event?.type !== 'LocalSustainedFailureCrossed') return event;
        return { ...event, sustainedDurationSecs: event.sustainedDurationSecs * 1000 };
      }),
    ],
    [
      'wrong one',
      'a host halts although the policy is to go back',
      sweeping((real, state, record, _policy, now) => real(state, record, { onHealthFailure: 'halt' }, now)),
    ],
    ['never', 'a failed host is not reported', neverEmits('Failed')],
  ]),
  ...rule('agent 7: convergence', [
    [
      'never',
      'a host never converges',
      sweeping((real, ...args) => (real(...args)?.type === 'LocalConvergedReached' ? null : real(...args))),
    ],
    [
      'never',
      'a host converges a tick later than it could',
      sweeping((real, state, record, policy, now) => {
        const event = real(state, record, policy, now);
        const tickMs = state.settings.tickSecs * 1000;
        const isTooNew = record.soakDueAt !== null && now < record.soakDueAt + tickMs;
        return event?.type === 'LocalConvergedReached' && isTooNew ? null : event;
      }),
    ],
    [
      'too early or too often',
      'a host asks to converge a minute too early',
      sweeping((real, state, record, policy, now) =>
        real(
          state,
          { ...record, soakDueAt: record.soakDueAt === null ? null : record.soakDueAt - 60_000 },
          policy,
          now,
        ),
      ),
    ],
    [
      'never',
      'a host converges only after twice its soak',
      sweeping((real, state, record, policy, now) => {
        const event = real(state, record, policy, now);
        const due = record.soakDueAt;
        return event?.type === 'LocalConvergedReached' && due !== null && now < 2 * due - record.dispatchedAt
          ? null
          : event;
      }),
    ],
    [
      'never',
      'a host converges only once every probe has run, the observed ones too',
      sweeping((real, state, ...rest) => {
        const event = real(state, ...rest);
        const isWaiting = state.probeRuns.statuses.includes(null);
        return event?.type === 'LocalConvergedReached' && isWaiting ? null : event;
      }),
    ],
    [
      'never',
      'a host whose probe once failed never converges',
      sweeping((real, state, record, policy, now) => {
        const event = real(state, record, policy, now);
        return event?.type === 'LocalConvergedReached' && record.probeFailureFirstAt !== null ? null : event;
      }),
    ],
    [
      'too early or too often',
      'a soak is merely claimed: the time is that of its end, and it is not over',
      claims((state, record, now) => allPass(state) && now >= (record.activationCompletedAt ?? now) + 60_000),
    ],
    [
      'too early or too often',
      'a soak ends a minute early',
      claims((state, record, now) => allPass(state) && now + 60_000 >= (record.soakDueAt ?? 0)),
    ],
    [
      'too early or too often',
      'a host converges before its enforce probes have run',
      claims(({ probeRuns }, record, now) => isOver(record, now) && !probeRuns.statuses.includes('fail')),
    ],
    [
      'too early or too often',
      'the first enforce probe speaks for all',
      claims(
        ({ probes, probeRuns }, record, now) =>
          isOver(record, now) && probeRuns.statuses[probes.findIndex(({ mode }) => mode === 'enforce')] === 'pass',
        { probes: {} },
      ),
    ],
    [
      'too early or too often',
      'a host that was switched by hand converges on what it does not run',
      claims((state, record, now) => allPass(state) && isOver(record, now)),
    ],
    [
      'wrong one',
      'a host converges on whatever runs',
      claims((state, record, now) => allPass(state) && isOver(record, now), {}),
    ],
    [
      'wrong one',
      'a converged host keeps its probes running',
      agentEffect('StopProbes', (effect, after) =>
        after.rollouts.some(({ record }) => record?.state === 'Converged') ? [] : [effect],
      ),
    ],
    ['never', 'a convergence is not reported', neverEmits('Converged')],
    [
      'wrong one',
      'the time of the dispatch is reported as that of the convergence',
      agentStep((accepted, event, before) =>
        event.type !== 'LocalConvergedReached'
          ? accepted
          : {
              ...accepted,
              effects: accepted.effects.map((effect) =>
                effect.type === 'LocalEmitEvent' && effect.payload.type === 'Converged'
                  ? { ...effect, payload: { ...effect.payload, convergedAt: before.dispatchedAt } }
                  : effect,
              ),
            },
      ),
    ],
  ]),
  ...rule('agent, inputs: ticks', [
    ['never', 'ticks are not taken', agentInput('Tick', () => null)],
    [
      'wrong one',
      'failure and convergence are forgotten after an activation: the soak begins when it ends',
      afterEvent('LocalActivationCompleted', (after, before) => ({
        soakDueAt:
          before.soakDueAt === null
            ? null
            : (after.activationCompletedAt ?? 0) + (before.soakDueAt - before.dispatchedAt),
      })),
    ],
  ]),
];
