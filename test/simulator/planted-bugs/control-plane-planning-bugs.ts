import { CONTROL_PLANE_RULES, type ControlPlaneCore, type DispatchAnswer } from '../../../src/control-plane/index.ts';
import type { Cores } from '../../../src/simulator/index.ts';
import type { RolloutEvent } from '../../../src/rollout/index.ts';
import { controlPlane, controlPlaneEffect, inputs, manifests, replies } from './broken-control-plane.ts';
import { rule, type RuleBug } from './rule-bug.ts';

const MINUTE = 60_000;

/** The rollout machine does not hear of some events. */
const unheard = (isUnheard: (event: RolloutEvent) => boolean): Cores =>
  controlPlane({
    stepRollout: (record, event, now) =>
      isUnheard(event) ? { ok: true, record, effects: [] } : CONTROL_PLANE_RULES.stepRollout(record, event, now),
  });

const supersedes = (isSuperseded: (state: string) => boolean): Cores =>
  controlPlane({
    isSupersededBySuccessor: (state) => isSuperseded(state) && CONTROL_PLANE_RULES.isSupersededBySuccessor(state),
  });

/** Every dispatch of a rollout that no longer dispatches is withdrawn for the same reason. */
const withdrawnAs = (because: 'rollout-halted' | 'rollout-superseded'): Cores =>
  controlPlaneEffect('WithdrawDispatch', (effect) => [
    effect.because === 'rollout-halted' || effect.because === 'rollout-superseded' ? { ...effect, because } : effect,
  ]);

const prunesNothing: Cores = {
  wrapControlPlane: (core): ControlPlaneCore => ({
    ...core,
    handle: (before, input, now) => {
      const handled = core.handle(before, input, now);
      return input.type === 'RetentionExpired' ? { ...handled, controlPlane: before } : handled;
    },
  }),
};

/** What a poll is answered with, given every dispatch of the run so far. */
const polls = (answer: (real: DispatchAnswer, before: readonly DispatchAnswer[]) => DispatchAnswer): Cores =>
  replies('DispatchPolled', () => {
    const given = new Map<string, DispatchAnswer[]>();
    return (reply, { hostname }) => {
      const before = given.get(hostname) ?? [];
      const changed = answer(reply, before);
      if (reply.dispatch !== null) given.set(hostname, [...before, reply]);
      return changed;
    };
  });

