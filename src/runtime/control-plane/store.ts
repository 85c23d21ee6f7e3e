import type { ControlPlaneEffect, SnapshotPart } from '../../control-plane/index.ts';
import type { Time } from '../../machine/index.ts';
import type { Problem } from '../../text/index.ts';
import { RuntimeProblem } from '../shared/runtime-problem.ts';
import type { RecordedInput } from './recorded-input.ts';

/** A value, or a promise of it: a store may be synchronous, as SQLite is, or reach its database over a network. */
export type Awaitable<Value> = Value | Promise<Value>;

/** An input and what the core decided, appended together. */
export interface LogEntry {
  readonly recorded: RecordedInput;
  readonly effects: readonly ControlPlaneEffect[];
}

/** The whole state of the runtime after input `seq`. */
export interface StoredSnapshot {
  readonly seq: number;
  readonly at: Time;
  /**
   * JSON values, to be kept and returned in this order. Each takes a few milliseconds, and a running control plane lets
   * the event loop turn in between. A reader may change them, so every read returns new ones.
   */
  readonly parts: Iterable<SnapshotPart> | AsyncIterable<SnapshotPart>;
}

/** One line of the event log, as a query returns it. */
export interface StoredEvent {
  /** Rises from line to line, not always by one. */
  readonly id: number;
  readonly inputSeq: number;
  readonly at: Time;
  readonly effect: ControlPlaneEffect;
  /** The effect as stored, if that is JSON. Faster to read than `effect`. */
  readonly json?: string;
}

/** Which lines of the event log to find. All given conditions must match. */
export interface EventQuery {
  readonly rolloutId?: string;
  readonly hostname?: string;
  readonly types?: readonly ControlPlaneEffect['type'][];
  /** Only lines of inputs with a greater `seq`. */
  readonly afterInput?: number;
  /** Only lines with a greater id. */
  readonly after?: number;
  readonly limit: number;
  /** The newest lines first. */
  readonly newestFirst?: boolean;
}

/** What may be deleted. */
export interface Retention {
  /** How many snapshots to keep. Inputs before the oldest of them are deleted. */
  readonly snapshots: number;
  /** Event log lines before this time are deleted. `null` keeps all. */
  readonly eventsFrom: Time | null;
}

/**
 * The memory of a control plane: a port. Once a call has returned, what it wrote survives a crash of the process or the
 * machine. `storeConformance` of `nixfleet-statechart/testing` checks an implementation.
 */
export interface ControlPlaneStore {
  /** The `seq` of every kept snapshot, rising; empty if the store was never written to. */
  readonly snapshotSeqs: () => Awaitable<readonly number[]>;
  /** The snapshot of a `seq` that `snapshotSeqs` names. */
  readonly snapshot: (seq: number) => Awaitable<StoredSnapshot>;
  /** Up to `limit` inputs with a greater `seq`, in order. */
  readonly inputsAfter: (seq: number, limit: number) => Awaitable<readonly RecordedInput[]>;
  /**
   * Appends inputs and their effects in one transaction: all of it or nothing.
   *
   * @throws StoreConflict if the newest input of the log is not `after`: another process writes to this store.
   */
  readonly append: (after: number, entries: readonly LogEntry[]) => Awaitable<void>;
  /** Replaces a snapshot of the same `seq`. One that was cut short by a crash is never returned. */
  readonly saveSnapshot: (snapshot: StoredSnapshot) => Awaitable<void>;
  /** Lines of the event log in order. */
  readonly events: (query: EventQuery) => Awaitable<readonly StoredEvent[]>;
  /** Deletes what the retention no longer covers. Never deletes what a start needs. */
  readonly prune: (retention: Retention) => Awaitable<void>;
  readonly close: () => Awaitable<void>;
}

/** Another process has written to the store. The process that gets this must stop: its state is out of date. */
export class StoreConflict extends Error {
  override readonly name = 'StoreConflict';
}

/** Why a store cannot be opened or used, with what to do about it. */
export class StoreProblem extends RuntimeProblem {
  override readonly name = 'StoreProblem';
  readonly code: StoreProblemCode;

  constructor(code: StoreProblemCode, problem: Problem, options?: ErrorOptions) {
    super(problem, options);
    this.code = code;
  }
}

/** What is wrong with a store, as a code. */
export type StoreProblemCode =
  /** A package that the store needs is not installed. */
  | 'missing-package'
  /** A newer version of this package has written it. */
  | 'newer-version'
  /** The file is something else. */
  | 'foreign'
  /** What is stored cannot be read. */
  | 'damaged'
  /** Another process holds it. */
  | 'locked'
  /** The disk is full. */
  | 'full'
  /** It cannot be opened, read or written. */
  | 'unusable';
