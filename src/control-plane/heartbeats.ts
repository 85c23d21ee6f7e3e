import { EMPTY_LIST } from '../text/index.ts';
import { isAtEnd, type HostRolloutState, type HostState } from '../machine/index.ts';
import type { HeartbeatReceived } from './inputs.ts';
import { snapshotOf, type Heartbeat, type HeartbeatAnswer, type HostRolloutSnapshot } from '../wire/index.ts';
import type { FleetMember, Place } from './state.ts';
import { applyHostEvent, applyTakenRecord } from './agent-events.ts';
import { isUnderWayElsewhere, memberOf, plannedHost, putSlot, refreshCandidate, wasHeard } from './host-slots.ts';
import { watchHost } from './liveness.ts';
import { addMember, editMember, emitControlPlaneLog, rolloutAt, slotAt, type Transaction } from './transaction.ts';
import { withValue } from './vector.ts';

/** An agent that reports more rollouts than this has a bug. */
const MAX_BUSY_WITH = 16;

/** Handles a heartbeat (specification: control-plane, "Heartbeats"). */
export function receiveHeartbeat(tx: Transaction, { heartbeat, isComplete }: HeartbeatReceived): HeartbeatAnswer {
  const known = memberOf(tx, heartbeat.hostname);
  const runsAsBefore = wasHeard(tx, known) && known.runningClosure === heartbeat.currentClosure;
  const heard = known === undefined ? addUnknownHost(tx, heartbeat) : updateHost(tx, known, heartbeat);
  if (heard === null) return answerTo(tx, heartbeat, EMPTY_LIST);
  const { places } = heard;
  for (const place of places) takeOverFrom(tx, place, heartbeat, isComplete);
  const member = noteBusy(tx, heard, heartbeat);
  // Whether the host has anything to do in a rollout depends on its running closure and on its other rollouts.
  if (!runsAsBefore || member !== heard) {
    for (const { rollout, position } of places) refreshCandidate(tx, rollout, position);
  }
  for (const place of places) synthesizeFrom(tx, place, member, heartbeat, isComplete);
  return answerTo(tx, heartbeat, places);
}

/** Adds a host outside any rollout; `null` if there are too many. */
function addUnknownHost(tx: Transaction, { hostname, currentClosure }: Heartbeat): FleetMember | null {
  if (tx.state.unknownHosts >= tx.state.config.maxUnknownHosts) {
    emitControlPlaneLog(
      tx,
      'warn',
      'too-many-unknown-hosts',
      `${hostname} is in no rollout, and the limit of remembered unknown hosts is reached.`,
      {
        host: hostname,
      },
    );
    return null;
  }
  tx.state.unknownHosts += 1;
  const unknownHost = {
    hostname,
    runningClosure: currentClosure,
    busyWith: EMPTY_LIST,
    isUnreachable: false,
    isWatched: false,
    places: EMPTY_LIST,
  };
  return addMember(tx, unknownHost, tx.now);
}

/** Updates the host. Most heartbeats repeat the previous one: only the time is new, and no member is copied. */
function updateHost(tx: Transaction, known: FleetMember, { currentClosure }: Heartbeat): FleetMember {
  const at = tx.now;
  tx.state.heardAt = withValue(tx.state.heardAt, known.index, at);
  const isOverlooked = !known.isWatched && known.places.length > 0;
  if (!known.isUnreachable && !isOverlooked && known.runningClosure === currentClosure) return known;
  const member = editMember(tx, known);
  if (member.isUnreachable) tx.effects.push({ type: 'HostReachable', host: member.hostname, at });
  member.isUnreachable = false;
  if (isOverlooked) watchHost(tx, member.hostname, at);
  member.isWatched ||= isOverlooked;
  member.runningClosure = currentClosure;
  return member;
}

/**
 * Stores the rollouts that the host works on although no record here shows it. Returns the same object if unchanged.
 */
function noteBusy(tx: Transaction, member: FleetMember, { hostname, rollouts, undelivered }: Heartbeat): FleetMember {
  // Nearly every host has none, so it allocates only if needed.
  let busyWith: string[] | null = null;
  for (const { state, rolloutId, hostname: owner, lastEventSeq } of rollouts) {
    if (owner === hostname && mayChangeWhatRuns(state) && !isShownHere(tx, member, rolloutId, lastEventSeq))
      (busyWith ??= []).push(rolloutId);
  }
  for (const rolloutId of undelivered) {
    if (!isShownHere(tx, member, rolloutId, Infinity)) (busyWith ??= []).push(rolloutId);
  }
  const before = member.busyWith;
  if (busyWith === null && before.length === 0) return member;
  const after = busyWith === null ? EMPTY_LIST : [...new Set(busyWith)].slice(0, MAX_BUSY_WITH);
  if (after.length === before.length && after.every((rolloutId) => before.includes(rolloutId))) return member;
  const draft = editMember(tx, member);
  draft.busyWith = after;
  return draft;
}

/**
 * Whether the record of this rollout already shows that the host has started it. If later events have overtaken the
 * heartbeat, the record no longer says what the host was doing, and the heartbeat no longer says what it runs.
 */
function isShownHere(tx: Transaction, { places }: FleetMember, rolloutId: string, lastEventSeq: number): boolean {
  for (const { rollout, position } of places) {
    const { record } = slotAt(rolloutAt(tx, rollout), position);
    if (record.rolloutId === rolloutId) return record.state !== 'Pending' && record.lastEventSeq <= lastEventSeq;
  }
  return false;
}

function mayChangeWhatRuns(state: HostState): boolean {
  return state === 'Activating' || state === 'Deferred' || state === 'Soaking' || state === 'Failed';
}

