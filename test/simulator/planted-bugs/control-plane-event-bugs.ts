import { CONTROL_PLANE_RULES, type ControlPlaneCore } from '../../../src/control-plane/index.ts';
import type { RemoteEvent } from '../../../src/machine/index.ts';
import type { Cores } from '../../../src/simulator/index.ts';
import {
  controlPlane,
  controlPlaneEffect,
  controlPlaneInputs,
  controlPlaneStep,
  knowledge,
  replies,
} from './broken-control-plane.ts';
import { rule, type RuleBug } from './rule-bug.ts';

/** The event is answered as accepted, and nothing comes of it. */
const ignores = (type: RemoteEvent['type']): Cores =>
  controlPlane({
    step: (state, event, now, policy) =>
      event.type === type ? { ok: true, state, effects: [] } : CONTROL_PLANE_RULES.step(state, event, now, policy),
  });

/** Events that match never arrive, and are answered as accepted. */
const swallows = (isSwallowed: (seq: number, type: string) => boolean): Cores => ({
  wrapControlPlane: (core): ControlPlaneCore => ({
    ...core,
    handle: (before, input, now) => {
      if (input.type !== 'EventReceived' || !isSwallowed(input.envelope.event.seq, input.envelope.event.type))
        return core.handle(before, input, now);
      // An event of a rollout that nobody knows is answered as accepted, and dropped.
      const unknown = { ...input, envelope: { ...input.envelope, rolloutId: 'nowhere@nothing' } };
      return { ...core.handle(before, unknown, now), controlPlane: before, effects: [] };
    },
  }),
});

