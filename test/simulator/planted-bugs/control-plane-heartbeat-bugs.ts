import {
  CONTROL_PLANE_RULES,
  type ControlPlaneCore,
  type ControlPlaneEffect,
} from '../../../src/control-plane/index.ts';
import type { Cores } from '../../../src/simulator/index.ts';
import type { HostRolloutSnapshot } from '../../../src/wire/index.ts';
import { controlPlane, controlPlaneEffect, controlPlaneInputs, replies } from './broken-control-plane.ts';
import { rule, type RuleBug } from './rule-bug.ts';

const configured = (change: (config: object) => object): Cores => ({
  wrapControlPlane: (core): ControlPlaneCore => ({ ...core, start: (config) => core.start(change(config ?? {})) }),
});

const isSynthesized = ({ type }: ControlPlaneEffect): boolean => type === 'SynthesizeEvent';

/** What the control plane makes of heartbeats, and how it recovers. */
export const CONTROL_PLANE_HEARTBEAT_BUGS: readonly RuleBug[] = [
  ...rule('control-plane, heartbeats: who is unreachable', [
    ['never', 'no host is ever unreachable', controlPlaneEffect('HostUnreachable', () => [])],
    [
      'never',
      'a host is unreachable only after ten intervals',
      configured((config) => ({ ...config, missedHeartbeats: 10 })),
    ],
    [
      'never',
      'a host is unreachable only after three and a half intervals',
      configured((config) =>
        'heartbeatSecs' in config ? { ...config, heartbeatSecs: Number(config.heartbeatSecs) * (3.5 / 3) } : config,
      ),
    ],
    [
      'too early or too often',
      'a host is unreachable after one interval',
      configured((config) => ({ ...config, missedHeartbeats: 1 })),
    ],
    [
      'too early or too often',
      'an unreachable host is reported twice',
      controlPlaneEffect('HostUnreachable', (effect) => [effect, effect]),
    ],
    [
      'never',
      'a host that was never heard is not reported',
      controlPlaneEffect('HostUnreachable', (effect) => (effect.lastHeartbeatAt === null ? [] : [effect])),
    ],
    ['never', 'that a host is back is not reported', controlPlaneEffect('HostReachable', () => [])],
    [
      'wrong one',
      'an unreachable host is reported as another',
      controlPlaneEffect('HostUnreachable', (effect) => [{ ...effect, host: `${effect.host}x` }]),
    ],
  ]),
  ...rule('control-plane, heartbeats: synthesis', [
    ['never', 'nothing is ever synthesized', controlPlane({ synthesize: () => [] })],
    [
      'never',
      'nothing is synthesized for a deferred host',
      controlPlane({
        synthesize: (record, ...rest) =>
          record.state === 'Deferred' ? [] : CONTROL_PLANE_RULES.synthesize(record, ...rest),
      }),
    ],
    [
      'never',
      'nothing is synthesized for an activating host',
      controlPlane({
        synthesize: (record, ...rest) =>
          record.state === 'Activating' ? [] : CONTROL_PLANE_RULES.synthesize(record, ...rest),
      }),
    ],
    [
      'never',
      'nothing is synthesized for a host with nothing to do',
      controlPlane({
        synthesize: (record, ...rest) =>
          record.state === 'Pending' ? [] : CONTROL_PLANE_RULES.synthesize(record, ...rest),
      }),
    ],
    [
      'never',
      'the chain for a host with nothing to do stops before it converges',
      controlPlane({ synthesize: (...args) => CONTROL_PLANE_RULES.synthesize(...args).slice(0, 2) }),
    ],
    [
      'too early or too often',
      'an activation is synthesized although events are undelivered',
      controlPlane({
        synthesize: (record, evidence, now) =>
          CONTROL_PLANE_RULES.synthesize(record, { ...evidence, mayKnowMore: false }, now),
      }),
    ],
    [
      'too early or too often',
      'an activation is synthesized although the agent is past it',
      controlPlane({
        synthesize: (record, evidence, now) =>
          CONTROL_PLANE_RULES.synthesize(
            record,
            {
              ...evidence,
              snapshot: evidence.snapshot === null ? null : { ...evidence.snapshot, state: 'Activating' },
            },
            now,
          ),
      }),
    ],
    [
      'too early or too often',
      'a host converges while its dispatch is outstanding',
      controlPlane({
        synthesize: (record, evidence, now) =>
          CONTROL_PLANE_RULES.synthesize(record, { ...evidence, isOutstanding: false }, now),
      }),
    ],
    [
      'too early or too often',
      'a host converges while another rollout is at work on it',
      controlPlane({ isUnderWay: () => false }),
    ],
    [
      'too early or too often',
      'a host converges while it is deferred in another rollout',
      controlPlane({
        isUnderWay: (record, ...rest) => record.state !== 'Deferred' && CONTROL_PLANE_RULES.isUnderWay(record, ...rest),
      }),
    ],
    [
      'too early or too often',
      'a host converges while it goes back in another rollout',
      controlPlane({
        isUnderWay: (record, ...rest) => record.state !== 'Failed' && CONTROL_PLANE_RULES.isUnderWay(record, ...rest),
      }),
    ],
    [
      'too early or too often',
      'a host converges while it is dispatched in another rollout',
      controlPlane({
        isUnderWay: (record, ...rest) => record.state !== 'Pending' && CONTROL_PLANE_RULES.isUnderWay(record, ...rest),
      }),
    ],
    [
      'too early or too often',
      'a host whose agent knows better converges all the same',
      controlPlane({
        synthesize: (record, evidence, now) =>
          CONTROL_PLANE_RULES.synthesize(
            record,
            record.state === 'Pending' ? { ...evidence, snapshot: null, mayKnowMore: false } : evidence,
            now,
          ),
      }),
    ],
    [
      'wrong one',
      'whatever runs counts as the target',
      controlPlane({
        synthesize: (record, evidence, now) =>
          CONTROL_PLANE_RULES.synthesize(record, { ...evidence, runningClosure: record.targetClosure }, now),
      }),
    ],
    [
      'wrong one',
      'synthesis goes by the number of the record alone',
      controlPlane({
        synthesize: (record, evidence, now) =>
          CONTROL_PLANE_RULES.synthesize(
            record,
            { ...evidence, snapshot: evidence.snapshot === null ? null : { ...evidence.snapshot, lastEventSeq: 0 } },
            now,
          ),
      }),
    ],
    [
      'wrong one',
      'a synthesized activation names another closure',
      controlPlane({
        synthesize: (...args) =>
          CONTROL_PLANE_RULES.synthesize(...args).map((event) =>
            event.type === 'RemoteActivationCompleted'
              ? { ...event, observedCurrentClosure: `${event.observedCurrentClosure}-` }
              : event,
          ),
      }),
    ],
    [
      'wrong one',
      'a synthesized convergence does not wait for the soak',
      controlPlane({
        synthesize: (record, evidence, now) =>
          CONTROL_PLANE_RULES.synthesize({ ...record, soakDueAt: null }, evidence, now),
      }),
    ],
    [
      'wrong one',
      'a synthesized event is logged as one of the agent',
      controlPlaneEffect('SynthesizeEvent', ({ host, rolloutId, payload }) => [
        { type: 'RemoteAppendEventLog', host, rolloutId, payload },
      ]),
    ],
    [
      'wrong one',
      'a deferred host that is synthesized is reported for an activation that failed',
      controlPlaneEffect('SynthesizeEvent', (effect) => [{ ...effect, event: 'RemoteActivationFailed' }]),
    ],
  ]),
  ...rule('control-plane, heartbeats: take-over', [
    ['never', 'no record is ever taken over', controlPlane({ judgeGap: () => 'agrees' })],
    [
      'never',
      'no gap is ever concluded',
      controlPlane({
        judgeGap: (...args) => {
          const verdict = CONTROL_PLANE_RULES.judgeGap(...args);
          return verdict === 'gap' ? 'wait' : verdict;
        },
      }),
    ],
    [
      'never',
      'no record of before the database was lost is taken over',
      controlPlane({
        judgeGap: (...args) => {
          const verdict = CONTROL_PLANE_RULES.judgeGap(...args);
          return verdict === 'rebuilt' ? 'agrees' : verdict;
        },
      }),
    ],
    [
      'too early or too often',
      'a gap is concluded at the first heartbeat',
      controlPlane({
        judgeGap: (record, evidence, now) =>
          CONTROL_PLANE_RULES.judgeGap(record, { ...evidence, wasBehind: true }, now),
      }),
    ],
    [
      'too early or too often',
      'a record is taken over although events are undelivered',
      controlPlane({
        judgeGap: (record, evidence, now) =>
          CONTROL_PLANE_RULES.judgeGap(record, { ...evidence, isUndelivered: false }, now),
      }),
    ],
    ['too early or too often', 'every snapshot of an agent is taken over', controlPlane({ judgeGap: () => 'gap' })],
    [
      'too early or too often',
      'a record is taken over as Converged before its soak is over',
      controlPlane({
        judgeGap: (record, evidence, now) =>
          CONTROL_PLANE_RULES.judgeGap(
            { ...record, soakDueAt: null },
            { ...evidence, snapshot: { ...evidence.snapshot, soakDueAt: null } },
            now,
          ),
      }),
    ],
    [
      'too early or too often',
      'a record is taken over as Converged although something else runs',
      controlPlane({
        judgeGap: (record, evidence, now) =>
          CONTROL_PLANE_RULES.judgeGap(record, { ...evidence, runningClosure: record.targetClosure }, now),
      }),
    ],
    [
      'wrong one',
      'a record is taken over without its number',
      controlPlane({
        takeOver: (record, snapshot) => {
          const taken = CONTROL_PLANE_RULES.takeOver(record, snapshot);
          return taken === null ? null : { ...taken, lastEventSeq: record.lastEventSeq };
        },
      }),
    ],
    [
      'wrong one',
      'a record is taken over without what runs',
      controlPlane({
        takeOver: (record, snapshot) => {
          const taken = CONTROL_PLANE_RULES.takeOver(record, snapshot);
          return taken === null ? null : { ...taken, currentClosure: record.currentClosure };
        },
      }),
    ],
    [
      'wrong one',
      'a record is taken over without what ran at dispatch',
      controlPlane({
        takeOver: (record, snapshot) => {
          const taken = CONTROL_PLANE_RULES.takeOver(record, snapshot);
          return taken === null ? null : { ...taken, currentClosureAtDispatch: null };
        },
      }),
    ],
    [
      'wrong one',
      'a record is taken over without its soak',
      controlPlane({
        takeOver: (record, snapshot) => {
          const taken = CONTROL_PLANE_RULES.takeOver(record, snapshot);
          return taken === null ? null : { ...taken, soakDueAt: record.soakDueAt };
        },
      }),
    ],
    [
      'wrong one',
      'a record is taken over as Soaking, whatever it is',
      controlPlane({
        takeOver: (record, snapshot) => {
          const taken = CONTROL_PLANE_RULES.takeOver(record, snapshot);
          return taken === null ? null : { ...taken, state: 'Soaking' };
        },
      }),
    ],
    [
      'never',
      'a record that is taken over as Reverted quarantines nothing',
      {
        wrapControlPlane: (core): ControlPlaneCore => ({
          ...core,
          handle: (before, input, now) => {
            const handled = core.handle(before, input, now);
            const isTakenOver = handled.effects.some(
              (effect) => effect.type === 'TakeOverRecord' && effect.record.state === 'Reverted',
            );
            if (!isTakenOver) return handled;
            return {
              ...handled,
              controlPlane: { ...handled.controlPlane, quarantine: before.quarantine },
              effects: handled.effects.filter(({ type }) => type !== 'RemoteInsertQuarantine'),
            };
          },
        }),
      },
    ],
    ['never', 'a take-over is logged nowhere', controlPlaneEffect('TakeOverRecord', () => [])],
    [
      'never',
      'a gap is not logged',
      controlPlaneEffect('EmitLog', (effect) => (effect.message.includes('were lost on the way') ? [] : [effect])),
    ],
  ]),
  ...rule('control-plane, heartbeats: the answer', [
    [
      'never',
      'the answer carries no records',
      replies('HeartbeatReceived', () => (reply) => ({ ...reply, bootstrapRollouts: [] })),
    ],
    [
      'never',
      'the answer carries no record of a failed host',
      replies('HeartbeatReceived', () => (reply) => ({
        ...reply,
        bootstrapRollouts: reply.bootstrapRollouts.filter(({ state }) => state !== 'Failed'),
      })),
    ],
    [
      'never',
      'the answer carries the record of the newest rollout only',
      replies('HeartbeatReceived', () => (reply) => ({
        ...reply,
        bootstrapRollouts: reply.bootstrapRollouts.slice(-1),
      })),
    ],
    [
      'too early or too often',
      'the answer carries the records of before this heartbeat',
      replies('HeartbeatReceived', () => {
        const known = new Map<string, readonly HostRolloutSnapshot[]>();
        return (reply, { heartbeat }) => {
          const stale = known.get(heartbeat.hostname) ?? reply.bootstrapRollouts;
          known.set(heartbeat.hostname, reply.bootstrapRollouts);
          return { ...reply, bootstrapRollouts: stale };
        };
      }),
    ],
    [
      'wrong one',
      'the answer says that every host soaks',
      replies('HeartbeatReceived', () => (reply) => ({
        ...reply,
        bootstrapRollouts: reply.bootstrapRollouts.map((snapshot) => ({ ...snapshot, state: 'Soaking' })),
      })),
    ],
    [
      'wrong one',
      'the answer counts one number too many',
      replies('HeartbeatReceived', () => (reply) => ({
        ...reply,
        bootstrapRollouts: reply.bootstrapRollouts.map((snapshot) => ({
          ...snapshot,
          lastEventSeq: snapshot.lastEventSeq + 1,
        })),
      })),
    ],
    [
      'never',
      'events are never asked for again',
      replies('HeartbeatReceived', () => (reply) => ({ ...reply, replayFrom: null })),
    ],
    [
      'too early or too often',
      'all events are asked for again at every heartbeat',
      replies('HeartbeatReceived', () => (reply) => ({ ...reply, replayFrom: 0 })),
    ],
    [
      'wrong one',
      'events are asked for again from a number too late',
      replies('HeartbeatReceived', () => (reply) => ({
        ...reply,
        replayFrom: reply.replayFrom === null ? null : reply.replayFrom + 1,
      })),
    ],
  ]),
  ...rule('control-plane, recovery', [
    [
      'too early or too often',
      'an empty database dispatches at once',
      configured((config) => ({ ...config, dispatchFrom: null })),
    ],
    [
      'never',
      'an empty database does not dispatch for nine heartbeat intervals',
      // A control plane that is to wait longer does not wait at all: its clock must have been set back.
      configured((config) =>
        'dispatchFrom' in config && typeof config.dispatchFrom === 'number' && 'heartbeatSecs' in config
          ? { ...config, dispatchFrom: config.dispatchFrom + 7500 * Number(config.heartbeatSecs) }
          : config,
      ),
    ],
    [
      'never',
      'the heartbeats of agents carry nothing to recover from',
      controlPlaneInputs((input) =>
        input.type === 'HeartbeatReceived' ? { ...input, heartbeat: { ...input.heartbeat, rollouts: [] } } : input,
      ),
    ],
    [
      'wrong one',
      'a recovered record is that of the oldest rollout',
      controlPlaneInputs((input) =>
        input.type === 'HeartbeatReceived' ? { ...input, heartbeat: { ...input.heartbeat, undelivered: [] } } : input,
      ),
    ],
    [
      'wrong one',
      'heartbeats are taken for incomplete',
      controlPlaneInputs((input) => (input.type === 'HeartbeatReceived' ? { ...input, isComplete: false } : input)),
    ],
  ]),
  ...rule('control-plane, heartbeats: what follows from synthesis', [
    [
      'never',
      'what is synthesized moves no rollout',
      {
        wrapControlPlane: (core): ControlPlaneCore => ({
          ...core,
          handle: (before, input, now) => {
            const handled = core.handle(before, input, now);
            if (!handled.effects.some(isSynthesized)) return handled;
            return { ...handled, effects: handled.effects.filter(({ type }) => type !== 'RecordTransition') };
          },
        }),
      },
    ],
  ]),
];
