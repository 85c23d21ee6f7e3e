import type { Time } from '../machine/events.ts';
import { receiveEvent } from './agent-events.ts';
import { byCodeUnit } from '../text/index.ts';
import { controlPlaneConfig, type ControlPlaneConfig } from './control-plane-config.ts';
import type { ControlPlaneEffect } from './control-plane-effects.ts';
import type { ControlPlaneInput, ManifestsVerified } from './control-plane-inputs.ts';
import { DEFAULT_PARTS, type ControlPlaneParts } from './control-plane-parts.ts';
import type { ControlPlaneReply, ReplyTo } from './control-plane-replies.ts';
import type { ControlPlane } from './control-plane-state.ts';
import { answerPoll } from './dispatch-polls.ts';
import { receiveHeartbeat } from './heartbeats.ts';
import { reportSilentHosts } from './liveness.ts';
import { EMPTY_NAME_MAP } from './name-map.ts';
import { clearRollout, expireRetention } from './operator-inputs.ts';
import { plan } from './plan.ts';
import { restore, snapshot, type ControlPlaneSnapshot } from './snapshot.ts';
import { beginTurn, endTurn, log, rolloutAt, type Turn } from './turn.ts';
import { vectorOf } from './vector.ts';

/** What became of an input: the next control plane, what is to be done, in this order, and what to answer. */
export interface Handled<Reply> {
  readonly controlPlane: ControlPlane;
  readonly effects: readonly ControlPlaneEffect[];
  readonly reply: Reply;
}

/** The control plane's decisions, without clock, network or storage (specification: control-plane). */
export interface ControlPlaneCore {
  /**
   * A control plane that knows nothing. What is not given has its default.
   *
   * @throws RangeError that names every value out of range.
   */
  readonly start: (config?: Partial<ControlPlaneConfig>) => ControlPlane;
  /** Pure: the arguments are not changed, and the same ones give the same result. */
  readonly handle: <Input extends ControlPlaneInput>(
    controlPlane: ControlPlane,
    input: Input,
    now: Time,
  ) => Handled<ReplyTo<Input>>;
  /** The whole state as plain data with a version, for storage; a runtime need not write it after every input. */
  readonly snapshot: (controlPlane: ControlPlane) => ControlPlaneSnapshot;
  /**
   * The control plane that was snapshotted. One that has missed inputs since gets them again, in their order and with
   * their times, and is then what it was.
   *
   * @throws RangeError if the snapshot has another version, or does not fit together.
   */
  readonly restore: (snapshot: ControlPlaneSnapshot) => ControlPlane;
}

const NO_EFFECTS: readonly never[] = Object.freeze([]);

/** @param parts rules to replace; the others are those of the specification */
export function controlPlaneCore(parts: Partial<ControlPlaneParts> = {}): ControlPlaneCore {
  const all: ControlPlaneParts = { ...DEFAULT_PARTS, ...parts };
  return {
    start,
    snapshot,
    restore: (saved) => restore(all, saved),
    handle: <Input extends ControlPlaneInput>(controlPlane: ControlPlane, input: Input, now: Time) =>
      // Right, because `handle` answers every kind of input with what `ReplyTo` names for it.
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
    strangers: 0,
    watch: [],
  };
}

function handle(
  parts: ControlPlaneParts,
  controlPlane: ControlPlane,
  input: ControlPlaneInput,
  now: Time,
): Handled<ControlPlaneReply> {
  if (input.type === 'DispatchPolled') {
    return { controlPlane, effects: NO_EFFECTS, reply: answerPoll(controlPlane, input.hostname) };
  }
  const turn = beginTurn(parts, controlPlane, now);
  const reply = take(turn, input);
  if (turn.hostChanged) plan(turn);
  return { controlPlane: endTurn(turn), effects: turn.effects, reply };
}

function take(turn: Turn, input: Exclude<ControlPlaneInput, { readonly type: 'DispatchPolled' }>): ControlPlaneReply {
  switch (input.type) {
    case 'EventReceived':
      return receiveEvent(turn, input.envelope);
    case 'HeartbeatReceived':
      return receiveHeartbeat(turn, input);
    case 'ManifestsVerified':
      takeManifests(turn, input);
      plan(turn);
      return null;
    case 'PlanTick':
      reportSilentHosts(turn);
      plan(turn);
      return null;
    case 'RetentionExpired':
      return expireRetention(turn, input);
    case 'OperatorCleared':
      return clearRollout(turn, input);
  }
}

function takeManifests(turn: Turn, { rollouts }: ManifestsVerified): void {
  const manifests = new Map(turn.state.manifests);
  for (const manifest of rollouts) {
    const { channel, rolloutId } = manifest;
    manifests.set(channel, manifest);
    const known = turn.state.rolloutIndex.get(rolloutId);
    if (manifest.hosts.length === 0) {
      log(turn, 'warn', `No host of channel ${channel} has a closure, so ${rolloutId} is not opened.`, {
        rolloutId,
        channel,
      });
    } else if (known !== undefined && rolloutAt(turn, known).record.supersededAt !== null) {
      log(
        turn,
        'warn',
        `${rolloutId} was opened before and superseded; it is not opened again. Release the same closures under a new ref.`,
        { rolloutId, channel },
      );
    }
  }
  // In order of name, which is the order in which rollouts open.
  turn.state.manifests = new Map([...manifests].sort(([a], [b]) => byCodeUnit(a, b)));
}
