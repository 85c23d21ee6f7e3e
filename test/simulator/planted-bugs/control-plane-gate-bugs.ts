import {
  CONTROL_PLANE_RULES,
  type ControlPlaneCore,
  type Gate,
  type GateContext,
  type Hold,
} from '../../../src/control-plane/index.ts';
import { GATES } from '../../../src/control-plane/index.ts';
import type { RolloutManifest } from '../../../src/fleet/index.ts';
import type { OutboundEvent, ProbeMode } from '../../../src/machine/index.ts';
import type { Cores } from '../../../src/simulator/index.ts';
import {
  controlPlane,
  controlPlaneEffect,
  gate,
  manifests,
  misnamed,
  noGate,
  stuckGate,
} from './broken-control-plane.ts';
import { rule, type RuleBug } from './rule-bug.ts';

const edgeTurned = ({ gated, gates, reason }: RolloutManifest['edges'][number]) => ({
  gated: gates,
  gates: gated,
  reason,
});

/** The control plane counts controls that an override has downgraded, and logs them as they are. */
const countsObservedControls: Cores = {
  wrapControlPlane: (core) => ({
    ...core,
    handle: (before, input, now) => {
      if (input.type !== 'EventReceived') return core.handle(before, input, now);
      const { envelope } = input;
      const event = withDowngraded(envelope.event, 'enforce');
      const handled = core.handle(before, { ...input, envelope: { ...envelope, event } }, now);
      const effects = handled.effects.map((effect) =>
        effect.type === 'RemoteAppendEventLog'
          ? { ...effect, payload: withDowngraded(effect.payload, 'observe') }
          : effect,
      );
      return { ...handled, effects };
    },
  }),
};

function withDowngraded(event: OutboundEvent, effectiveMode: ProbeMode): OutboundEvent {
  if (event.type !== 'ProbeResult' || event.subResults === null) return event;
  const subResults = event.subResults.map((one) => (one.overrideReason === null ? one : { ...one, effectiveMode }));
  return { ...event, subResults };
}

/** The record of a host as one in another state. */
const seenAs =
  (from: string, to: 'Converged' | 'Activating'): ((context: GateContext) => GateContext) =>
  (context) => ({
    ...context,
    recordOf: (hostname) => {
      const record = context.recordOf(hostname);
      return record?.state === from ? { ...record, state: to } : record;
    },
  });

const waitsFor = (hold: Hold): string =>
  hold.gate === 'host-edge' ? hold.gatingHostname : hold.gate === 'channel-edges' ? hold.gatingRolloutId : '';

/** A host is reported again only when another gate holds it. */
const reportedOncePerGate = (): Cores => ({
  wrapControlPlane: (core): ControlPlaneCore => {
    const reported = new Map<string, Hold>();
    return {
      ...core,
      handle: (before, input, now) => {
        const handled = core.handle(before, input, now);
        const effects = handled.effects.filter((effect) => {
          if (effect.type !== 'DeferDispatch') return true;
          const key = `${effect.rolloutId} ${effect.host}`;
          const known = reported.get(key);
          if (known?.gate === effect.gate && waitsFor(known) !== waitsFor(effect.hold)) return false;
          reported.set(key, effect.hold);
          return true;
        });
        return { ...handled, effects };
      },
    };
  },
});

const inOrder = (change: (gates: readonly Gate[]) => readonly Gate[]) => controlPlane({ gates: change(GATES) });

