import type { Time } from '../machine/index.ts';
import { EMPTY_LIST, byCodeUnit } from '../text/index.ts';
import { receiveEvent } from './agent-events.ts';
import { controlPlaneConfig, type ControlPlaneConfig } from './config.ts';
import type { ControlPlaneEffect } from './effects.ts';
import { receiveHeartbeat } from './heartbeats.ts';
import type { ControlPlaneInput, ControlPlaneReply, DispatchAnswer, ManifestsVerified, ReplyTo } from './inputs.ts';
import { reportSilentHosts } from './liveness.ts';
import { EMPTY_NAME_MAP, valueOf } from './name-map.ts';
import { plan } from './planning.ts';
import { clearRollout, expireRetention } from './rollout-events.ts';
import { type ControlPlaneRules, CONTROL_PLANE_RULES } from './rules.ts';
import { type ControlPlaneSnapshot, restore, snapshot } from './snapshot.ts';
import type { ControlPlane } from './state.ts';
import { begin, commit, emitControlPlaneLog, rolloutAt, slotAt, type Transaction } from './transaction.ts';
import { valueAt, vectorOf } from './vector.ts';

/** The result of an input: the next control plane, the effects in order, and the answer. */
export interface Handled<Reply> {
  readonly controlPlane: ControlPlane;
  readonly effects: readonly ControlPlaneEffect[];
  readonly reply: Reply;
}

/** The control plane's decisions, without clock, network or storage (specification: control-plane). */
export interface ControlPlaneCore {
  /**
   * An empty control plane. Missing settings have their defaults.
   *
   * @throws RangeError that names every value out of range.
   */
  readonly start: (config?: Partial<ControlPlaneConfig>) => ControlPlane;
  /** Pure: it changes no argument, and the same arguments give the same result. */
  readonly handle: <Input extends ControlPlaneInput>(
    controlPlane: ControlPlane,
    input: Input,
    now: Time,
  ) => Handled<ReplyTo<Input>>;
  /** The whole state as plain data with a version, for storage. A runtime need not write it after every input. */
  readonly snapshot: (controlPlane: ControlPlane) => ControlPlaneSnapshot;
  /**
   * The control plane from a snapshot. To bring it up to date, feed it the inputs since then, in order and with their
   * times.
   *
   * @throws RangeError if the snapshot has another version, or does not fit together.
   */
  readonly restore: (snapshot: ControlPlaneSnapshot) => ControlPlane;
}

/** @param rules the rules to replace; the others are the specification's */
export function controlPlaneCore(rules: Partial<ControlPlaneRules> = {}): ControlPlaneCore {
  const all: ControlPlaneRules = { ...CONTROL_PLANE_RULES, ...rules };
  return {
    start,
    snapshot,
    restore: (saved) => restore(all, saved),
    handle: <Input extends ControlPlaneInput>(controlPlane: ControlPlane, input: Input, now: Time) =>
      // Safe: `handle` answers every input with the type that `ReplyTo` gives for it.
      handle(all, controlPlane, input, now) as Handled<ReplyTo<Input>>,
  };
}

function start(config?: Partial<ControlPlaneConfig>): ControlPlane {
  return {
    config: controlPlaneConfig(config),
    manifests: new Map(),
    rolloutIndex: new Map(),
    rollouts: vectorOf([]),
    rolloutsOfChannel: new Map(),
    dispatching: [],
    selectorIndex: new Map(),
    inFlight: [],
    quarantine: new Map(),
    hosts: EMPTY_NAME_MAP,
    heardAt: vectorOf([]),
    unknownHosts: 0,
    watch: [],
  };
}

function handle(
  rules: ControlPlaneRules,
  controlPlane: ControlPlane,
  input: ControlPlaneInput,
  now: Time,
): Handled<ControlPlaneReply> {
  if (input.type === 'DispatchPolled') {
    return { controlPlane, effects: EMPTY_LIST, reply: answerPoll(controlPlane, input.hostname) };
  }
  const tx = begin(rules, controlPlane, now);
  const reply = handleInput(tx, input);
  if (tx.hostChanged) plan(tx);
  return { controlPlane: commit(tx), effects: tx.effects, reply };
}

function handleInput(
  tx: Transaction,
  input: Exclude<ControlPlaneInput, { readonly type: 'DispatchPolled' }>,
): ControlPlaneReply {
  switch (input.type) {
    case 'EventReceived':
      return receiveEvent(tx, input.envelope);
    case 'HeartbeatReceived':
      return receiveHeartbeat(tx, input);
    case 'ManifestsVerified':
      handleManifests(tx, input);
      plan(tx);
      return null;
    case 'PlanTick':
      reportSilentHosts(tx);
      plan(tx);
      return null;
    case 'RetentionExpired':
      return expireRetention(tx, input);
    case 'OperatorCleared':
      return clearRollout(tx, input);
  }
}

function handleManifests(tx: Transaction, { rollouts }: ManifestsVerified): void {
  const manifests = new Map(tx.state.manifests);
  for (const manifest of rollouts) {
    const { channel, rolloutId } = manifest;
    manifests.set(channel, manifest);
    const known = tx.state.rolloutIndex.get(rolloutId);
    if (manifest.hosts.length === 0) {
      emitControlPlaneLog(
        tx,
        'warn',
        'no-hosts',
        `Channel ${channel} has no host with a closure, so ${rolloutId} is not opened.`,
        {
          rolloutId,
          channel,
        },
      );
    } else if (known !== undefined && rolloutAt(tx, known).record.supersededAt !== null) {
      emitControlPlaneLog(
        tx,
        'warn',
        'ref-superseded',
        `${rolloutId} was superseded and is not opened again. Release the same closures under a new ref.`,
        { rolloutId, channel },
      );
    }
  }
  // In order of channel, which is the order in which rollouts open.
  tx.state.manifests = new Map([...manifests].sort(([a], [b]) => byCodeUnit(a, b)));
}

const NO_DISPATCH: DispatchAnswer = Object.freeze({ dispatch: null });

/**
 * The outstanding dispatch of a host, repeated until it is acknowledged. If there are several, the newest rollout's.
 */
function answerPoll(controlPlane: ControlPlane, hostname: string): DispatchAnswer {
  const places = valueOf(controlPlane.hosts, hostname)?.places ?? [];
  for (const { rollout, position } of places.toReversed()) {
    const { record, dispatch } = slotAt(valueAt(controlPlane.rollouts, rollout), position);
    if (dispatch !== 'outstanding') continue;
    const { rolloutId, targetClosure, soakDueAt, dispatchedAt } = record;
    return { dispatch: { rolloutId, targetClosure, soakDueAt, dispatchedAt } };
  }
  return NO_DISPATCH;
}
