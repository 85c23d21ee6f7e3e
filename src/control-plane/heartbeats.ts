import { isAtEnd } from '../machine/host-states.ts';
import type { HeartbeatReceived } from './control-plane-inputs.ts';
import type { Heartbeat } from '../wire/heartbeat.ts';
import type { HeartbeatAnswer } from '../wire/heartbeat-answer.ts';
import { snapshotOf, type HostRolloutSnapshot } from '../wire/host-rollout-snapshot.ts';
import type { FleetMember, HostSlot, Place } from './control-plane-state.ts';
import { applyHostEvent, applyTakenRecord } from './host-events.ts';
import { memberOf, refreshCandidate } from './host-slots.ts';
import { setMember, watchHost } from './liveness.ts';
import { log, rolloutAt, slotAt, type Turn } from './turn.ts';

/** Takes a heartbeat (specification: control-plane, "Heartbeats"). */
export function receiveHeartbeat(turn: Turn, { heartbeat, isComplete }: HeartbeatReceived): HeartbeatAnswer {
  const member = noteAlive(turn, heartbeat);
  const snapshots = newestSnapshots(heartbeat);
  const places = member?.places ?? [];
  // What the host runs now says in every rollout whether there is anything left to do.
  for (const { rollout, position } of places) refreshCandidate(turn, rollout, position);
  for (const place of places) {
    const snapshot = snapshots.get(rolloutAt(turn, place.rollout).record.rolloutId) ?? null;
    takeOverFrom(turn, place, snapshot);
    synthesizeFrom(turn, place, heartbeat.currentClosure, snapshot, isComplete);
  }
  return answerTo(turn, heartbeat, member);
}

/** The host as it is known now; `undefined` if it belongs to no rollout and there is no room to remember it. */
function noteAlive(turn: Turn, { hostname, currentClosure }: Heartbeat): FleetMember | undefined {
  const known = memberOf(turn, hostname);
  if (known === undefined && turn.state.strangers >= turn.state.config.maxStrangers) {
    log(turn, 'warn', `${hostname} belongs to no rollout and there is no room to remember it.`, { host: hostname });
    return undefined;
  }
  if (known === undefined) turn.state.strangers += 1;
  const places = known?.places ?? [];
  const isWatched = known?.isWatched === true || places.length > 0;
  if (known?.isUnreachable === true) turn.effects.push({ type: 'HostReachable', host: hostname, at: turn.now });
  if (isWatched && known?.isWatched !== true) watchHost(turn, hostname, turn.now);
  const member: FleetMember = {
    hostname,
    lastHeartbeatAt: turn.now,
    runningClosure: currentClosure,
    isUnreachable: false,
    isWatched,
    places,
  };
  setMember(turn, member);
  return member;
}

/** By rollout; the host's own only, and the newest of each. */
function newestSnapshots({ hostname, rollouts }: Heartbeat): ReadonlyMap<string, HostRolloutSnapshot> {
  const newest = new Map<string, HostRolloutSnapshot>();
  for (const snapshot of rollouts) {
    if (snapshot.hostname !== hostname) continue;
    const known = newest.get(snapshot.rolloutId);
    if (known === undefined || known.lastEventSeq < snapshot.lastEventSeq) newest.set(snapshot.rolloutId, snapshot);
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

function answerTo(turn: Turn, heartbeat: Heartbeat, member: FleetMember | undefined): HeartbeatAnswer {
  const slots = (member?.places ?? []).map(({ rollout, position }) => slotAt(rolloutAt(turn, rollout), position));
  // Converged and Reverted: at an end whatever the policy. A failed host may still be rolling back.
  const open = slots.filter(({ record }) => !isAtEnd(record.state, 'rollback-and-halt'));
  return { replayFrom: replayFrom(slots, heartbeat), bootstrapRollouts: open.map(({ record }) => snapshotOf(record)) };
}

/** The record that the heartbeat names, or else the newest, says whether events of it are missing here. */
function replayFrom(slots: readonly HostSlot[], { rolloutId, currentClosure }: Heartbeat): number | null {
  const named = slots.find(({ record }) => record.rolloutId === rolloutId) ?? slots.at(-1);
  if (named === undefined || currentClosure === null) return null;
  return named.record.currentClosure === currentClosure ? null : named.record.lastEventSeq;
}