/** The host's newest snapshot of the rollout; `null` if it sent none. */
function newestSnapshot({ hostname, rollouts }: Heartbeat, rolloutId: string): HostRolloutSnapshot | null {
  let newest: HostRolloutSnapshot | null = null;
  for (const snapshot of rollouts) {
    if (snapshot.hostname !== hostname || snapshot.rolloutId !== rolloutId) continue;
    if (newest === null || newest.lastEventSeq < snapshot.lastEventSeq) newest = snapshot;
  }
  return newest;
}

function takeOverFrom(
  tx: Transaction,
  { rollout: index, position }: Place,
  heartbeat: Heartbeat,
  isComplete: boolean,
): void {
  const slot = slotAt(rolloutAt(tx, index), position);
  const { record, wasBehind, synthesizedSeq } = slot;
  const { rolloutId, hostname, state, lastEventSeq, currentClosure } = record;
  const snapshot = newestSnapshot(heartbeat, rolloutId);
  if (snapshot === null) return;
  const isSame =
    snapshot.lastEventSeq === lastEventSeq && snapshot.state === state && snapshot.currentClosure === currentClosure;
  if (isSame && !wasBehind) return;
  const isUndelivered = heartbeat.undelivered.includes(rolloutId);
  const { currentClosure: runningClosure } = heartbeat;
  const evidence = { runningClosure, snapshot, isUndelivered, isComplete, wasBehind, synthesizedSeq };
  const verdict = tx.rules.judgeGap(record, evidence, tx.now);
  const isBehind = verdict === 'wait' || verdict === 'gap';
  if (isBehind !== wasBehind) putSlot(tx, index, position, { ...slot, wasBehind: isBehind });
  if (verdict === 'agrees' || verdict === 'wait') return;
  const taken = tx.rules.takeOver(record, snapshot);
  const fields = { host: hostname, rolloutId, state: snapshot.state, targetClosure: snapshot.targetClosure };
  if (taken === null) {
    emitControlPlaneLog(
      tx,
      'warn',
      'snapshot-refused',
      `The snapshot of ${hostname} in ${rolloutId} contradicts the record and was not taken over.`,
      fields,
    );
    return;
  }
  if (verdict === 'gap') {
    const message =
      `Events of ${hostname} in ${rolloutId} were lost on the way: it is ${snapshot.state} after event ` +
      `${snapshot.lastEventSeq}, but was ${state} after event ${record.lastEventSeq} here. Its record was taken over.`;
    emitControlPlaneLog(tx, 'warn', 'gap', message, fields);
  }
  applyTakenRecord(tx, index, position, taken, verdict);
}

function synthesizeFrom(
  tx: Transaction,
  { rollout: index, position }: Place,
  member: FleetMember,
  heartbeat: Heartbeat,
  isComplete: boolean,
): void {
  const { currentClosure: runningClosure } = heartbeat;
  const { record, dispatch } = slotAt(rolloutAt(tx, index), position);
  // For most hosts, nothing can be synthesized, whatever else the heartbeat says.
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
      isUnderWayElsewhere(tx, member, rolloutId),
  };
  for (const event of tx.rules.synthesize(record, evidence, tx.now)) {
    const refusal = applyHostEvent(tx, index, position, event, 'heartbeat');
    if (refusal === null) continue;
    emitControlPlaneLog(tx, 'error', 'synthesis-refused', refusal.message, {
      host: hostname,
      rolloutId,
      seq: event.seq,
    });
    return;
  }
}

function isPastActivation(state: HostState): boolean {
  return state === 'Soaking' || state === 'Failed' || state === 'Converged' || state === 'Reverted';
}

/**
 * The snapshot of a record for the answer. A record that was acknowledged but never dispatched here has no soak,
 * because the dispatch was lost with the database. An agent that has lost its disk and takes the record over would
 * converge at once, so the soak counts from now.
 */
function answerSnapshot(
  tx: Transaction,
  index: number,
  position: number,
  record: HostRolloutState,
): HostRolloutSnapshot {
  const snapshot = snapshotOf(record);
  if (record.state === 'Pending' || record.soakDueAt !== null) return snapshot;
  const { soakMinutes } = plannedHost(rolloutAt(tx, index), position);
  return { ...snapshot, soakDueAt: tx.rules.soakDueAt(soakMinutes, tx.now) };
}

function answerTo(
  tx: Transaction,
  { rolloutId, currentClosure }: Heartbeat,
  places: readonly Place[],
): HeartbeatAnswer {
  let open: HostRolloutSnapshot[] | null = null;
  let named: HostRolloutState | null = null;
  for (const { rollout, position } of places) {
    const { record } = slotAt(rolloutAt(tx, rollout), position);
    // A host that has started this rollout has left the earlier ones, but an agent that lost its disk would resume
    // them.
    if (record.state !== 'Pending') open = null;
    // The record of the rollout that the heartbeat names, or else the newest one, shows whether events are missing.
    if (named === null || named.rolloutId !== rolloutId) named = record;
    // Leaves out only Converged and Reverted, whatever the policy: a Failed host may still roll back.
    if (!isAtEnd(record.state, 'rollback-and-halt')) (open ??= []).push(answerSnapshot(tx, rollout, position, record));
  }
  const bootstrapRollouts = open ?? EMPTY_LIST;
  if (named === null || currentClosure === null) return { replayFrom: null, bootstrapRollouts };
  return { replayFrom: named.currentClosure === currentClosure ? null : named.lastEventSeq, bootstrapRollouts };
}
