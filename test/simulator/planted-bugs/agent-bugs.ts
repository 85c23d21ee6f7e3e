import {
  AGENT_RULES,
  type Agent,
  type AgentCore,
  type AgentEffect,
  type AgentInput,
  type AgentRules,
  type SentEvent,
  type UndeliveredEvent,
  type UnnumberedEvent,
} from '../../../src/agent/index.ts';
import type { HostEffect } from '../../../src/machine/effects.ts';
import type { HostRolloutState } from '../../../src/machine/record.ts';
import type { StepResult } from '../../../src/machine/step.ts';
import { after, MINUTE, scenarioWith, sketch } from '../support/small-fleets.ts';
import type { PlantedBug } from './planted-bug.ts';
import {
  alone,
  deferForever,
  failActivation,
  failProbe,
  lossy,
  releaseDuringSoak,
  CRASH,
  crashAt,
  releaseDuringSwitch,
} from './scenes.ts';

type Step = AgentRules['step'];
type Sweep = AgentRules['sweep'];

const parts = (agent: Partial<AgentRules>): PlantedBug['cores'] => ({ agent });

const withEffects =
  (change: (effect: HostEffect) => HostEffect): Step =>
  (state, event, now, policy) => {
    const result = AGENT_RULES.step(state, event, now, policy);
    return result.ok ? { ...result, effects: result.effects.map(change) } : result;
  };

const converged = (record: HostRolloutState, now: number): UnnumberedEvent => ({
  type: 'LocalConvergedReached',
  convergedAt: now,
  currentClosure: record.targetClosure,
});

/** The machine sees the record with some of it hidden; what it does not change comes back. */
function hiding(hidden: Partial<HostRolloutState>): Step {
  return (state, event, now, policy): StepResult => {
    if (event.type !== 'LocalConvergedReached') return AGENT_RULES.step(state, event, now, policy);
    const result = AGENT_RULES.step({ ...state, ...hidden }, event, now, policy);
    return result.ok
      ? { ...result, state: { ...result.state, probes: state.probes, soakDueAt: state.soakDueAt } }
      : result;
  };
}

const unlessHealthy: Sweep = (agent, record, policy, now) => {
  const event = AGENT_RULES.sweep(agent, record, policy, now);
  return event?.type === 'LocalSustainedFailureCrossed' ? null : event;
};

/** Does not look at some of what convergence waits for. */
const hasty =
  (mayConverge: (agent: Parameters<Sweep>[0], record: HostRolloutState, now: number) => boolean): Sweep =>
  (agent, record, policy, now) =>
    unlessHealthy(agent, record, policy, now) ??
    (record.state === 'Soaking' && agent.probeRuns.isRunning && mayConverge(agent, record, now)
      ? converged(record, now)
      : null);

const isDue = ({ soakDueAt }: HostRolloutState, now: number): boolean => soakDueAt !== null && now >= soakDueAt;

