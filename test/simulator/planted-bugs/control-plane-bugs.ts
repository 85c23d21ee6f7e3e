import {
  DEFAULT_PARTS,
  GATES,
  hostOf,
  type ControlPlaneCore,
  type ControlPlaneEffect,
  type ControlPlaneParts,
  type Gate,
  type GateContext,
} from '../../../src/control-plane/index.ts';
import type { RolloutManifest } from '../../../src/fleet/index.ts';
import { isInFlight } from '../../../src/machine/host-states.ts';
import { DEFAULT_SCENARIO } from '../../../src/simulator/index.ts';
import { after, budgetOf, MINUTE, scenarioWith, sketch } from '../support/small-fleets.ts';
import type { PlantedBug } from './planted-bug.ts';
import {
  alone,
  deferForever,
  failActivation,
  rebootBeforeReport,
  sameClosureAgain,
  STAGED,
  staged,
  TOGETHER,
  twoChannels,
} from './scenes.ts';

const parts = (controlPlane: Partial<ControlPlaneParts>): PlantedBug['cores'] => ({ controlPlane });
const without = (name: string): Partial<ControlPlaneParts> => ({ gates: GATES.filter((gate) => gate.name !== name) });

/** The gate of that name with another check. */
function withGate(
  name: string,
  check: (
    context: GateContext,
    candidate: Parameters<Gate['check']>[1],
    real: Gate['check'],
  ) => ReturnType<Gate['check']>,
) {
  const gates = GATES.map((gate): Gate =>
    gate.name === name ? { ...gate, check: (context, candidate) => check(context, candidate, gate.check) } : gate,
  );
  return parts({ gates });
}

/** Hosts that the budget gate let through, by pass: each pass has a context of its own. */
const letThrough = new WeakMap<GateContext, number>();
const countAtStart = new WeakMap<GateContext, number>();

const budgets: readonly PlantedBug[] = [
  {
    name: 'Pending counts as in flight',
    cores: parts({
      countsAgainstBudget: (state, isOutstanding) => state === 'Pending' || isOutstanding || isInFlight(state),
    }),
    scenario: staged(),
    caughtBy: 'live',
  },
  {
    name: 'hosts queued earlier in the same pass are not counted',
    cores: withGate('disruption-budget', (context, candidate, real) => {
      const key = candidate.budgets[0]?.selectorKey ?? '';
      if (!countAtStart.has(context)) countAtStart.set(context, context.inFlight(key));
      return real({ ...context, inFlight: () => countAtStart.get(context) ?? 0 }, candidate);
    }),
    scenario: staged([], TOGETHER),
    caughtBy: 'budget',
  },
  {
    name: 'outstanding dispatches are not counted between passes',
    cores: {
      controlPlane: {
        ...withGate('disruption-budget', (context, candidate, real) => {
          const extra = letThrough.get(context) ?? 0;
          const hold = real({ ...context, inFlight: (key) => context.inFlight(key) + extra }, candidate);
          if (hold === null) letThrough.set(context, extra + 1);
          return hold;
        }).controlPlane,
        countsAgainstBudget: (state) => isInFlight(state),
      },
    },
    scenario: staged(
      [
        after(0, {
          type: 'SlowLink',
          hosts: ['a1', 'a2', 'b1', 'b2', 'b3', 'b4'],
          extraMs: 20_000,
          forMs: 120 * MINUTE,
        }),
      ],
      TOGETHER,
    ),
    caughtBy: 'budget',
  },
  {
    name: 'a budget lets one host more in than it says',
    cores: withGate('disruption-budget', (context, candidate, real) =>
      real({ ...context, inFlight: (key) => context.inFlight(key) - 1 }, candidate),
    ),
    scenario: staged([], TOGETHER),
    caughtBy: 'budget',
  },
  {
    name: 'a percentage of a budget is rounded up',
    cores: {
      wrapControlPlane: (core): ControlPlaneCore => ({
        start: core.start,
        handle: (controlPlane, input, now) =>
          core.handle(
            controlPlane,
            input.type === 'ManifestsVerified' ? { ...input, rollouts: input.rollouts.map(roundedUp) } : input,
            now,
          ),
      }),
    },
    scenario: staged([], {
      ...TOGETHER,
      budgets: [budgetOf(['a1', 'a2', 'b1', 'b2', 'b3', 'b4'], Math.floor(6 * 0.4))],
    }),
    caughtBy: 'budget',
  },
];

