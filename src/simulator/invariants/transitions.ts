import type { HostRolloutState } from '../../machine/index.ts';
import type { HostRolloutSnapshot } from '../../wire/index.ts';
import { refusalOf, type HostRecord, type Refused } from './host-record.ts';
import type { Judge, Scene } from './invariant.ts';
import { PerHost } from './per-host.ts';

interface State {
  /** Logged events that changed no record; each is a duplicate when it arrives again. */
  unapplied: PerHost<readonly number[]>;
}

const NONE: readonly number[] = [];

/**
 * Both sides follow the transition table (specification: host-machine), so the same history leads to the same state:
 * what they accept is legal, what they refuse is not, and each record goes where the event leads.
 */
export const transitions: Judge<State> = {
  begin: () => ({ unapplied: new PerHost(NONE) }),
  on: {
    EventEmitted: ({ broken }, _, { hostname, rolloutId, event }, host) => {
      const own = host.own.get(rolloutId);
      if (own === undefined || own.isTailUnsure) return;
      const after = refusalOf(own.record, event);
      // `sequence` judges numbers; `converged is healthy` and `soaked` judge what Converged requires.
      if (after === 'illegal')
        broken('transitions', hostname, rolloutId, `${hostname} is ${own.record.state}, but reports ${event.type}.`);
    },
    AgentMoved: (scene, _, { hostname, rolloutId, to }, host) => {
      const own = host.own.get(rolloutId);
      // Only for an acknowledgement does the transition come before the event.
      if (own !== undefined && own.record.state !== to && to !== 'Activating')
        scene.broken(
          'transitions',
          hostname,
          rolloutId,
          `The agent of ${hostname} moved to ${to}, but what it reported leads to ${own.record.state}.`,
        );
    },
    HeaderWritten: ({ broken }, _, { hostname, header: { rolloutId, record } }, host) => {
      const own = host.own.get(rolloutId);
      const last = own?.record.lastEventSeq ?? 0;
      const isSure = own !== undefined && !own.isTailUnsure && record.lastEventSeq === last;
      if (isSure && (record.policyApplied !== null) !== own.record.isPolicyApplied)
        broken(
          'transitions',
          hostname,
          rolloutId,
          `${hostname} is ${record.state} and has applied ${record.policyApplied ?? 'no policy'}, unlike what it reported.`,
        );
      if (record.lastEventSeq <= last) return;
      const offered = host.offered.get(rolloutId);
      const seq = offered?.lastEventSeq ?? 0;
      if (offered !== undefined && seq > last && seq <= record.lastEventSeq) {
        // What its outbox still held is applied to what it was given.
        if (seq === record.lastEventSeq && !isAsOffered(record, offered, own?.record ?? null))
          broken('transitions', hostname, rolloutId, `${hostname} took over something other than what it was given.`);
        return;
      }
      broken(
        'transitions',
        hostname,
        rolloutId,
        `${hostname} wrote a record after event ${record.lastEventSeq}, which it neither reported nor was given.`,
      );
    },
    DatabaseLost: (_, state) => {
      state.unapplied = new PerHost(NONE);
    },
    // A backup may be older than the database that was lost last.
    DatabaseRestored: ({ hosts }, state, { database }) => {
      state.unapplied = new PerHost(NONE);
      for (const { manifest, hosts: known } of database.rollouts)
        for (const { record, numbers } of known) {
          const index = hosts.find(record.hostname)?.index;
          if (index === undefined) continue;
          const seqs = numbers.ahead.flatMap(([from, to]) =>
            Array.from({ length: to - from + 1 }, (_, at) => from + at),
          );
          state.unapplied.set(manifest.rolloutId, index, seqs);
        }
    },
    EventAnswered: (scene, { unapplied }, { hostname, rolloutId, event, outcome }, host) => {
      const record = outcome === 'accepted' ? null : knownRecord(scene, rolloutId, hostname);
      if (record === null || outcome === 'accepted') return;
      if (outcome === 'duplicate' && unapplied.get(rolloutId, host.index).includes(event.seq)) return;
      const after = refusalOf(record, event);
      if (after === null || !EXPECTED[outcome].includes(after))
        scene.broken(
          'transitions',
          hostname,
          rolloutId,
          `${event.type} ${event.seq} of ${hostname} was answered as ${outcome}, but its record is ${inWords(record)}.`,
        );
    },
  },
  effects: {
    AppendUnappliedEvent: ({ hosts }, { unapplied }, { host, rolloutId, payload: { seq } }) => {
      const index = hosts.find(host)?.index;
      if (index !== undefined) unapplied.set(rolloutId, index, [...unapplied.get(rolloutId, index), seq]);
    },
    RemoteAppendEventLog: (scene, _, { host, rolloutId, payload }) => {
      const record = knownRecord(scene, rolloutId, host);
      const after = record === null ? null : refusalOf(record, payload);
      if (record === null || (after !== 'illegal' && after !== 'conflict')) return;
      scene.broken(
        'transitions',
        host,
        rolloutId,
        `The control plane took ${payload.type} ${payload.seq} of ${host}, which is ${inWords(record)}.`,
      );
    },
    RecordTransition: (scene, _, { host, rolloutId, to }) => {
      const record = knownRecord(scene, rolloutId, host);
      if (record === null || record.state === to) return;
      scene.broken(
        'transitions',
        host,
        rolloutId,
        `The control plane moved ${host} to ${to}, but what it took leads to ${record.state}.`,
      );
    },
  },
};

/** What the table must contain for an event with this answer. A host with a record is known. */
const EXPECTED: Readonly<Record<'duplicate' | 'late' | 'illegal' | 'unknown' | 'conflict', readonly Refused[]>> = {
  duplicate: ['regression'],
  late: ['regression'],
  illegal: ['illegal'],
  conflict: ['conflict'],
  unknown: [],
};

function knownRecord({ ledger }: Scene, rolloutId: string, host: string): HostRecord | null {
  const { book, at } = ledger.find(rolloutId, host);
  return book?.records[at] ?? null;
}

/** The fields that a snapshot has come from it; of the others, those that decide something stay as they were. */
function isAsOffered(record: HostRolloutState, offered: HostRolloutSnapshot, before: HostRecord | null): boolean {
  const first = before?.probeFailureFirstAt ?? null;
  return (
    record.state === offered.state &&
    record.targetClosure === offered.targetClosure &&
    record.currentClosure === offered.currentClosure &&
    record.currentClosureAtDispatch === offered.currentClosureAtDispatch &&
    (offered.soakDueAt === null || record.soakDueAt === offered.soakDueAt) &&
    (Number.isNaN(first) || record.probeFailureFirstAt === first) &&
    record.revertedTo === (before?.revertedTo ?? null)
  );
}

const inWords = ({ state, lastEventSeq }: HostRecord): string => `${state} after event ${lastEventSeq}`;