/** When rollouts open and end, how their waves go on, and what is dispatched to whom. */
export const CONTROL_PLANE_PLANNING_BUGS: readonly RuleBug[] = [
  ...rule('control-plane, planning 1: open', [
    [
      'never',
      'only the first release of a channel is opened',
      controlPlane({ mayOpen: (manifest, known) => known === null && manifest.channelRef === 'release-1' }),
    ],
    [
      'too early or too often',
      'a superseded rollout is opened again',
      controlPlane({ mayOpen: (_manifest, known) => known === null || known.state === 'Superseded' }),
    ],
    [
      'too early or too often',
      'a pruned rollout is opened again',
      controlPlane({ mayOpen: (_manifest, known) => known === null || known.state === 'Pruned' }),
    ],
    ['never', 'the records of a pruned rollout are kept', prunesNothing],
    [
      'too early or too often',
      'a failed rollout is opened again',
      controlPlane({
        mayOpen: (_manifest, known) => known === null || known.state === 'Failed' || known.state === 'Reverted',
      }),
    ],
    ['never', 'no predecessor is superseded', supersedes(() => false)],
    ['never', 'a failed predecessor is not superseded', supersedes((state) => state !== 'Failed')],
    ['never', 'a reverted predecessor is not superseded', supersedes((state) => state !== 'Reverted')],
    ['never', 'a Terminal predecessor is not superseded', supersedes((state) => state !== 'Terminal')],
    [
      'never',
      'a predecessor that is under way is not superseded',
      supersedes((state) => state !== 'Active' && state !== 'Converging' && state !== 'Opening'),
    ],
    [
      'never',
      'the last host of each rollout gets no record',
      manifests((rollout) => ({ ...rollout, hosts: rollout.hosts.slice(0, -1) })),
    ],
    [
      'wrong one',
      'a clearance starts a halted rollout again',
      controlPlane({
        stepRollout: (record, event, now) =>
          event.type === 'OperatorClearance'
            ? { ok: true, record: { ...record, state: 'Active' }, effects: [] }
            : CONTROL_PLANE_RULES.stepRollout(record, event, now),
      }),
    ],
    [
      'wrong one',
      'a soak of no minutes is taken for none, and lasts an hour',
      controlPlane({ soakDueAt: (minutes, now) => CONTROL_PLANE_RULES.soakDueAt(minutes || 60, now) }),
    ],
    [
      'wrong one',
      'hosts get the target of their neighbour',
      manifests((rollout) => ({
        ...rollout,
        hosts: rollout.hosts.map((host, at) => ({
          ...host,
          targetClosure: rollout.hosts.at(at - 1)?.targetClosure ?? host.targetClosure,
        })),
      })),
    ],
    [
      'never',
      'hosts whose name ends in 03 do not join their rollouts',
      controlPlaneEffect('AppendRolloutEvent', (effect) =>
        effect.event.type === 'HostJoined' && effect.event.hostId.endsWith('03') ? [] : [effect],
      ),
    ],
    ['never', 'no host joins its rollout', unheard(({ type }) => type === 'HostJoined')],
  ]),
  ...rule('control-plane, planning 2: waves', [
    ['never', 'the waves never go on', controlPlane({ isWaveDone: () => false })],
    [
      'never',
      'a wave goes on only when a spare host would be through',
      controlPlane({ isWaveDone: ({ eligible, hosts }) => hosts === 0 || eligible > hosts }),
    ],
    ['too early or too often', 'every wave starts at once', controlPlane({ isWaveDone: () => true })],
    [
      'too early or too often',
      'a wave goes on when all but one host are through',
      controlPlane({ isWaveDone: ({ eligible, hosts }) => eligible >= hosts - 1 }),
    ],
    [
      'too early or too often',
      'a wave goes on when one host is through',
      controlPlane({ isWaveDone: ({ eligible, hosts }) => hosts === 0 || eligible > 0 }),
    ],
    [
      'too early or too often',
      'a wave goes on when half of its hosts are through',
      controlPlane({ isWaveDone: ({ eligible, hosts }) => eligible * 2 >= hosts }),
    ],
    [
      'too early or too often',
      'waves go on while hosts soak',
      controlPlane({ isWaveDone: ({ through, hosts }) => through === hosts }),
    ],
    [
      'too early or too often',
      'two waves are passed at once',
      controlPlane({
        stepRollout: (record, event, now) =>
          CONTROL_PLANE_RULES.stepRollout(
            record,
            event.type === 'WaveAdvanced' && event.toWave > event.fromWave
              ? { ...event, toWave: event.toWave + 1 }
              : event,
            now,
          ),
      }),
    ],
    ['never', 'a rollout is never Converging', controlPlane({ isWaveThrough: () => false })],
    ['too early or too often', 'a rollout is Converging from the start', controlPlane({ isWaveThrough: () => true })],
    ['never', 'an empty wave is passed over without a warning', controlPlaneEffect('WaveWithoutHosts', () => [])],
    [
      'never',
      'a rollout that goes on to a later wave stays Converging',
      controlPlane({
        stepRollout: (record, event, now) => {
          const result = CONTROL_PLANE_RULES.stepRollout(record, event, now);
          if (!result.ok || record.state !== 'Converging' || result.record.state !== 'Active') return result;
          const effects = result.effects.filter(({ type }) => type !== 'RecordRolloutTransition');
          return { ok: true, record: { ...result.record, state: 'Converging' }, effects };
        },
      }),
    ],
    [
      'wrong one',
      'that a wave goes on is not said to the rollout',
      unheard((event) => event.type === 'WaveAdvanced' && event.toWave > event.fromWave),
    ],
  ]),
  ...rule('control-plane: what a rollout comes to', [
    [
      'never',
      'a failed host does not fail its rollout',
      unheard((event) => event.type === 'HostStateChanged' && event.to === 'Failed'),
    ],
    [
      'never',
      'a reverted host does not revert its rollout',
      unheard((event) => event.type === 'HostStateChanged' && event.to === 'Reverted'),
    ],
    ['never', 'no rollout is ever Terminal', unheard(({ type }) => type === 'RolloutTerminal')],
    [
      'too early or too often',
      'a rollout is Terminal with its first converged host',
      controlPlane({
        stepRollout: (record, event, now) =>
          event.type === 'HostStateChanged' && event.to === 'Converged'
            ? CONTROL_PLANE_RULES.stepRollout(
                record,
                { type: 'RolloutTerminal', rolloutId: record.rolloutId, at: event.at },
                now,
              )
            : CONTROL_PLANE_RULES.stepRollout(record, event, now),
      }),
    ],
    [
      'too early or too often',
      'a deferred host fails its rollout',
      controlPlane({
        stepRollout: (record, event, now) =>
          CONTROL_PLANE_RULES.stepRollout(
            record,
            event.type === 'HostStateChanged' && event.to === 'Deferred' ? { ...event, to: 'Failed' } : event,
            now,
          ),
      }),
    ],
    [
      'wrong one',
      'a failed rollout is called Reverted',
      controlPlane({
        stepRollout: (record, event, now) =>
          CONTROL_PLANE_RULES.stepRollout(
            record,
            event.type === 'HostStateChanged' && event.to === 'Failed' ? { ...event, to: 'Reverted' } : event,
            now,
          ),
      }),
    ],
    [
      'too early or too often',
      'a failed rollout goes on dispatching',
      controlPlane({ mayDispatch: (state) => state === 'Failed' || CONTROL_PLANE_RULES.mayDispatch(state) }),
    ],
    [
      'too early or too often',
      'a reverted rollout goes on dispatching',
      controlPlane({ mayDispatch: (state) => state === 'Reverted' || CONTROL_PLANE_RULES.mayDispatch(state) }),
    ],
    [
      'too early or too often',
      'a superseded rollout goes on dispatching',
      controlPlane({ mayDispatch: (state) => state === 'Superseded' || CONTROL_PLANE_RULES.mayDispatch(state) }),
    ],
    [
      'never',
      'a Converging rollout does not dispatch',
      controlPlane({ mayDispatch: (state) => state !== 'Converging' && CONTROL_PLANE_RULES.mayDispatch(state) }),
    ],
  ]),
  ...rule('control-plane, planning 3: dispatch', [
    ['never', 'nothing is dispatched', controlPlane({ needsDispatch: () => false })],
    [
      'too early or too often',
      'a host that runs its target is dispatched',
      controlPlane({ needsDispatch: () => true }),
    ],
    [
      'never',
      'a host that runs its target is never dispatched, whatever else is under way',
      controlPlane({
        needsDispatch: (target, running) => target !== running,
      }),
    ],
    [
      'never',
      'a host that was not heard is not dispatched',
      controlPlane({
        needsDispatch: (target, running, elsewhere) =>
          running !== null && CONTROL_PLANE_RULES.needsDispatch(target, running, elsewhere),
      }),
    ],
    [
      'too early or too often',
      'every dispatch is queued twice',
      controlPlaneEffect('QueueDispatch', (effect) => [effect, effect]),
    ],
    ['never', 'a dispatch is decided and not queued', controlPlaneEffect('RemoteQueueDispatch', () => [])],
    [
      'wrong one',
      'hosts are dispatched in reverse order',
      {
        wrapControlPlane: (core): ControlPlaneCore => ({
          ...core,
          handle: (before, input, now) => {
            const handled = core.handle(before, input, now);
            const dispatches = handled.effects.filter(({ type }) => type === 'QueueDispatch').reverse();
            return {
              ...handled,
              effects: handled.effects.map((effect) =>
                effect.type === 'QueueDispatch' ? (dispatches.shift() ?? effect) : effect,
              ),
            };
          },
        }),
      },
    ],
    ['wrong one', 'the soak is an hour for every wave', controlPlane({ soakDueAt: (_soak, now) => now + 60 * MINUTE })],
    ['wrong one', 'there is no soak', controlPlane({ soakDueAt: (_soak, now) => now })],
    ['wrong one', 'the soak is half as long', controlPlane({ soakDueAt: (soak, now) => now + (soak * MINUTE) / 2 })],
    ['wrong one', 'the soak is twice as long', controlPlane({ soakDueAt: (soak, now) => now + soak * MINUTE * 2 })],
    ['wrong one', 'the soak is taken for seconds', controlPlane({ soakDueAt: (soak, now) => now + soak * 1000 })],
    [
      'wrong one',
      'every wave soaks as long as the first',
      manifests((rollout) => ({
        ...rollout,
        hosts: rollout.hosts.map((host) => ({
          ...host,
          soakMinutes: rollout.waves[0]?.soakMinutes ?? host.soakMinutes,
        })),
      })),
    ],
  ]),
  ...rule('control-plane, planning 3: what a poll gets', [
    [
      'never',
      'a dispatch is handed out once',
      polls((reply, before) =>
        before.length > 0 && before.at(-1)?.dispatch?.dispatchedAt === reply.dispatch?.dispatchedAt
          ? { dispatch: null }
          : reply,
      ),
    ],
    ['never', 'no poll is answered', polls(() => ({ dispatch: null }))],
    [
      'too early or too often',
      'a dispatch that was taken back is handed out',
      polls((reply, before) => (reply.dispatch === null ? (before.at(-1) ?? reply) : reply)),
    ],
    [
      'wrong one',
      'the first dispatch of a host is handed out, and no later one',
      polls((reply, before) => (reply.dispatch === null ? reply : (before[0] ?? reply))),
    ],
    [
      'wrong one',
      'a poll names the target of another host',
      polls((reply) =>
        reply.dispatch === null
          ? reply
          : { dispatch: { ...reply.dispatch, targetClosure: `${reply.dispatch.targetClosure}-` } },
      ),
    ],
    [
      'wrong one',
      'a poll says nothing of the soak',
      polls((reply) => (reply.dispatch === null ? reply : { dispatch: { ...reply.dispatch, soakDueAt: null } })),
    ],
    [
      'wrong one',
      'a poll says that the soak is over',
      polls((reply) =>
        reply.dispatch === null ? reply : { dispatch: { ...reply.dispatch, soakDueAt: reply.dispatch.dispatchedAt } },
      ),
    ],
    [
      'too early or too often',
      'a quarantined dispatch is handed out',
      {
        wrapControlPlane: (core): ControlPlaneCore => {
          const withdrawn = new Map<string, DispatchAnswer>();
          const given = new Map<string, DispatchAnswer>();
          return {
            ...core,
            handle: (before, input, now) => {
              const handled = core.handle(before, input, now);
              for (const effect of handled.effects) {
                if (effect.type === 'QueueDispatch') {
                  const { rolloutId, targetClosure, soakDueAt, dispatchedAt } = effect;
                  given.set(effect.host, { dispatch: { rolloutId, targetClosure, soakDueAt, dispatchedAt } });
                }
                const known =
                  effect.type === 'WithdrawDispatch' && effect.because === 'quarantined'
                    ? given.get(effect.host)
                    : undefined;
                if (effect.type === 'WithdrawDispatch' && known !== undefined) withdrawn.set(effect.host, known);
              }
              const again = input.type === 'DispatchPolled' ? withdrawn.get(input.hostname) : undefined;
              // Right, because the input is a poll.
              return again === undefined ? handled : { ...handled, reply: again as typeof handled.reply };
            },
          };
        },
      },
    ],
    [
      'too early or too often',
      'the dispatch of a halted rollout is not taken back',
      {
        wrapControlPlane: (core): ControlPlaneCore => {
          const given = new Map<string, DispatchAnswer>();
          const kept = new Map<string, DispatchAnswer>();
          return {
            ...core,
            handle: (before, input, now) => {
              const handled = core.handle(before, input, now);
              for (const effect of handled.effects) {
                if (effect.type === 'QueueDispatch') {
                  const { rolloutId, targetClosure, soakDueAt, dispatchedAt } = effect;
                  given.set(effect.host, { dispatch: { rolloutId, targetClosure, soakDueAt, dispatchedAt } });
                  kept.delete(effect.host);
                }
                const known = effect.type === 'WithdrawDispatch' ? given.get(effect.host) : undefined;
                if (effect.type === 'WithdrawDispatch' && known !== undefined) kept.set(effect.host, known);
              }
              const effects = handled.effects.filter(({ type }) => type !== 'WithdrawDispatch');
              const again = input.type === 'DispatchPolled' ? kept.get(input.hostname) : undefined;
              // Right, because the input is a poll.
              return {
                ...handled,
                effects,
                reply: again === undefined ? handled.reply : (again as typeof handled.reply),
              };
            },
          };
        },
      },
    ],
    ['wrong one', 'the dispatch of a superseded rollout is withdrawn as halted', withdrawnAs('rollout-halted')],
    ['wrong one', 'the dispatch of a halted rollout is withdrawn as superseded', withdrawnAs('rollout-superseded')],
  ]),
  ...rule('control-plane, planning 3: plan ticks', [
    ['never', 'nothing is planned between two events', inputs((input) => input.type !== 'PlanTick')],
  ]),
];
