import { CONTROL_PLANE_RULES, type ControlPlaneCore, type GateContext } from '../../../src/control-plane/index.ts';
import type { RolloutManifest } from '../../../src/fleet/index.ts';
import { isInFlight } from '../../../src/machine/host-states.ts';
import { after, budgetOf, MINUTE } from '../support/small-fleets.ts';
import { parts, without, withGate } from './control-plane-parts.ts';
import type { PlantedBug } from './planted-bug.ts';
import { deferForever, staged, TOGETHER, twoChannels } from './scenes.ts';

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
          type: 'slow-link',
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
        ...core,
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
        const result = CONTROL_PLANE_RULES.stepRollout(record, event, now);
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
    cores: parts({ isWaveDone: (wave) => wave.hosts > 0 && CONTROL_PLANE_RULES.isWaveDone(wave) }),
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

/** Whom the planner lets through, and whom it holds. */
export const PLANNER_BUGS: readonly PlantedBug[] = [...budgets, ...waves, ...order];