function roundedUp(rollout: RolloutManifest): RolloutManifest {
  return {
    ...rollout,
    budgets: rollout.budgets.map((budget) => ({ ...budget, limit: Math.ceil(budget.hosts.length * 0.4) })),
  };
}

const waves: readonly PlantedBug[] = [
  {
    name: 'joining hosts move the wave cursor',
    cores: parts({
      stepRollout: (record, event, now) => {
        const result = DEFAULT_PARTS.stepRollout(record, event, now);
        if (!result.ok || event.type !== 'HostJoined') return result;
        return {
          ...result,
          record: { ...result.record, currentWave: Math.max(result.record.currentWave, event.wave) },
        };
      },
    }),
    scenario: staged(),
    caughtBy: 'wave order',
  },
  {
    name: 'a Deferred host holds its wave',
    cores: withGate('wave-promotion', (context, candidate, real) => {
      const isOpen = context.manifest.hosts.some(
        ({ hostname, wave }) => wave < candidate.wave && context.recordOf(hostname)?.state !== 'Converged',
      );
      return real(
        isOpen ? { ...context, rollout: { ...context.rollout, currentWave: candidate.wave - 1 } } : context,
        candidate,
      );
    }),
    scenario: staged([deferForever]),
    caughtBy: 'live',
  },
  {
    name: 'a Deferred host holds the hosts that wait for it',
    cores: withGate('host-edge', (context, candidate, real) => {
      const recordOf: GateContext['recordOf'] = (name) => {
        const record = context.recordOf(name);
        return record?.state === 'Deferred' ? { ...record, state: 'Activating' } : record;
      };
      return real({ ...context, recordOf }, candidate);
    }),
    scenario: staged([deferForever], { edges: [['a2', 'a1']] }),
    caughtBy: 'live',
  },
  {
    name: 'an empty wave is never passed',
    cores: parts({ isWaveDone: (wave) => wave.hosts > 0 && DEFAULT_PARTS.isWaveDone(wave) }),
    scenario: staged([], { waves: [['a1'], [], ['b1']], budgets: [] }),
    caughtBy: 'live',
  },
  {
    name: 'a wave is left while its hosts soak',
    cores: parts({ isWaveDone: (wave) => wave.through === wave.hosts }),
    scenario: staged(),
    caughtBy: 'wave order',
  },
  {
    name: 'a host that is in no wave is dispatched',
    cores: withGate('wave-promotion', (context, candidate, real) =>
      candidate.staged ? real(context, candidate) : null,
    ),
    scenario: staged([], { unstaged: ['z1'], budgets: [] }),
    caughtBy: 'wave order',
  },
];

const order: readonly PlantedBug[] = [
  {
    name: 'a channel edge is judged by channel and not by rollout id',
    cores: withGate('channel-edges', (context, candidate, real) => {
      const wasThere = ({ gates }: { readonly gates: string }) =>
        ['r1', 'r2'].some((ref) => (context.rolloutOf(`${gates}@${ref}`)?.terminalAt ?? null) !== null);
      return context.manifest.channelEdges.every(wasThere) ? null : real(context, candidate);
    }),
    scenario: twoChannels(),
    caughtBy: 'edge order',
  },
  {
    name: 'channel edges are ignored',
    cores: parts(without('channel-edges')),
    scenario: twoChannels(),
    caughtBy: 'edge order',
  },
  {
    name: 'host edges are ignored',
    cores: parts(without('host-edge')),
    scenario: staged([], { edges: [['a1', 'a2']] }),
    caughtBy: 'edge order',
  },
];