/** The six gates: each holds what it must, lets through the rest, and is named only where it is the first. */
export const CONTROL_PLANE_GATE_BUGS: readonly RuleBug[] = [
  ...rule('control-plane, gates', [
    ['wrong one', 'the gates are asked in reverse order', inOrder((gates) => gates.toReversed())],
    [
      'wrong one',
      'the last two gates change places',
      inOrder((gates) => [...gates.slice(0, -2), ...gates.slice(-2).toReversed()]),
    ],
    [
      'wrong one',
      'the budget is asked before the waves',
      inOrder((gates) => [
        ...gates.filter(({ name }) => name === 'disruption-budget'),
        ...gates.filter(({ name }) => name !== 'disruption-budget'),
      ]),
    ],
    [
      'wrong one',
      'the edges of channels are asked before the quarantine',
      inOrder((gates) => [
        ...gates.filter(({ name }) => name === 'channel-edges'),
        ...gates.filter(({ name }) => name !== 'channel-edges'),
      ]),
    ],
    ['never', 'who is held is reported nowhere', controlPlaneEffect('DeferDispatch', () => [])],
    [
      'too early or too often',
      'who is held is reported twice',
      controlPlaneEffect('DeferDispatch', (effect) => [effect, effect]),
    ],
    ['never', 'there are no gates', controlPlane({ gates: [] })],
    ['never', 'who waits for another host or channel than before is not reported again', reportedOncePerGate()],
  ]),
  ...rule('control-plane, gate 1: quarantine', [
    ['never', 'there is no quarantine gate', noGate('quarantine')],
    [
      'too early or too often',
      'a closure that is quarantined on one channel is held on every one',
      gate('quarantine', (real, context, candidate) =>
        real(
          {
            ...context,
            isQuarantined: (_channel, closure) =>
              ['canary', 'edge', 'stable', 'data', 'batch', 'lab'].some((channel) =>
                context.isQuarantined(channel, closure),
              ),
          },
          candidate,
        ),
      ),
    ],
    ['too early or too often', 'a channel with any quarantine is held', stuckGate('quarantine')],
    [
      'wrong one',
      'a quarantined host is said to wait for its wave',
      misnamed('quarantine', { gate: 'wave-promotion', wave: 1 }),
    ],
  ]),
  ...rule('control-plane, gate 2: channel edges', [
    ['never', 'the edges of channels are ignored', noGate('channel-edges')],
    [
      'never',
      'only the first edge of a channel is looked at',
      gate('channel-edges', (real, context, candidate) =>
        real(
          { ...context, manifest: { ...context.manifest, channelEdges: context.manifest.channelEdges.slice(1) } },
          candidate,
        ),
      ),
    ],
    [
      'too early or too often',
      'a channel that is Converging lets others through',
      gate('channel-edges', (real, context, candidate) =>
        real(
          {
            ...context,
            rolloutOf: (id) => {
              const rollout = context.rolloutOf(id);
              return rollout?.state === 'Converging' ? { ...rollout, terminalAt: rollout.openedAt } : rollout;
            },
          },
          candidate,
        ),
      ),
    ],
    [
      'too early or too often',
      'a channel that has failed lets others through',
      gate('channel-edges', (real, context, candidate) =>
        real(
          {
            ...context,
            rolloutOf: (id) => {
              const rollout = context.rolloutOf(id);
              return rollout?.state === 'Failed' || rollout?.state === 'Reverted'
                ? { ...rollout, terminalAt: rollout.openedAt }
                : rollout;
            },
          },
          candidate,
        ),
      ),
    ],
    [
      'too early or too often',
      'a rollout that is not open yet lets others through',
      gate('channel-edges', (real, context, candidate) => {
        const hold = real(context, candidate);
        return hold?.gate === 'channel-edges' && hold.gatingState === null ? null : hold;
      }),
    ],
    ['too early or too often', 'a channel goes on holding when it is through', stuckGate('channel-edges')],
    [
      'wrong one',
      'the edges of channels are turned round',
      manifests((rollout) => ({
        ...rollout,
        channelEdges:
          rollout.channelEdges.length > 0
            ? []
            : [{ gates: 'stable', reason: null }].filter(({ gates }) => gates !== rollout.channel),
      })),
    ],
    [
      'wrong one',
      'a host that waits for a channel is said to wait for its wave',
      misnamed('channel-edges', { gate: 'wave-promotion', wave: 1 }),
    ],
  ]),
  ...rule('control-plane, gate 3: waves', [
    ['never', 'there are no waves', noGate('wave-promotion')],
    [
      'never',
      'a host that is in no wave is dispatched',
      gate('wave-promotion', (real, context, candidate) => (candidate.staged ? real(context, candidate) : null)),
    ],
    [
      'too early or too often',
      'the next wave is let through too',
      gate('wave-promotion', (real, context, candidate) =>
        real({ ...context, rollout: { ...context.rollout, currentWave: context.rollout.currentWave + 1 } }, candidate),
      ),
    ],
    [
      'too early or too often',
      'the current wave is held too',
      gate('wave-promotion', (real, context, candidate) =>
        real({ ...context, rollout: { ...context.rollout, currentWave: context.rollout.currentWave - 1 } }, candidate),
      ),
    ],
    ['too early or too often', 'a wave that was held goes on being held', stuckGate('wave-promotion')],
    [
      'wrong one',
      'a host in no wave is said to wait for one',
      gate('wave-promotion', (real, context, candidate) =>
        candidate.staged ? real(context, candidate) : { gate: 'wave-promotion', wave: candidate.wave },
      ),
    ],
    [
      'wrong one',
      'hosts that wait for their wave are said to wait for the current one',
      gate('wave-promotion', (real, context, candidate) => {
        const hold = real(context, candidate);
        return hold?.gate === 'wave-promotion' ? { ...hold, wave: context.rollout.currentWave } : hold;
      }),
    ],
    [
      'wrong one',
      'hosts that wait for their wave are said to be in none',
      misnamed('wave-promotion', { gate: 'wave-promotion-host-unstaged', channel: 'stable' }),
    ],
    [
      'wrong one',
      'the last host of a wave counts as one of the next',
      manifests((rollout) => ({
        ...rollout,
        hosts: rollout.hosts.map((host) => ({
          ...host,
          wave:
            host.staged && rollout.waves[host.wave]?.hosts.at(-1) === host.hostname
              ? Math.min(host.wave + 1, rollout.waves.length - 1)
              : host.wave,
        })),
      })),
    ],
  ]),
  ...rule('control-plane, gate 4: host edges', [
    ['never', 'the edges of hosts are ignored', noGate('host-edge')],
    [
      'never',
      'only the last edge of a host is looked at',
      gate('host-edge', (real, context, candidate) =>
        real(context, { ...candidate, gatedBy: candidate.gatedBy.slice(-1) }),
      ),
    ],
    [
      'too early or too often',
      'a host that soaks lets others through',
      gate('host-edge', (real, context, candidate) => real(seenAs('Soaking', 'Converged')(context), candidate)),
    ],
    [
      'too early or too often',
      'a host that failed lets others through',
      gate('host-edge', (real, context, candidate) => real(seenAs('Failed', 'Converged')(context), candidate)),
    ],
    [
      'too early or too often',
      'a host that was dispatched lets others through',
      gate('host-edge', (real, context, candidate) => real(seenAs('Activating', 'Converged')(context), candidate)),
    ],
    [
      'too early or too often',
      'a deferred host holds those that wait for it',
      gate('host-edge', (real, context, candidate) => real(seenAs('Deferred', 'Activating')(context), candidate)),
    ],
    ['too early or too often', 'a host goes on holding when it is through', stuckGate('host-edge')],
    [
      'wrong one',
      'the edges of hosts are turned round',
      manifests((rollout) => ({ ...rollout, edges: rollout.edges.map(edgeTurned) })),
    ],
    [
      'wrong one',
      'a host that waits for another is said to wait for a budget',
      misnamed('host-edge', { gate: 'disruption-budget', selectorKey: 'x', summary: 'x', inFlight: 1, limit: 1 }),
    ],
  ]),
  ...rule('control-plane, gate 5: budgets', [
    ['never', 'budgets are ignored', noGate('disruption-budget')],
    [
      'never',
      'only the first budget of a host is looked at',
      gate('disruption-budget', (real, context, candidate) =>
        real(context, { ...candidate, budgets: candidate.budgets.slice(0, 1) }),
      ),
    ],
    [
      'never',
      'only the last budget of a host is looked at',
      gate('disruption-budget', (real, context, candidate) =>
        real(context, { ...candidate, budgets: candidate.budgets.slice(-1) }),
      ),
    ],
    [
      'never',
      'soaking hosts do not count',
      controlPlane({ countsAgainstBudget: (state, isOutstanding) => isOutstanding || state === 'Activating' }),
    ],
    [
      'never',
      'activating hosts do not count',
      controlPlane({ countsAgainstBudget: (state, isOutstanding) => isOutstanding || state === 'Soaking' }),
    ],
    [
      'never',
      'hosts with an outstanding dispatch do not count',
      controlPlane({ countsAgainstBudget: (state) => state === 'Activating' || state === 'Soaking' }),
    ],
    [
      'too early or too often',
      'failed hosts count',
      controlPlane({
        countsAgainstBudget: (state, isOutstanding) =>
          state === 'Failed' || CONTROL_PLANE_RULES.countsAgainstBudget(state, isOutstanding),
      }),
    ],
    [
      'too early or too often',
      'deferred hosts count',
      controlPlane({
        countsAgainstBudget: (state, isOutstanding) =>
          state === 'Deferred' || CONTROL_PLANE_RULES.countsAgainstBudget(state, isOutstanding),
      }),
    ],
    [
      'too early or too often',
      'reverted hosts count',
      controlPlane({
        countsAgainstBudget: (state, isOutstanding) =>
          state === 'Reverted' || CONTROL_PLANE_RULES.countsAgainstBudget(state, isOutstanding),
      }),
    ],
    [
      'too early or too often',
      'pending hosts count',
      controlPlane({
        countsAgainstBudget: (state, isOutstanding) =>
          state === 'Pending' || CONTROL_PLANE_RULES.countsAgainstBudget(state, isOutstanding),
      }),
    ],
    [
      'too early or too often',
      'converged hosts count',
      controlPlane({
        countsAgainstBudget: (state, isOutstanding) =>
          state === 'Converged' || CONTROL_PLANE_RULES.countsAgainstBudget(state, isOutstanding),
      }),
    ],
    [
      'too early or too often',
      'a budget lets one host less in',
      gate('disruption-budget', (real, context, candidate) =>
        real({ ...context, inFlight: (key) => context.inFlight(key) + 1 }, candidate),
      ),
    ],
    [
      'too early or too often',
      'a budget lets one host more in',
      gate('disruption-budget', (real, context, candidate) =>
        real({ ...context, inFlight: (key) => context.inFlight(key) - 1 }, candidate),
      ),
    ],
    ['too early or too often', 'a budget that was full stays full', stuckGate('disruption-budget')],
    [
      'wrong one',
      'a budget counts the hosts of another selector',
      gate('disruption-budget', (real, context, candidate) =>
        real(
          {
            ...context,
            inFlight: () =>
              Math.max(0, ...context.manifest.budgets.map(({ selectorKey }) => context.inFlight(selectorKey))),
          },
          candidate,
        ),
      ),
    ],
    [
      'wrong one',
      'percentages are rounded up',
      manifests((rollout) => ({
        ...rollout,
        budgets: rollout.budgets.map((budget) => ({
          ...budget,
          limit: budget.limit === null || budget.limit < 2 ? budget.limit : budget.limit + 1,
        })),
      })),
    ],
    [
      'wrong one',
      'a budget covers only the hosts of the channel',
      manifests((rollout) => ({
        ...rollout,
        budgets: rollout.budgets.map((budget) => ({
          ...budget,
          hosts: budget.hosts.filter((name) => rollout.hosts.some(({ hostname }) => hostname === name)),
        })),
      })),
    ],
    [
      'wrong one',
      'the larger of two budgets counts',
      gate('disruption-budget', (real, context, candidate) => {
        const [largest] = candidate.budgets.toSorted((a, b) => b.limit - a.limit);
        return real(context, { ...candidate, budgets: largest === undefined ? [] : [largest] });
      }),
    ],
    [
      'wrong one',
      'a host that waits for a budget is said to wait for its wave',
      misnamed('disruption-budget', { gate: 'wave-promotion', wave: 1 }),
    ],
  ]),
  ...rule('control-plane, gate 6: compliance', [
    ['never', 'there is no compliance gate', noGate('compliance-wave')],
    [
      'never',
      'only the wave just before is looked at',
      gate('compliance-wave', (real, context, candidate) =>
        real(
          { ...context, failuresBefore: (wave) => context.failuresBefore(wave) - context.failuresBefore(wave - 1) },
          candidate,
        ),
      ),
    ],
    [
      'never',
      'one failure is let pass',
      gate('compliance-wave', (real, context, candidate) =>
        real({ ...context, failuresBefore: (wave) => Math.max(0, context.failuresBefore(wave) - 1) }, candidate),
      ),
    ],
    [
      'too early or too often',
      'the failures of the own wave count',
      gate('compliance-wave', (real, context, candidate) =>
        real(
          {
            ...context,
            failuresBefore: (wave) => context.failuresBefore(Math.min(wave + 1, context.manifest.waves.length)),
          },
          candidate,
        ),
      ),
    ],
    [
      'too early or too often',
      'failures of observe probes count',
      gate('compliance-wave', (real, context, candidate) => {
        const failing = context.manifest.hosts.filter(({ hostname, wave }) => {
          const probes = Object.values(context.recordOf(hostname)?.probes ?? {});
          return wave < candidate.wave && probes.some(({ mode, status }) => mode === 'observe' && status === 'fail');
        });
        const { wave } = candidate;
        return failing.length === 0
          ? real(context, candidate)
          : { gate: 'compliance-wave', wave, failures: failing.length };
      }),
    ],
    ['too early or too often', 'controls that are only observed count', countsObservedControls],
    ['too early or too often', 'a failure goes on holding when it is gone', stuckGate('compliance-wave')],
    [
      'wrong one',
      'a failing probe is counted whatever its controls',
      gate('compliance-wave', (real, context, candidate) => {
        const hold = real(context, candidate);
        return hold?.gate === 'compliance-wave' ? { ...hold, failures: hold.failures + 1 } : hold;
      }),
    ],
    [
      'wrong one',
      'a host that waits for the compliance of others is said to wait for a budget',
      misnamed('compliance-wave', { gate: 'disruption-budget', selectorKey: 'x', summary: 'x', inFlight: 1, limit: 1 }),
    ],
  ]),
];
