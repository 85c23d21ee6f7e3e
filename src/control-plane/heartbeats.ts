import { isAtEnd } from '../machine/host-states.ts';
import type { HeartbeatReceived } from './control-plane-inputs.ts';
import type { Heartbeat } from '../wire/index.ts';
import type { HeartbeatAnswer } from '../wire/index.ts';
import { snapshotOf, type HostRolloutSnapshot } from '../wire/index.ts';
import type { HostRolloutState } from '../machine/record.ts';
import type { FleetMember, Place } from './control-plane-state.ts';
import { applyHostEvent, applyTakenRecord } from './host-events.ts';
import { memberOf, refreshCandidate, wasHeard } from './host-slots.ts';
import { watchHost } from './liveness.ts';
import { addMember, editMember, log, rolloutAt, slotAt, type MemberDraft, type Turn } from './turn.ts';

const NONE: readonly never[] = Object.freeze([]);

/** Takes a heartbeat (specification: control-plane, "Heartbeats"). */
export function receiveHeartbeat(turn: Turn, { heartbeat, isComplete }: HeartbeatReceived): HeartbeatAnswer {
  const known = memberOf(turn, heartbeat.hostname);
  const runsAsBefore = wasHeard(known) && known.runningClosure === heartbeat.currentClosure;
  const member = noteAlive(turn, known, heartbeat);
  const places = member?.places ?? NONE;
  // What the host runs now says in every rollout whether there is anything left to do.
  if (!runsAsBefore) for (const { rollout, position } of places) refreshCandidate(turn, rollout, position);
  for (const place of places) {
    const snapshot = newestSnapshot(heartbeat, rolloutAt(turn, place.rollout).record.rolloutId);
    takeOverFrom(turn, place, snapshot);
    synthesizeFrom(turn, place, heartbeat.currentClosure, snapshot, isComplete);
  }
  return answerTo(turn, heartbeat, places);
}

/** The host as it is known now; `undefined` if it belongs to no rollout and there is no room to remember it. */
function noteAlive(
  turn: Turn,
  known: FleetMember | undefined,
  { hostname, currentClosure }: Heartbeat,
): FleetMember | undefined {
  if (known === undefined && turn.state.strangers >= turn.state.config.maxStrangers) {
    log(turn, 'warn', `${hostname} belongs to no rollout and there is no room to remember it.`, { host: hostname });
    return undefined;
  }
  if (known === undefined) {
    turn.state.strangers += 1;
    const stranger: FleetMember = {
      hostname,
      lastHeartbeatAt: turn.now,
      runningClosure: currentClosure,
      isUnreachable: false,
      isWatched: false,
      places: NONE,
    };
    addMember(turn, stranger);
    return stranger;
  }
  const member = hear(turn, known);
  member.runningClosure = currentClosure;
  return member;
}

function hear(turn: Turn, known: FleetMember): MemberDraft {
  const at = turn.now;
  const member = editMember(turn, known);
  member.lastHeartbeatAt = at;
  if (member.isUnreachable) turn.effects.push({ type: 'HostReachable', host: member.hostname, at });
  member.isUnreachable = false;
  if (!member.isWatched && member.places.length > 0) {
    watchHost(turn, member.hostname, at);
    member.isWatched = true;
  }
  return member;
}

/** What the host itself says of the rollout; `null` if nothing. */
function newestSnapshot({ hostname, rollouts }: Heartbeat, rolloutId: string): HostRolloutSnapshot | null {
  let newest: HostRolloutSnapshot | null = null;
  for (const snapshot of rollouts) {
    if (snapshot.hostname !== hostname || snapshot.rolloutId !== rolloutId) continue;
    if (newest === null || newest.lastEventSeq < snapshot.lastEventSeq) newest = snapshot;
  }
  return newest;
}

/** The database was rebuilt and the agent knows better. */
function takeOverFrom(turn: Turn, { rollout: index, position }: Place, snapshot: HostRolloutSnapshot | null): void {
  const { record } = slotAt(rolloutAt(turn, index), position);
  if (snapshot === null || record.state !== 'Pending' || snapshot.lastEventSeq <= record.lastEventSeq) return;
  const taken = turn.parts.takeOver(record, snapshot);
  if (taken !== null) applyTakenRecord(turn, index, position, taken);
  else {
    log(turn, 'warn', `What ${record.hostname} says of ${record.rolloutId} does not fit it and was not taken over.`, {
      host: record.hostname,
      rolloutId: record.rolloutId,
      state: snapshot.state,
      targetClosure: snapshot.targetClosure,
    });
  }
}

function synthesizeFrom(
  turn: Turn,
  { rollout: index, position }: Place,
  runningClosure: string | null,
  snapshot: HostRolloutSnapshot | null,
  isComplete: boolean,
): void {
  if (runningClosure === null) return;
  const { record, isOutstanding } = slotAt(rolloutAt(turn, index), position);
  const agentKnows = snapshot === null ? !isComplete : tellsSomething(snapshot);
  const waitsSinceSeq = snapshot !== null && waitsForActivation(snapshot) ? snapshot.lastEventSeq : 0;
  const evidence = { runningClosure, isOutstanding, agentKnows, waitsSinceSeq };
  for (const event of turn.parts.synthesize(record, evidence, turn.now)) {
    const refusal = applyHostEvent(turn, index, position, event, 'heartbeat');
    if (refusal === null) continue;
    log(turn, 'error', refusal.message, { host: record.hostname, rolloutId: record.rolloutId, seq: event.seq });
    return;
  }
}

function waitsForActivation({ state }: HostRolloutSnapshot): boolean {
  return state === 'Activating' || state === 'Deferred';
}

/** An agent that was told of a Pending record sends it back; it has done nothing there. */
function tellsSomething({ state, lastEventSeq }: HostRolloutSnapshot): boolean {
  return state !== 'Pending' || lastEventSeq > 0;
}

function answerTo(turn: Turn, { rolloutId, currentClosure }: Heartbeat, places: readonly Place[]): HeartbeatAnswer {
  let open: HostRolloutSnapshot[] | null = null;
  let named: HostRolloutState | null = null;
  for (const { rollout, position } of places) {
    const { record } = slotAt(rolloutAt(turn, rollout), position);
    // The record that the heartbeat names, or else the newest, says whether events of it are missing here.
    if (named === null || named.rolloutId !== rolloutId) named = record;
    // Converged and Reverted: at an end whatever the policy. A failed host may still be rolling back.
    if (!isAtEnd(record.state, 'rollback-and-halt')) (open ??= []).push(snapshotOf(record));
  }
  const bootstrapRollouts = open ?? NONE;
  if (named === null || currentClosure === null) return { replayFrom: null, bootstrapRollouts };
  return { replayFrom: named.currentClosure === currentClosure ? null : named.lastEventSeq, bootstrapRollouts };
}
