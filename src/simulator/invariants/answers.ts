import type { SentEvent } from '../../agent/index.ts';
import type { OutboundEvent } from '../../machine/index.ts';
import type { Heartbeat, HeartbeatAnswer, HostRolloutSnapshot } from '../../wire/index.ts';
import type { HostRecord } from './host-record.ts';
import type { Judge, Scene } from './invariant.ts';
import { isSameEvent } from './log.ts';
import { PerHost } from './per-host.ts';
import { itemAt } from './rollout-book.ts';

interface State {
  /** Events in the outbox that were answered as a conflict, by number: at every arrival, or at one of them. */
  readonly conflicts: PerHost<ReadonlyMap<number, 'always' | 'once'>>;
  /** What was logged last, until its event is answered. */
  logged: OutboundEvent | null;
  /** A warning was logged since the last event. */
  hasWarned: boolean;
}

const NONE: ReadonlyMap<number, 'always' | 'once'> = new Map();

/**
 * The control plane refuses conflicts and nothing else, and logs accepted events unchanged (specification: wire,
 * "Answers"). The answer to a heartbeat contains the host's records that have not ended, unchanged. It asks for events
 * again exactly when the record names a closure that the host does not run (control-plane, "Heartbeats").
 */
export const answers: Judge<State> = {
  begin: () => ({ conflicts: new PerHost(NONE), logged: null, hasWarned: false }),
  on: {
    HeartbeatReplied: (scene, _, { hostname, answer }, { heard }) => {
      if (heard === null) return;
      checkSnapshots(scene, hostname, answer);
      checkReplay(scene, heard, answer);
    },
    EventAnswered: ({ broken }, state, { hostname, rolloutId, event, outcome }, { index }) => {
      const { conflicts, logged, hasWarned } = state;
      state.logged = null;
      state.hasWarned = false;
      if ((outcome === 'unknown' || outcome === 'illegal') && !hasWarned)
        broken(
          'answers',
          hostname,
          rolloutId,
          `${event.type} ${event.seq} of ${hostname} was dropped, but nothing was logged.`,
        );
      if (outcome === 'accepted' && (logged === null || !isSameEvent(logged, event)))
        broken(
          'answers',
          hostname,
          rolloutId,
          `${event.type} ${event.seq} of ${hostname} was accepted but not logged unchanged.`,
        );
      const known = conflicts.get(rolloutId, index);
      if (outcome === 'conflict') conflicts.set(rolloutId, index, new Map(known).set(event.seq, 'always'));
      else if (known.has(event.seq)) conflicts.set(rolloutId, index, new Map(known).set(event.seq, 'once'));
    },
    EventsDelivered: ({ broken }, { conflicts }, { hostname, rolloutId, events }, { index }) => {
      const known = conflicts.get(rolloutId, index);
      for (const { seq, outcome } of events) {
        if (outcome === 'not-delivered') continue;
        const conflict = known.get(seq);
        if (outcome === 'refused' && conflict === undefined)
          broken('answers', hostname, rolloutId, `Event ${seq} of ${hostname} was refused, but is not a conflict.`);
        if (outcome === 'accepted' && conflict === 'always')
          broken('answers', hostname, rolloutId, `Event ${seq} of ${hostname} is a conflict, but was not refused.`);
      }
      if (known.size > 0) conflicts.set(rolloutId, index, without(known, events));
    },
  },
  effects: {
    EmitLog: (_, state, { level }) => {
      if (level !== 'info') state.hasWarned = true;
    },
    RemoteAppendEventLog: (_, state, { payload }) => {
      state.logged = payload;
    },
  },
};

/** What remains after these events have left their outbox. */
function without<Value>(known: ReadonlyMap<number, Value>, events: readonly SentEvent[]): ReadonlyMap<number, Value> {
  const left = new Map(known);
  for (const { seq, outcome } of events) if (outcome !== 'not-delivered') left.delete(seq);
  return left;
}

/** A host that has started a rollout has left the earlier ones, and gets no records of them. */
function checkSnapshots({ ledger, broken }: Scene, hostname: string, { bootstrapRollouts }: HeartbeatAnswer): void {
  const books = ledger.booksOf(hostname);
  let due = 0;
  for (let at = books.length - 1; at >= 0; at -= 1) {
    const book = itemAt(books, at);
    const record = itemAt(book.records, ledger.positionIn(book, hostname));
    const { rolloutId } = book;
    if (record.state !== 'Converged' && record.state !== 'Reverted') {
      due += 1;
      const snapshot = bootstrapRollouts.find((other) => other.rolloutId === rolloutId);
      if (snapshot === undefined || !isAsRecorded(snapshot, record))
        broken(
          'answers',
          hostname,
          rolloutId,
          `${hostname} is ${record.state} after event ${record.lastEventSeq}, but the answer to its heartbeat ${
            snapshot === undefined ? 'leaves it out' : `says ${snapshot.state} after event ${snapshot.lastEventSeq}`
          }.`,
        );
    }
    if (record.state !== 'Pending') break;
  }
  if (bootstrapRollouts.length > due)
    broken(
      'answers',
      hostname,
      null,
      `The answer to the heartbeat of ${hostname} has ${bootstrapRollouts.length} records, but ${due} have not ended.`,
    );
}

/**
 * A Pending record may be dispatched by the planning pass that follows the answer: its soak has not begun. One that was
 * acknowledged but never dispatched has no soak yet; the answer gives it one.
 */
function isAsRecorded(snapshot: HostRolloutSnapshot, record: HostRecord): boolean {
  return (
    snapshot.state === record.state &&
    snapshot.lastEventSeq === record.lastEventSeq &&
    snapshot.targetClosure === record.targetClosure &&
    snapshot.currentClosure === record.currentClosure &&
    snapshot.currentClosureAtDispatch === record.currentClosureAtDispatch &&
    (record.state === 'Pending' ||
      (record.soakDueAt === null ? snapshot.soakDueAt !== null : snapshot.soakDueAt === record.soakDueAt))
  );
}

function checkReplay(
  { ledger, broken }: Scene,
  { hostname, rolloutId, currentClosure }: Heartbeat,
  { replayFrom }: HeartbeatAnswer,
): void {
  // The record that the heartbeat names, or else the newest.
  const named = rolloutId === null ? null : ledger.find(rolloutId, hostname);
  const { book, at: place } = named === null || named.book === null ? ledger.newestOf(hostname) : named;
  const record = book === null ? null : itemAt(book.records, place);
  const isEqual = record === null || currentClosure === null || record.currentClosure === currentClosure;
  const due = isEqual ? null : record.lastEventSeq;
  if (replayFrom === due) return;
  broken(
    'answers',
    hostname,
    rolloutId,
    `${hostname} was asked for its events after ${replayFrom ?? 'none'}; expected ${due ?? 'none'}.`,
  );
}
