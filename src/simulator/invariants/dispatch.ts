import type { OutstandingDispatch } from '../../control-plane/index.ts';
import type { Heartbeat } from '../../wire/index.ts';
import type { Judge, Scene } from './invariant.ts';
import { itemAt } from './rollout-book.ts';

interface State {
  /** By host, the dispatches that were decided in this turn and not queued yet. */
  readonly decided: Map<string, OutstandingDispatch>;
  /** The last one of this turn. */
  last: { readonly rolloutId: string; readonly host: string } | null;
}

const MS_PER_MINUTE = 60_000;

/**
 * A dispatch matches the manifest of its rollout and is queued as soon as it is decided. A poll gets the newest
 * outstanding dispatch, unchanged, until it is acknowledged or withdrawn (specification: control-plane, "Planning", 3).
 */
export const dispatch: Judge<State> = {
  begin: () => ({ decided: new Map(), last: null }),
  on: {
    ControlPlaneIdle: ({ broken }, state) => {
      const { decided } = state;
      state.last = null;
      for (const host of decided.keys())
        broken('dispatch', host, null, `The dispatch of ${host} was decided but not queued.`);
      if (decided.size > 0) decided.clear();
    },
    PollAnswered: (scene, _, { hostname, dispatch: given }) => {
      const outstanding = outstandingOf(scene, hostname);
      if (isSame(given, outstanding)) return;
      const answer = given === null ? 'nothing' : `${given.targetClosure} of ${given.rolloutId}`;
      const due = outstanding === null ? 'nothing' : `${outstanding.targetClosure} of ${outstanding.rolloutId}`;
      const where = given?.rolloutId ?? outstanding?.rolloutId ?? null;
      scene.broken(
        'dispatch',
        hostname,
        where,
        `A poll of ${hostname} got ${answer}, but ${due} is outstanding${
          given?.rolloutId === outstanding?.rolloutId ? ', with another soak or time' : ''
        }.`,
      );
    },
  },
  effects: {
    QueueDispatch: (
      { ledger, hosts, broken },
      state,
      { host, rolloutId, targetClosure, wave, soakDueAt, dispatchedAt },
    ) => {
      const { decided, last } = state;
      const { book, at: place } = ledger.find(rolloutId, host);
      decided.set(host, { rolloutId, targetClosure, soakDueAt, dispatchedAt });
      state.last = { rolloutId, host };
      if (book === null) return;
      if (last?.rolloutId === rolloutId && last.host > host)
        broken('dispatch', host, rolloutId, `${host} was dispatched after ${last.host}, in the wrong order.`);
      const planned = itemAt(book.manifest.hosts, place);
      const observed = hosts.find(host);
      const heard = observed?.heard ?? null;
      // It may be working on a dispatch that is forgotten (docs/decisions.md).
      if (heard === null && ledger.databasesLost > 0)
        broken('dispatch', host, rolloutId, `${host} was dispatched after a lost database, before it was heard again.`);
      // Killed before it answered, a control plane may not have stored the heartbeat.
      const isKnown = heard !== null && observed?.wasReplied === true;
      if (isKnown && isResting(heard, targetClosure) && isAtRest(ledger, host))
        broken(
          'dispatch',
          host,
          rolloutId,
          `${host} was dispatched to ${targetClosure}, which it already runs, with nothing in flight.`,
        );
      if (targetClosure !== planned.targetClosure || wave !== planned.wave)
        broken(
          'dispatch',
          host,
          rolloutId,
          `${host} was dispatched to ${targetClosure} in wave ${wave}, but its manifest says ${planned.targetClosure} in wave ${planned.wave}.`,
        );
      const soakMs = planned.soakMinutes * MS_PER_MINUTE;
      if (soakDueAt !== dispatchedAt + soakMs)
        broken(
          'dispatch',
          host,
          rolloutId,
          `The soak of ${host} is not the ${planned.soakMinutes} minutes of its wave.`,
        );
    },
    RemoteQueueDispatch: ({ broken }, { decided }, { host, rolloutId, targetClosure, soakDueAt }) => {
      const known = decided.get(host);
      decided.delete(host);
      const isRight =
        known?.rolloutId === rolloutId && known.targetClosure === targetClosure && known.soakDueAt === soakDueAt;
      if (!isRight) broken('dispatch', host, rolloutId, `${host} was not dispatched as decided.`);
    },
  },
};

/** According to its heartbeat, the host runs this and is busy with nothing else. */
function isResting({ currentClosure, rollouts, undelivered }: Heartbeat, closure: string): boolean {
  const isOver = rollouts.every(({ state }) => state === 'Converged' || state === 'Reverted');
  return currentClosure === closure && isOver && undelivered.length === 0;
}

function outstandingOf({ ledger }: Scene, hostname: string): OutstandingDispatch | null {
  let newest: OutstandingDispatch | null = null;
  // In the order in which they were opened.
  for (const book of ledger.books.values()) {
    const place = ledger.positionIn(book, hostname);
    if (place < 0 || book.isOutstanding[place] !== 1) continue;
    const { targetClosure } = itemAt(book.manifest.hosts, place);
    const { soakDueAt } = itemAt(book.records, place);
    newest = { rolloutId: book.rolloutId, targetClosure, soakDueAt, dispatchedAt: itemAt(book.dispatchedAt, place) };
  }
  return newest;
}

function isSame(a: OutstandingDispatch | null, b: OutstandingDispatch | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.rolloutId === b.rolloutId &&
    a.targetClosure === b.targetClosure &&
    a.soakDueAt === b.soakDueAt &&
    a.dispatchedAt === b.dispatchedAt
  );
}

/** According to the records, nothing is in flight on the host in any rollout, and no dispatch of it was withdrawn. */
function isAtRest(ledger: Scene['ledger'], host: string): boolean {
  return [...ledger.books.values()].every((book) => {
    const place = ledger.positionIn(book, host);
    if (place < 0) return true;
    const state = itemAt(book.states, place);
    return (
      state === 'Converged' || state === 'Reverted' || (state === 'Pending' && Number.isNaN(book.dispatchedAt[place]))
    );
  });
}