const stopping: readonly PlantedBug[] = [
  {
    name: 'there is no quarantine gate',
    cores: parts(without('quarantine')),
    scenario: sameClosureAgain(),
    caughtBy: 'quarantine',
  },
  {
    name: 'a rollback quarantines nothing',
    cores: parts({
      step: (state, event, now, policy) => {
        const result = DEFAULT_PARTS.step(state, event, now, policy);
        return result.ok
          ? { ...result, effects: result.effects.filter(({ type }) => type !== 'RemoteInsertQuarantine') }
          : result;
      },
    }),
    scenario: sameClosureAgain(),
    caughtBy: 'quarantine',
  },
  {
    name: 'a failed rollout goes on dispatching',
    cores: parts({ mayDispatch: (state) => state === 'Failed' || DEFAULT_PARTS.mayDispatch(state) }),
    scenario: staged([failActivation], { ...TOGETHER, onHealthFailure: 'halt' }),
    caughtBy: 'halt',
  },
  {
    name: 'a superseded rollout goes on dispatching',
    cores: parts({ mayDispatch: (state) => state === 'Superseded' || DEFAULT_PARTS.mayDispatch(state) }),
    scenario: scenarioWith([sketch(TOGETHER)], {
      steps: [after(3, { type: 'PublishRelease', rollouts: [sketch({ ...TOGETHER, ref: 'r2' })] })],
    }),
    caughtBy: 'halt',
  },
  {
    name: 'a Terminal rollout is opened again',
    cores: parts({ mayOpen: (_manifest, known) => known === null || known.state === 'Terminal' }),
    scenario: { ...staged(), untilMs: 20 * MINUTE },
    caughtBy: 'once',
  },
  {
    name: 'every dispatch is queued twice',
    cores: {
      wrapControlPlane: (core): ControlPlaneCore => ({
        start: core.start,
        handle: (controlPlane, input, now) => {
          const handled = core.handle(controlPlane, input, now);
          const effects = handled.effects.flatMap((effect): readonly ControlPlaneEffect[] =>
            effect.type === 'QueueDispatch' ? [effect, effect] : [effect],
          );
          return { ...handled, effects };
        },
      }),
    },
    scenario: staged([], { budgets: [] }),
    caughtBy: 'once',
  },
  {
    name: 'a rollout is Terminal as soon as all of it soaks',
    cores: parts({
      stepRollout: (record, event, now) =>
        event.type === 'WaveAdvanced' && event.toWave <= event.fromWave
          ? DEFAULT_PARTS.stepRollout(
              record,
              { type: 'RolloutTerminal', rolloutId: record.rolloutId, at: event.at },
              now,
            )
          : DEFAULT_PARTS.stepRollout(record, event, now),
    }),
    scenario: staged([], { waves: [['a1', 'a2']] }),
    caughtBy: 'terminal',
  },
  {
    name: 'a rollout never becomes Terminal',
    cores: parts({
      stepRollout: (record, event, now) =>
        event.type === 'RolloutTerminal'
          ? { ok: true, record, effects: [] }
          : DEFAULT_PARTS.stepRollout(record, event, now),
    }),
    scenario: staged(),
    caughtBy: 'terminal',
  },
  {
    name: 'the soak is fixed when the rollout opens, for every wave',
    cores: parts({ soakDueAt: (soakMinutes) => DEFAULT_SCENARIO.startAt + soakMinutes * MINUTE }),
    scenario: scenarioWith([sketch(STAGED)]),
    caughtBy: 'soaked',
  },
];

const knowing: readonly PlantedBug[] = [
  {
    name: 'events are made up for a host that runs another closure',
    cores: parts({
      synthesize: (record, evidence, now) =>
        DEFAULT_PARTS.synthesize(record, { ...evidence, runningClosure: record.targetClosure }, now),
    }),
    scenario: staged(),
    caughtBy: 'never ahead',
  },
  {
    name: 'a made-up event takes the number of one that is on its way',
    cores: parts({
      synthesize: (record, evidence, now) => DEFAULT_PARTS.synthesize(record, { ...evidence, waitsSinceSeq: 0 }, now),
    }),
    scenario: rebootBeforeReport(),
    caughtBy: 'mirror',
  },
  {
    name: 'a duplicate is numbered anew and taken',
    cores: {
      wrapControlPlane: (core): ControlPlaneCore => ({
        start: core.start,
        handle: (controlPlane, input, now) => {
          if (input.type !== 'EventReceived') return core.handle(controlPlane, input, now);
          const { hostname, rolloutId, event } = input.envelope;
          const last = hostOf(controlPlane, rolloutId, hostname)?.lastEventSeq ?? 0;
          if (event.seq > last) return core.handle(controlPlane, input, now);
          return core.handle(
            controlPlane,
            { ...input, envelope: { ...input.envelope, event: { ...event, seq: last + 1 } } },
            now,
          );
        },
      }),
    },
    scenario: alone([after(0, { type: 'DuplicateMessages', hosts: ['a1'], forMs: 60 * MINUTE })]),
    caughtBy: 'never ahead',
  },
  {
    name: 'a record that is taken over as Reverted does not say to what',
    cores: parts({
      takeOver: (record, snapshot) => {
        const taken = DEFAULT_PARTS.takeOver(record, snapshot);
        return taken === null ? null : { ...taken, revertedTo: null };
      },
    }),
    scenario: alone([failActivation, after(5, { type: 'LoseDatabase', downMs: 20_000 })]),
    caughtBy: 'reverted is back',
  },
];

export const CONTROL_PLANE_BUGS: readonly PlantedBug[] = [...budgets, ...waves, ...order, ...stopping, ...knowing];
