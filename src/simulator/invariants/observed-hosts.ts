import type { OutboundEvent, Time } from '../../machine/index.ts';
import type { Heartbeat, HostRolloutSnapshot, OutboxHeader } from '../../wire/index.ts';
import type { HostObservation, Observation, ObservationOf } from '../observations.ts';
import type { ObservedHost, RunSetup } from '../run-setup.ts';
import { asRunMs, type RunMs } from '../run-ms.ts';
import { numbered, pendingRecord, recordAfter, takenRecord, type HostRecord } from './host-record.ts';
import type { Ledger } from './ledger.ts';
import type { Work } from '../work.ts';

/** What was observed of one host: its machine, its agent's life, and the records that its agent must have. */
export interface ObservedState {
  readonly index: number;
  readonly name: string;
  readonly probeSet: number;
  /** The running closure, and the one that its boot loader would start. */
  closure: string;
  bootClosure: string;
  isOn: boolean;
  /** The agent's process runs. */
  isUp: boolean;
  /** Rises with every start of the agent. */
  life: number;
  startedRunMs: RunMs;
  /** When its clock was last set; -Infinity if never. */
  clockSetRunMs: number;
  work: Work | null;
  /** A heartbeat was answered in the present life of the agent. */
  wasAnswered: boolean;
  /** The agent has given up waiting for an answer. */
  hasGivenUp: boolean;
  /** The heartbeat sent last, the agent's life in which it was sent, and when. */
  sent: Heartbeat | null;
  sentLife: number;
  sentRunMs: RunMs;
  /** The heartbeat that the control plane received last with its present database. */
  heard: Heartbeat | null;
  /** That heartbeat was answered, so the control plane has certainly stored its content. */
  wasReplied: boolean;
  /** How many heartbeats in a row got no answer, and whether the newest is neither answered nor given up. */
  unanswered: number;
  isHeartbeatPending: boolean;
  /** The running closure was set by hand, and no worker has ended since. */
  wasSwitchedByHand: boolean;
  /** The worker that ended last reported a closure that is not running. */
  wasMisreported: boolean;
  disksLost: number;
  /** The running probes; `null` if there are none. */
  probeGeneration: number | null;
  /** By rollout: what the agent's record must be; see `OwnRecord`. */
  readonly own: Map<string, OwnRecord>;
  /** By the rollout, the newest snapshot that answers have offered to the present life of the agent. */
  readonly offered: Map<string, HostRolloutSnapshot>;
  /** The rollout that the agent started last. */
  activeRolloutId: string | null;
  /** The dispatch that its agent acknowledged last, even if the disk with it is lost; `null` before the first. */
  acknowledged: { readonly rolloutId: string; readonly at: Time } | null;
}

/** The record that results from what an agent has emitted and taken over. */
export interface OwnRecord {
  readonly record: HostRecord;
  /** The agent has restarted and not reported yet how far it got: its record may be at any earlier number. */
  readonly isTailUnsure: boolean;
  /** The time of the first failure in the newest header. If a crash may have lost a later one, the record's is NaN. */
  readonly writtenFailureAt: Time | null;
  /** The greatest number that was used, even if a crash has lost the event. */
  readonly usedSeq: number;
}

/** Every host of a run, as observed. Nothing is read from an agent's state. */
export class ObservedHosts {
  readonly all: readonly ObservedState[];
  readonly #byName: ReadonlyMap<string, ObservedState>;
  #last: ObservedState | null = null;

  constructor(all: readonly ObservedState[]) {
    this.all = all;
    this.#byName = new Map(all.map((host) => [host.name, host]));
  }

  static of({ hosts }: RunSetup): ObservedHosts {
    return new ObservedHosts(hosts.map(newHost));
  }

  copy(): ObservedHosts {
    return new ObservedHosts(
      this.all.map((host) => ({ ...host, own: new Map(host.own), offered: new Map(host.offered) })),
    );
  }

  /** Applies an observation that is not about one host to all of them. */
  take({ type }: Observation): void {
    if (type === 'DatabaseLost' || type === 'DatabaseRestored') for (const host of this.all) host.heard = null;
  }