/** What the control plane makes of the events of agents. */
export const CONTROL_PLANE_EVENT_BUGS: readonly RuleBug[] = [
  ...rule('control-plane, agent events', [
    ['never', 'every tenth event is lost after it was answered', swallows((seq) => seq % 10 === 9)],
    ['never', 'a deferral is answered and forgotten', ignores('RemoteActivationDeferred')],
    ['never', 'a started activation is answered and forgotten', ignores('RemoteActivationStarted')],
    ['never', 'a failed activation is answered and forgotten', ignores('RemoteActivationFailed')],
    ['never', 'a failed host is answered and forgotten', ignores('RemoteFailed')],
    ['never', 'probe results are answered and forgotten', ignores('RemoteProbeResult')],
    ['never', 'a rollback is answered and forgotten', ignores('RemoteRollbackComplete')],
    ['never', 'a convergence is answered and forgotten', ignores('RemoteConverged')],
    [
      'too early or too often',
      'an event after a gap in the numbers is refused',
      {
        wrapControlPlane: (core): ControlPlaneCore => {
          const last = new Map<string, number>();
          return {
            ...core,
            handle: (before, input, now) => {
              const handled = core.handle(before, input, now);
              if (input.type !== 'EventReceived') return handled;
              const { hostname, rolloutId, event } = input.envelope;
              const key = `${hostname} ${rolloutId}`;
              const isGap = event.seq > (last.get(key) ?? event.seq - 1) + 1;
              last.set(key, Math.max(last.get(key) ?? 0, event.seq));
              if (!isGap) return handled;
              const { reply } = core.handle(
                before,
                { ...input, envelope: { ...input.envelope, rolloutId: 'no@where' } },
                now,
              );
              return { controlPlane: before, effects: [], reply };
            },
          };
        },
      },
    ],
    [
      'wrong one',
      'a conflict is answered as accepted',
      replies('EventReceived', () => (reply) => (reply.status === 409 ? { ...reply, status: 204 } : reply)),
    ],
    [
      'wrong one',
      'an event that the state does not take is answered as a conflict',
      replies('EventReceived', () => (reply) => (reply.outcome === 'illegal' ? { ...reply, status: 409 } : reply)),
    ],
    [
      'wrong one',
      'a duplicate is answered as a conflict',
      replies('EventReceived', () => (reply) => (reply.outcome === 'duplicate' ? { ...reply, status: 409 } : reply)),
    ],
    [
      'wrong one',
      'a late event is answered as a conflict',
      replies('EventReceived', () => (reply) => (reply.outcome === 'late' ? { ...reply, status: 409 } : reply)),
    ],
    [
      'wrong one',
      'an event of an unknown rollout is answered as a conflict',
      replies(
        'EventReceived',
        () => (reply) => (reply.outcome === 'unknown' ? { ...reply, status: 409, outcome: 'conflict' } : reply),
      ),
    ],
    [
      'wrong one',
      'a host converges by its word alone',
      controlPlane({
        step: (state, event, now, policy) =>
          event.type === 'RemoteConverged'
            ? CONTROL_PLANE_RULES.step(
                { ...state, targetClosure: event.currentClosure, soakDueAt: null, probes: {} },
                event,
                now,
                policy,
              )
            : CONTROL_PLANE_RULES.step(state, event, now, policy),
      }),
    ],
    [
      'wrong one',
      'events are taken of whichever host comes first in the rollout',
      controlPlaneInputs((input, before) => {
        if (input.type !== 'EventReceived') return input;
        const manifest = [...before.manifests.values()].find(({ rolloutId }) => rolloutId === input.envelope.rolloutId);
        const hostname = manifest?.hosts[0]?.hostname ?? input.envelope.hostname;
        return { ...input, envelope: { ...input.envelope, hostname } };
      }),
    ],
    [
      'wrong one',
      'events are taken for the newest rollout of the channel',
      controlPlaneInputs((input, before) => {
        if (input.type !== 'EventReceived') return input;
        const [channel = ''] = input.envelope.rolloutId.split('@');
        const rolloutId = before.manifests.get(channel)?.rolloutId ?? input.envelope.rolloutId;
        return { ...input, envelope: { ...input.envelope, rolloutId } };
      }),
    ],
  ]),
  ...rule('control-plane, the event log', [
    ['never', 'accepted events are not logged', controlPlaneEffect('RemoteAppendEventLog', () => [])],
    [
      'never',
      'events that change no state are not logged',
      controlPlaneEffect('RemoteAppendEventLog', (effect) =>
        effect.payload.type === 'ActivationStarted' ? [] : [effect],
      ),
    ],
    ['never', 'synthesized events are not logged', controlPlaneEffect('SynthesizeEvent', () => [])],
    ['never', 'rollout events are not logged', controlPlaneEffect('AppendRolloutEvent', () => [])],
    ['never', 'transitions of hosts are not recorded', controlPlaneEffect('RecordTransition', () => [])],
    ['never', 'transitions of rollouts are not recorded', controlPlaneEffect('RecordRolloutTransition', () => [])],
    [
      'too early or too often',
      'every transition of a host is recorded twice',
      controlPlaneEffect('RecordTransition', (effect) => [effect, effect]),
    ],
    [
      'too early or too often',
      'an event that changed nothing is logged at each arrival',
      controlPlaneEffect('AppendUnappliedEvent', (effect) => [effect, effect]),
    ],
    [
      'wrong one',
      'an event that changed nothing is logged as accepted',
      controlPlaneEffect('AppendUnappliedEvent', ({ host, rolloutId, payload }) => [
        { type: 'RemoteAppendEventLog', host, rolloutId, payload },
      ]),
    ],
    [
      'wrong one',
      'events are logged under the name of another host',
      controlPlaneEffect('RemoteAppendEventLog', (effect) => [{ ...effect, host: `${effect.host}x` }]),
    ],
    [
      'wrong one',
      'probe results are logged without their failures',
      controlPlaneEffect('RemoteAppendEventLog', (effect) =>
        effect.payload.type === 'ProbeResult'
          ? [{ ...effect, payload: { ...effect.payload, status: 'pass' } }]
          : [effect],
      ),
    ],
  ]),
  ...rule('control-plane, quarantine', [
    [
      'never',
      'a rollback quarantines nothing',
      controlPlaneStep((accepted) => ({
        ...accepted,
        effects: accepted.effects.filter(({ type }) => type !== 'RemoteInsertQuarantine'),
      })),
    ],
    [
      'too early or too often',
      'a failed activation quarantines its closure',
      controlPlaneStep((accepted, event, { channel, targetClosure: closure }) =>
        event.type === 'RemoteActivationFailed'
          ? { ...accepted, effects: [...accepted.effects, { type: 'RemoteInsertQuarantine', channel, closure }] }
          : accepted,
      ),
    ],
    [
      'too early or too often',
      'a failed host quarantines its closure',
      controlPlaneStep((accepted, event, { channel, targetClosure: closure }) =>
        event.type === 'RemoteFailed'
          ? { ...accepted, effects: [...accepted.effects, { type: 'RemoteInsertQuarantine', channel, closure }] }
          : accepted,
      ),
    ],
    [
      'wrong one',
      'what a host went back to is quarantined',
      controlPlaneStep((accepted) => ({
        ...accepted,
        effects: accepted.effects.map((effect) =>
          effect.type === 'RemoteInsertQuarantine'
            ? { ...effect, closure: accepted.state.revertedTo ?? effect.closure }
            : effect,
        ),
      })),
    ],
    [
      'wrong one',
      'the closure is quarantined on another channel',
      controlPlaneStep((accepted) => ({
        ...accepted,
        effects: accepted.effects.map((effect) =>
          effect.type === 'RemoteInsertQuarantine' ? { ...effect, channel: `${effect.channel}-` } : effect,
        ),
      })),
    ],
    [
      'wrong one',
      'a quarantine ends when the next release comes',
      knowledge((after, input) => (input.type === 'ManifestsVerified' ? { ...after, quarantine: new Map() } : after)),
    ],
    [
      'wrong one',
      'a quarantine ends at the next planning pass',
      knowledge((after, input) => (input.type === 'PlanTick' ? { ...after, quarantine: new Map() } : after)),
    ],
    [
      'wrong one',
      'a quarantine ends when some host converges on the closure',
      knowledge((after, input) =>
        input.type === 'EventReceived' && input.envelope.event.type === 'Converged'
          ? { ...after, quarantine: new Map() }
          : after,
      ),
    ],
  ]),
];