const healing: readonly PlantedBug[] = [
  {
    name: 'results of the probes of the previous closure are taken after an activation',
    cores: parts({ acceptsProbeOutcome: (agent) => agent.probeRuns.isRunning }),
    scenario: releaseDuringSoak(),
    caughtBy: 'soaked',
  },
  {
    name: 'a failing observe probe holds convergence',
    cores: parts({
      sweep: (agent, record, policy, now) => {
        const event = AGENT_RULES.sweep(agent, record, policy, now);
        return event?.type === 'LocalConvergedReached' && agent.probeRuns.statuses.includes('fail') ? null : event;
      },
    }),
    scenario: alone([failProbe('disk')], {
      probeSets: [
        [
          { probeName: 'http', kind: 'http', mode: 'enforce', intervalSecs: 60 },
          { probeName: 'disk', kind: 'script', mode: 'observe', intervalSecs: 60 },
        ],
      ],
    }),
    caughtBy: 'live',
  },
  {
    name: 'a host converges before every enforce probe has run',
    cores: parts({
      sweep: hasty((agent, record, now) => isDue(record, now) && !agent.probeRuns.statuses.includes('fail')),
    }),
    scenario: alone([after(0, { type: 'silence-probe', hosts: ['a1'], probe: 'http', forMs: null })]),
    caughtBy: 'soaked',
  },
  {
    name: 'a host converges before its soak is over',
    cores: parts({
      sweep: hasty((agent) => agent.probeRuns.statuses.every((status) => status === 'pass')),
      step: hiding({ soakDueAt: null }),
    }),
    scenario: alone([]),
    caughtBy: 'mirror',
  },
  {
    name: 'a host converges over a failing enforce probe',
    cores: parts({ sweep: hasty((_agent, record, now) => isDue(record, now)), step: hiding({ probes: {} }) }),
    scenario: alone([failProbe('http')]),
    caughtBy: 'converged is healthy',
  },
  {
    name: 'a probe that goes on failing never fails its host',
    cores: parts({ sweep: unlessHealthy }),
    scenario: alone([failProbe('http')]),
    caughtBy: 'live',
  },
  {
    name: 'a host goes back although the policy is to halt',
    cores: parts({
      sweep: (agent, record, _policy, now) =>
        AGENT_RULES.sweep(agent, record, { onHealthFailure: 'rollback-and-halt' }, now),
    }),
    scenario: alone([failProbe('http')], {}, { onHealthFailure: 'halt' }),
    caughtBy: 'halt',
  },
  {
    name: 'a host that went back still says that it runs the target',
    cores: parts({
      step: (state, event, now, policy) => {
        const result = AGENT_RULES.step(state, event, now, policy);
        if (!result.ok || event.type !== 'LocalRollbackCompleted') return result;
        return { ...result, state: { ...result.state, currentClosure: state.targetClosure } };
      },
    }),
    scenario: alone([failActivation]),
    caughtBy: 'reverted is back',
  },
];

const remembering: readonly PlantedBug[] = [
  {
    name: 'a snapshot is taken over although it is behind',
    cores: parts({
      takeOverSnapshot: (record, snapshot) =>
        record !== null && snapshot.state !== 'Pending' && snapshot.lastEventSeq !== record.lastEventSeq
          ? { ...record, ...snapshot }
          : AGENT_RULES.takeOverSnapshot(record, snapshot),
    }),
    scenario: lossy(0),
    caughtBy: 'never back',
  },
  {
    name: 'a warm snapshot clears the time of the first failure',
    cores: parts({
      takeOverSnapshot: (record, snapshot) => {
        const taken = AGENT_RULES.takeOverSnapshot(record, snapshot);
        return taken === null ? null : { ...taken, probeFailureFirstAt: null };
      },
    }),
    scenario: alone(
      [
        failProbe('http', 1.5 * MINUTE),
        after(50, { type: 'crash', hosts: ['a1'], afterEffects: null, downMs: null, losesTail: true }),
      ],
      {},
      { soakMinutes: 90 },
    ),
    caughtBy: 'never back',
  },
  {
    name: 'a boot ignores the outbox when it numbers events',
    cores: parts({
      bootRecord: (base) => ({ record: base, refusals: [] }),
      nextSeq: ({ record }) => (record?.lastEventSeq ?? 0) + 1,
    }),
    scenario: lossy(20),
    caughtBy: 'sequence',
  },
  {
    name: 'no header is written, so a boot numbers by outbox and snapshot alone',
    cores: { wrapAgent: changingEffects((effects) => effects.filter(({ type }) => type !== 'WriteOutboxHeader')) },
    scenario: lossy(20),
    caughtBy: 'sequence',
  },
  {
    name: 'a dispatch that is delivered again begins again',
    cores: parts({ acceptsDispatch: () => true }),
    scenario: lossy(0),
    caughtBy: 'never back',
  },
  {
    name: 'an activation that a crash cut short is not begun again',
    cores: parts({
      resumption: (agent, record, ...rest) =>
        record.state === 'Activating' ? null : AGENT_RULES.resumption(agent, record, ...rest),
    }),
    // Acknowledged, and then no switch was fired.
    scenario: alone([after(0, { type: 'crash', hosts: ['a1'], afterEffects: 4, downMs: null, losesTail: false })]),
    caughtBy: 'live',
  },
];

