import type { Heartbeat, HostRolloutSnapshot } from '../../wire/index.ts';
import type { HostRecord } from './host-record.ts';
import type { Judge, Scene } from './invariant.ts';
import { isOfEarlierDispatch, type ObservedState, type OwnRecord } from './observed-hosts.ts';
import { PerHost } from './per-host.ts';
import { itemAt } from './rollout-book.ts';

/** The second heartbeat in a row that shows a difference settles it. */
const SETTLING_HEARTBEATS = 2;

/** A difference shown by a host's last heartbeats. */
interface Difference {
  readonly state: string;
  readonly lastEventSeq: number;
  /** When the last of them was sent, by the agent's clock; a heartbeat that arrives twice counts once. */
  readonly sentAt: number;
  readonly heartbeats: number;
}

interface State {
  /** The record may have fallen behind its agent's, and the two have not been equal since. */
  readonly disturbed: PerHost<boolean>;
  differences: PerHost<Difference | null>;
}

/**
 * At rest, the control plane's record of a host equals the agent's. After something that explains a difference (an
 * event was synthesized or refused, a record taken over, a database or a disk lost), the difference is settled by the
 * second heartbeat in a row that shows it. A Converged record may differ until its soak is over by the control plane's
 * clock and the host runs the target. An agent takes over from an answer what only the control plane knows.
 */
export const mirror: Judge<State> = {
  begin: () => ({ disturbed: new PerHost(false), differences: new PerHost<Difference | null>(null) }),
  on: {
    OutboxEmptied: (scene, state, _, host) => {
      if (host.activeRolloutId !== null) checkAtRest(scene, state, host, host.activeRolloutId);
    },
    HeartbeatReplied: (scene, state, _, host) => {
      const { heard } = host;
      if (heard !== null) for (const snapshot of heard.rollouts) checkShown(scene, state, host, heard, snapshot);
    },
    AgentStarted: (scene, { disturbed }, { outbox }, { own, activeRolloutId: rolloutId, name, index }) => {
      if (rolloutId === null) return;
      // A crash has lost the end of the outbox, and the header on disk may count it.
      const { book, at: place } = scene.ledger.find(rolloutId, name);
      const known = book === null ? 0 : itemAt(book.records, place).lastEventSeq;
      const left = outbox.findLast((entry) => entry.rolloutId === rolloutId)?.seq ?? 0;
      if ((own.get(rolloutId)?.record.lastEventSeq ?? 0) > Math.max(known, left)) disturbed.set(rolloutId, index, true);
    },
    DatabaseLost: (_, state) => forget(state),
    DatabaseRestored: (_, state) => forget(state),
  },
  effects: {
    SynthesizeEvent: (scene, state, { host, rolloutId }) => disturb(scene, state, host, rolloutId),
    TakeOverRecord: (scene, state, { host, rolloutId }) => disturb(scene, state, host, rolloutId),
  },
};

function forget(state: State): void {
  state.differences = new PerHost<Difference | null>(null);
}

function disturb({ hosts }: Scene, { disturbed }: State, hostname: string, rolloutId: string): void {
  const host = hosts.find(hostname);
  if (host !== null) disturbed.set(rolloutId, host.index, true);
}

function checkAtRest(scene: Scene, { disturbed }: State, host: ObservedState, rolloutId: string): void {
  const own = host.own.get(rolloutId);
  const { book, at: place } = scene.ledger.find(rolloutId, host.name);
  if (own === undefined || book === null) return;
  const known = itemAt(book.records, place);
  // The answer to the first heartbeat contains what the agent has lost and the control plane knows.
  if (known.lastEventSeq > own.record.lastEventSeq && !host.wasAnswered) return;
  if (isEqual(own, known)) {
    if (disturbed.get(rolloutId, host.index)) disturbed.delete(rolloutId, host.index);
    return;
  }
  const isExplained = book.isRebuilt || disturbed.get(rolloutId, host.index) || host.disksLost > 0;
  if (!isExplained) report(scene, host, rolloutId, own.record, known);
}

function checkShown(
  scene: Scene,
  { differences }: State,
  host: ObservedState,
  { at: sentAt, undelivered, currentClosure }: Heartbeat,
  snapshot: HostRolloutSnapshot,
): void {
  const { rolloutId, state, lastEventSeq } = snapshot;
  const { book, at: place } = scene.ledger.find(rolloutId, host.name);
  const known = book === null ? null : itemAt(book.records, place);
  // Undelivered events may explain it; and the agent takes over whatever the control plane knows of later.
  const isSettled =
    book === null ||
    known === null ||
    undelivered.includes(rolloutId) ||
    known.lastEventSeq > lastEventSeq ||
    isOfEarlierDispatch(scene.ledger, host, rolloutId, known);
  if (isSettled || isSameAs(known, snapshot)) {
    if (differences.get(rolloutId, host.index) !== null) differences.delete(rolloutId, host.index);
    return;
  }
  if (mayStillSoak(scene, known, snapshot, currentClosure)) return;
  const before = differences.get(rolloutId, host.index);
  if (before?.sentAt === sentAt) return;
  const isSameDifference = before?.state === state && before.lastEventSeq === lastEventSeq;
  const heartbeats = isSameDifference ? before.heartbeats + 1 : 1;
  differences.set(rolloutId, host.index, { state, lastEventSeq, sentAt, heartbeats });
  if (heartbeats === SETTLING_HEARTBEATS) report(scene, host, rolloutId, snapshot, known);
}

function mayStillSoak(
  { setup, ledger, runMs }: Scene,
  known: HostRecord,
  { state, targetClosure, currentClosure, soakDueAt }: HostRolloutSnapshot,
  runs: string | null,
): boolean {
  if (state !== 'Converged') return false;
  const dueAt = Math.max(known.soakDueAt ?? -Infinity, soakDueAt ?? -Infinity);
  return (
    dueAt > ledger.controlPlaneTime(setup.startAt, runMs) || runs !== targetClosure || currentClosure !== targetClosure
  );
}

function isEqual({ record, isTailUnsure }: OwnRecord, known: HostRecord): boolean {
  const isSameSeq = isTailUnsure
    ? known.lastEventSeq <= record.lastEventSeq
    : known.lastEventSeq === record.lastEventSeq;
  return isSameSeq && isSameIn(known, record);
}

const isSameAs = (known: HostRecord, shown: HostRolloutSnapshot): boolean =>
  known.lastEventSeq === shown.lastEventSeq && isSameIn(known, shown);

type Compared = Pick<HostRecord, 'state' | 'targetClosure' | 'currentClosure' | 'currentClosureAtDispatch'>;

function isSameIn(a: Compared, b: Compared): boolean {
  return (
    a.state === b.state &&
    a.targetClosure === b.targetClosure &&
    a.currentClosure === b.currentClosure &&
    a.currentClosureAtDispatch === b.currentClosureAtDispatch
  );
}

type Known = Pick<HostRecord, 'state' | 'currentClosure' | 'lastEventSeq'>;

function report({ broken }: Scene, { name }: ObservedState, rolloutId: string, own: Known, known: Known): void {
  broken('mirror', name, rolloutId, `${name} is ${inWords(own)}, but the control plane has ${inWords(known)}.`);
}

function inWords({ state, currentClosure, lastEventSeq }: Known): string {
  return `${state} on ${currentClosure ?? 'no known closure'} after event ${lastEventSeq}`;
}
