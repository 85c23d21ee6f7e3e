import { isAtEnd } from '../machine/host-states.ts';
import type { HeartbeatReceived } from './control-plane-inputs.ts';
import { snapshotOf, type Heartbeat, type HeartbeatAnswer, type HostRolloutSnapshot } from '../wire/index.ts';
import type { HostRolloutState, HostState } from '../machine/record.ts';
import type { FleetMember, Place } from './control-plane-state.ts';
import { applyHostEvent, applyTakenRecord } from './host-events.ts';
import { isUnderWayElsewhere, memberOf, putSlot, refreshCandidate, wasHeard } from './host-slots.ts';
import { watchHost } from './liveness.ts';
import { addMember, editMember, log, rolloutAt, slotAt, type MemberDraft, type Turn } from './turn.ts';

const NONE: readonly never[] = Object.freeze([]);
/** More rollouts than this no agent works on; one that names more has a defect. */
const MAX_BUSY_WITH = 16;

/** Takes a heartbeat (specification: control-plane, "Heartbeats"). */
export function receiveHeartbeat(turn: Turn, { heartbeat, isComplete }: HeartbeatReceived): HeartbeatAnswer {
  const known = memberOf(turn, heartbeat.hostname);
  const runsAsBefore = wasHeard(known) && known.runningClosure === heartbeat.currentClosure;
  const member = noteAlive(turn, known, heartbeat);
  if (member === null) return answerTo(turn, heartbeat, NONE);
  const { places } = member;
  for (const place of places) takeOverFrom(turn, place, heartbeat, isComplete);
  const isBusyAsBefore = noteBusy(turn, member, heartbeat);
  // What the host runs, and what else it is at work on, decide in every rollout whether there is anything left to do.
  if (!runsAsBefore || !isBusyAsBefore) {
    for (const { rollout, position } of places) refreshCandidate(turn, rollout, position);
  }
  for (const place of places) synthesizeFrom(turn, place, member, heartbeat, isComplete);
  return answerTo(turn, heartbeat, places);
}

/** The host as it is known now; `null` if it belongs to no rollout and there is no room to remember it. */
function noteAlive(
  turn: Turn,
  known: FleetMember | undefined,
  { hostname, currentClosure }: Heartbeat,
): MemberDraft | null {
  if (known === undefined && turn.state.strangers >= turn.state.config.maxStrangers) {
    log(turn, 'warn', `${hostname} belongs to no rollout and there is no room to remember it.`, { host: hostname });
    return null;
  }
  if (known === undefined) {
    turn.state.strangers += 1;
    const stranger: MemberDraft = {
      hostname,
      lastHeartbeatAt: turn.now,
      runningClosure: currentClosure,
      busyWith: NONE,
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

/** Notes what the host is at work on as far as no record here says so; `true` if that is what it was before. */
function noteBusy(turn: Turn, member: MemberDraft, { hostname, rollouts, undelivered }: Heartbeat): boolean {
  const busyWith = new Set(undelivered);
  for (const snapshot of rollouts) {
    if (snapshot.hostname === hostname && mayChangeWhatRuns(snapshot.state)) busyWith.add(snapshot.rolloutId);
  }
  for (const { rollout, position } of member.places) {
    const { record } = slotAt(rolloutAt(turn, rollout), position);
    if (record.state !== 'Pending') busyWith.delete(record.rolloutId);
  }
  const before = member.busyWith;
  if (busyWith.size === before.length && before.every((rolloutId) => busyWith.has(rolloutId))) return true;
  member.busyWith = busyWith.size === 0 ? NONE : [...busyWith].slice(0, MAX_BUSY_WITH);
  return false;
}

function mayChangeWhatRuns(state: HostState): boolean {
  return state === 'Activating' || state === 'Deferred' || state === 'Soaking' || state === 'Failed';
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

function takeOverFrom(
  turn: Turn,
  { rollout: index, position }: Place,
  heartbeat: Heartbeat,
  isComplete: boolean,
): void {
  const slot = slotAt(rolloutAt(turn, index), position);
  const { record, wasBehind, synthesizedSeq } = slot;
  const { rolloutId, hostname, state } = record;
  const snapshot = newestSnapshot(heartbeat, rolloutId);
  if (snapshot === null) return;
  const isUndelivered = heartbeat.undelivered.includes(rolloutId);
  const { currentClosure: runningClosure } = heartbeat;
  const evidence = { runningClosure, snapshot, isUndelivered, isComplete, wasBehind, synthesizedSeq };
  const verdict = turn.parts.judgeGap(record, evidence, turn.now);
  const isBehind = verdict === 'wait' || verdict === 'gap';
  if (isBehind !== wasBehind) putSlot(turn, index, position, { ...slot, wasBehind: isBehind });
  if (verdict === 'agrees' || verdict === 'wait') return;
  const taken = turn.parts.takeOver(record, snapshot);
  const fields = { host: hostname, rolloutId, state: snapshot.state, targetClosure: snapshot.targetClosure };
  if (taken === null) {
    log(turn, 'warn', `What ${hostname} says of ${rolloutId} does not fit it and was not taken over.`, fields);
    return;
  }
  if (verdict === 'gap') {
    const message =
      `Events of ${hostname} in ${rolloutId} were lost on the way: it is ${snapshot.state} after event ` +
      `${snapshot.lastEventSeq}, and was ${state} after event ${record.lastEventSeq} here. Its record was taken over.`;
    log(turn, 'warn', message, fields);
  }
  applyTakenRecord(turn, index, position, taken, verdict);
}

function synthesizeFrom(
  turn: Turn,
  { rollout: index, position }: Place,
  member: FleetMember,
  heartbeat: Heartbeat,
  isComplete: boolean,
): void {
  const { currentClosure: runningClosure } = heartbeat;
  const { record, dispatch } = slotAt(rolloutAt(turn, index), position);
  // Of most hosts nothing could be synthesized, whatever the rest of the heartbeat says.
  if (runningClosure === null || isPastActivation(record.state)) return;
  const { hostname, rolloutId } = record;
  const evidence = {
    runningClosure,
    snapshot: newestSnapshot(heartbeat, rolloutId),
    mayKnowMore: !isComplete || heartbeat.undelivered.includes(rolloutId),
    isOutstanding: dispatch === 'outstanding',
    isUnderWayElsewhere:
      record.state === 'Pending' &&
      record.targetClosure === runningClosure &&
      isUnderWayElsewhere(turn, member, rolloutId),
  };
  for (const event of turn.parts.synthesize(record, evidence, turn.now)) {
    const refusal = applyHostEvent(turn, index, position, event, 'heartbeat');
    if (refusal === null) continue;
    log(turn, 'error', refusal.message, { host: hostname, rolloutId, seq: event.seq });
    return;
  }
}

function isPastActivation(state: HostState): boolean {
  return state === 'Soaking' || state === 'Failed' || state === 'Converged' || state === 'Reverted';
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