const telling: readonly PlantedBug[] = [
  {
    name: 'a deferral is reported with number 0',
    cores: parts({
      step: withEffects((effect) =>
        effect.type === 'LocalEmitEvent' && effect.payload.type === 'ActivationDeferred'
          ? { ...effect, payload: { ...effect.payload, seq: 0 } }
          : effect,
      ),
    }),
    scenario: alone([deferForever]),
    caughtBy: 'sequence',
  },
  {
    name: 'events that must be durable are written as if they need not be',
    cores: parts({
      step: withEffects((effect) => (effect.type === 'LocalEmitEvent' ? { ...effect, durable: false } : effect)),
    }),
    scenario: alone([]),
    caughtBy: 'durable',
  },
  {
    name: 'one answer takes two events out of the outbox',
    cores: parts({
      settleDelivery: (rollout, report) => {
        const settled = AGENT_RULES.settleDelivery(rollout, report);
        return settled === rollout || report.events[0]?.outcome === 'not-delivered'
          ? settled
          : { ...settled, undelivered: settled.undelivered.slice(1) };
      },
    }),
    scenario: lossy(0),
    caughtBy: 'durable',
  },
  {
    name: 'the newest event is sent first',
    cores: {
      agent: {
        settleDelivery: (rollout, { events: [sent], ...report }) => {
          const first = rollout.undelivered[0]?.event.seq;
          if (sent === undefined || first === undefined) return rollout;
          if (sent.outcome === 'not-delivered')
            return AGENT_RULES.settleDelivery(rollout, { ...report, events: [{ ...sent, seq: first }] });
          const undelivered = rollout.undelivered.filter(({ event }) => event.seq !== sent.seq);
          return { ...rollout, failedAttempts: 0, inFlight: 0, undelivered };
        },
      },
      wrapAgent: changingEffects((effects, undelivered) =>
        effects.map((effect) => {
          const event = effect.type === 'SendEvents' ? undelivered(effect.rolloutId).at(-1)?.event : undefined;
          return effect.type === 'SendEvents' && event !== undefined ? { ...effect, events: [event] } : effect;
        }),
      ),
    },
    scenario: lossy(0),
    caughtBy: 'mirror',
  },
];