  at(index: number): ObservedState {
    const host = this.all[index];
    if (host === undefined) throw new Error(`The run has no host ${index}.`);
    this.#last = host;
    return host;
  }

  /** `null` if there is no such host. */
  find(name: string): ObservedState | null {
    // The next observation is nearly always about the same host.
    if (this.#last?.name === name) return this.#last;
    const host = this.#byName.get(name) ?? null;
    if (host !== null) this.#last = host;
    return host;
  }
}

function newHost({ hostname, runningClosure, probeSet }: ObservedHost, index: number): ObservedState {
  return {
    index,
    name: hostname,
    probeSet,
    closure: runningClosure,
    bootClosure: runningClosure,
    isOn: true,
    isUp: false,
    life: 0,
    startedRunMs: START,
    clockSetRunMs: -Infinity,
    work: null,
    wasAnswered: false,
    hasGivenUp: false,
    sent: null,
    sentLife: 0,
    sentRunMs: START,
    heard: null,
    wasReplied: false,
    unanswered: 0,
    isHeartbeatPending: false,
    wasSwitchedByHand: false,
    wasMisreported: false,
    disksLost: 0,
    probeGeneration: null,
    own: new Map(),
    offered: new Map(),
    activeRolloutId: null,
    acknowledged: null,
  };
}

type Changes = {
  readonly [Type in HostObservation['type']]?: (
    host: ObservedState,
    observation: ObservationOf<Type>,
    ledger: Ledger,
  ) => void;
};

const CHANGES: Changes = {
  AgentStarted: (host, { runMs }) => {
    host.isUp = host.isOn = true;
    host.life += 1;
    host.startedRunMs = runMs;
    host.offered.clear();
    host.wasAnswered = host.hasGivenUp = false;
    for (const [rolloutId, { record, writtenFailureAt, usedSeq }] of host.own) {
      const isFirstUnsure = record.probeFailureFirstAt !== writtenFailureAt;
      const probeFailureFirstAt = isFirstUnsure ? Number.NaN : writtenFailureAt;
      const unsure = { ...record, probeFailureFirstAt };
      host.own.set(rolloutId, { record: unsure, isTailUnsure: true, writtenFailureAt, usedSeq });
    }
  },
  MachineStopped: (host) => {
    host.isOn = false;
    host.work = null;
    stop(host);
  },
  AgentStopped: stop,
  ClosureChanged: (host, { closure, by, reported }) => {
    host.closure = host.bootClosure = closure;
    host.wasSwitchedByHand = by === 'hand' || (by === 'boot' && host.wasSwitchedByHand);
    if (by === 'worker') host.wasMisreported = reported !== closure;
  },
  BootClosureChanged: (host, { closure }) => {
    host.bootClosure = closure;
  },
  ClockSet: (host, { runMs }) => {
    host.clockSetRunMs = runMs;
  },
  DiskLost: (host) => {
    host.disksLost += 1;
    host.own.clear();
    host.activeRolloutId = null;
  },
  WorkStarted: (host, { work }) => {
    host.work ??= work;
  },
  WorkEnded: (host, { wasLockedOut }) => {
    if (!wasLockedOut) host.work = null;
  },
  ProbesStarted: (host, { generation }) => {
    host.probeGeneration = generation;
  },
  ProbesStopped: (host, { generation }) => {
    if (host.probeGeneration === generation) host.probeGeneration = null;
  },
  EventEmitted: (host, { rolloutId, event }, ledger) => emitted(host, rolloutId, event, ledger),
  HeaderWritten: (host, { header }) => headerWritten(host, header),
  HeartbeatSent: (host, { runMs, heartbeat }) => {
    host.sent = heartbeat;
    host.sentLife = host.life;
    host.sentRunMs = runMs;
    // The previous one was answered with nothing new.
    if (host.isHeartbeatPending) host.unanswered = 0;
    host.isHeartbeatPending = true;
    if (heartbeat.rolloutId !== null) host.activeRolloutId = heartbeat.rolloutId;
    for (const { rolloutId, lastEventSeq } of heartbeat.rollouts) {
      const own = host.own.get(rolloutId);
      if (own?.isTailUnsure === true)
        host.own.set(rolloutId, { ...own, isTailUnsure: false, record: { ...own.record, lastEventSeq } });
    }
  },
  HeartbeatReceived: (host, { heartbeat }) => {
    host.heard = heartbeat;
    host.wasReplied = false;
  },
  HeartbeatReplied: (host) => {
    host.wasReplied = true;
  },
  HeartbeatAnswered: (host, { answer }) => {
    host.wasAnswered = true;
    host.unanswered = 0;
    host.isHeartbeatPending = false;
    for (const snapshot of answer.bootstrapRollouts) host.offered.set(snapshot.rolloutId, snapshot);
  },
  HeartbeatUnanswered: (host) => {
    host.unanswered += 1;
    host.hasGivenUp = true;
    host.isHeartbeatPending = false;
  },
};

/** What an observation changes of its host. */
export type HostChange = (host: ObservedState, observation: never, ledger: Ledger) => void;

/** By type of observation, what it changes of its host, after the judges have seen it. */
export const HOST_CHANGES: ReadonlyMap<string, HostChange> = new Map<string, HostChange>(Object.entries(CHANGES));

function stop(host: ObservedState): void {
  host.isUp = false;
  host.wasAnswered = false;
  host.isHeartbeatPending = false;
  host.probeGeneration = null;
}

function emitted(host: ObservedState, rolloutId: string, event: OutboundEvent, ledger: Ledger): void {
  const own = host.own.get(rolloutId);
  const record = own?.record ?? firstRecord(ledger.targetOf(rolloutId, host.name));
  if (record === null) return;
  const sure = own?.isTailUnsure === true ? { ...record, lastEventSeq: 0 } : record;
  const after = recordAfter(sure, event);
  if (event.type === 'DispatchAck') {
    host.activeRolloutId = rolloutId;
    host.acknowledged = { rolloutId, at: event.receivedAt };
  }
  const next = typeof after === 'string' ? numbered(sure, event.seq) : after;
  host.own.set(rolloutId, {
    record: next,
    isTailUnsure: false,
    writtenFailureAt: own?.writtenFailureAt ?? null,
    usedSeq: Math.max(own?.usedSeq ?? 0, event.seq),
  });
}

/**
 * The control plane's record is from a backup, and the host has acknowledged a dispatch since that the backup does not
 * know. The numbers of the two are not comparable (docs/findings.md, "A backup brings a replaced release back").
 */
export function isOfEarlierDispatch(
  { books, databasesLost }: Ledger,
  { acknowledged }: ObservedState,
  rolloutId: string,
  { dispatchAckedAt }: HostRecord,
): boolean {
  if (databasesLost === 0 || acknowledged === null) return false;
  if (acknowledged.rolloutId !== rolloutId) return !books.has(acknowledged.rolloutId);
  return dispatchAckedAt !== null && dispatchAckedAt !== acknowledged.at;
}

function firstRecord(targetClosure: string | null): HostRecord | null {
  return targetClosure === null ? null : pendingRecord(targetClosure, null);
}

/** A header that is ahead of what the agent has emitted shows a snapshot that it has taken over. */
function headerWritten(host: ObservedState, { rolloutId, record: written }: OutboxHeader): void {
  const own = host.own.get(rolloutId);
  const { lastEventSeq, soakDueAt, probeFailureFirstAt: writtenFailureAt } = written;
  if (own === undefined ? lastEventSeq > 0 : lastEventSeq > own.record.lastEventSeq) {
    const usedSeq = Math.max(own?.usedSeq ?? 0, lastEventSeq);
    host.own.set(rolloutId, { record: takenRecord(written), isTailUnsure: false, writtenFailureAt, usedSeq });
    return;
  }
  if (own === undefined || (own.record.soakDueAt === soakDueAt && own.writtenFailureAt === writtenFailureAt)) return;
  host.own.set(rolloutId, { ...own, record: { ...own.record, soakDueAt }, writtenFailureAt });
}

const START = asRunMs(0);