const working: readonly PlantedBug[] = [
  {
    name: 'a dispatch is taken while a switch runs',
    cores: parts({
      acceptsDispatch: (agent, record) => AGENT_RULES.acceptsDispatch({ ...agent, workers: [] }, record),
      mayFire: () => true,
    }),
    scenario: releaseDuringSwitch(),
    caughtBy: 'one switch',
  },
  {
    name: 'a boot fires the switch again that still runs',
    cores: parts({
      resumption: (agent, ...rest) => AGENT_RULES.resumption({ ...agent, workers: [] }, ...rest),
      mayFire: () => true,
    }),
    scenario: alone([crashAt(0.4)]),
    caughtBy: 'one switch',
  },
  {
    name: 'a rollback is never fired',
    cores: {
      wrapAgent: changingEffects((effects) => effects.filter(({ type }) => type !== 'LocalFireRollbackTo')),
    },
    scenario: alone([failActivation]),
    caughtBy: 'no silent end',
  },
  {
    name: 'a rollback that a crash cut short is not fired again',
    cores: parts({
      resumption: (agent, record, ...rest) =>
        record.state === 'Failed' ? null : AGENT_RULES.resumption(agent, record, ...rest),
    }),
    // Reported as failed, and then no rollback was fired.
    scenario: alone([failActivation, after(0.7, { ...CRASH, afterEffects: 2 })]),
    caughtBy: 'no silent end',
  },
  {
    name: 'a rollback goes to the closure that failed',
    cores: {
      wrapAgent: changingEffects((effects) =>
        effects.map((effect) => (effect.type === 'LocalFireRollbackTo' ? { ...effect, closure: 'r1-a1' } : effect)),
      ),
    },
    scenario: alone([failActivation]),
    caughtBy: 'no silent end',
  },
  {
    name: 'a rollback that was done while no agent ran is not reported',
    cores: parts({
      resumption: (agent, ...rest) => {
        const next = AGENT_RULES.resumption(agent, ...rest);
        return next?.type === 'LocalRollbackCompleted' ? null : next;
      },
    }),
    scenario: alone([
      failActivation,
      { when: { type: 'HostEnters', host: 'a1', state: 'Failed', afterMs: 20_200 }, do: CRASH },
    ]),
    caughtBy: 'no silent end',
  },
  {
    name: 'the way back is taken from what ran before a switch by hand',
    cores: {
      wrapAgent: changingInputs((input, agent) =>
        input.type === 'RunningClosureChanged' ? { ...input, runningClosure: agent.runningClosure } : input,
      ),
    },
    scenario: scenarioWith([], {
      ...alone([
        failActivation,
        after(1, { type: 'switch-by-hand', hosts: ['a1'], closure: 'by-hand' }),
        after(2, { type: 'publish', rollouts: [sketch({ waves: [['a1']] })] }),
      ]),
      rollouts: [],
    }),
    caughtBy: 'no silent end',
  },
  {
    name: 'a restart of the agent hides that the machine was rebooted',
    cores: parts({ wasRebooted: () => false }),
    scenario: alone([
      after(0, { type: 'defer-activation', hosts: ['a1'], component: 'kernel', rebootAfterMs: MINUTE, times: 1 }),
      after(0, { type: 'fall-back-at-boot', hosts: ['a1'], times: 1 }),
    ]),
    caughtBy: 'live',
  },
  {
    name: 'an activation is taken to have come to the target, whatever the worker observed',
    cores: {
      wrapAgent: changingInputs((input, agent) => {
        const target = agent.rollouts.find(({ rolloutId }) => rolloutId === agent.activeRolloutId)?.record
          ?.targetClosure;
        return input.type === 'ActivationCompleted' && target !== undefined
          ? { ...input, observedCurrentClosure: target }
          : input;
      }),
    },
    scenario: alone([after(0, { type: 'wrong-closure', hosts: ['a1'], closure: 'another', times: null })]),
    caughtBy: 'what runs',
  },
  {
    name: "an answer that is not the control plane's own removes an event",
    cores: {
      wrapAgent: changingInputs((input) =>
        input.type === 'EventsDelivered'
          ? { ...input, events: input.events.map(({ seq, outcome }) => ({ seq, outcome: asRefusal(outcome) })) }
          : input,
      ),
    },
    scenario: lossy(0),
    caughtBy: 'durable',
  },
];

/** As it was when any 4xx was a refusal; a proxy's answer is taken for lost here. */
function asRefusal(outcome: SentEvent['outcome']): SentEvent['outcome'] {
  return outcome === 'not-delivered' ? 'refused' : outcome;
}

function changingInputs(change: (input: AgentInput, agent: Agent) => AgentInput) {
  return (core: AgentCore): AgentCore => ({
    start: core.start,
    handle: (agent, input, now) => core.handle(agent, change(input, agent), now),
  });
}

type Undelivered = (rolloutId: string) => readonly UndeliveredEvent[];

function changingEffects(
  change: (effects: readonly AgentEffect[], undelivered: Undelivered) => readonly AgentEffect[],
) {
  return (core: AgentCore): AgentCore => ({
    start: core.start,
    handle: (agent, input, now) => {
      const turn = core.handle(agent, input, now);
      const undelivered: Undelivered = (id) =>
        turn.agent.rollouts.find(({ rolloutId }) => rolloutId === id)?.undelivered ?? [];
      return { ...turn, effects: change(turn.effects, undelivered) };
    },
  });
}

export const AGENT_BUGS: readonly PlantedBug[] = [...healing, ...remembering, ...telling, ...working];
