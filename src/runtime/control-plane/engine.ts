import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ControlPlaneCore, ControlPlaneEffect, ReplyTo, ControlPlaneReply } from '../../control-plane/index.ts';
import type { LogField, LogLevel } from '../../machine/index.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log, ProcessLogCode } from '../shared/log.ts';
import { changes, snapshotOfFold, type FoldedLog } from './fold.ts';
import type { RecordableInput } from './recorded-input.ts';
import { StoreConflict, type ControlPlaneStore, type LogEntry } from './store.ts';

/** Why an input was not taken. Nothing was recorded, and sending it again may help. */
export type NotTaken =
  /** Too many inputs are waiting. */
  | 'busy'
  /** The database rejects writes at the moment. */
  | 'store'
  /** The control plane is closing. */
  | 'closing'
  /** The core could not handle it. This is a bug, and logged. */
  | 'defect';

export type TakenInput<Reply> =
  | { readonly ok: true; readonly reply: Reply }
  | { readonly ok: false; readonly because: NotTaken };

/** What an engine needs. */
export interface EngineParts {
  readonly core: ControlPlaneCore;
  readonly store: ControlPlaneStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: EngineLimits;
  /** Called after the commit and before the answers are sent, with the effects of each input. */
  readonly perform: (effects: readonly ControlPlaneEffect[], entry: Performed) => void;
  /** Called after each attempt at a snapshot, except while closing. Anything older may be deleted. */
  readonly onSnapshot: () => Promise<void>;
}

/** An input whose effects are performed. */
export interface Performed {
  readonly input: RecordableInput;
  readonly reply: ControlPlaneReply;
  readonly at: number;
  readonly isRecorded: boolean;
  /** How long the core took. */
  readonly tookMs: number;
  /** What the sender gave with the input, for its traces. */
  readonly traceparent: string | null;
}

/** The limits of an engine's work. */
export interface EngineLimits {
  /** How many inputs may wait. Further ones are not taken. */
  readonly maxQueue: number;
  /** How many inputs may share a commit. */
  readonly maxBatch: number;
  /** A batch takes no further inputs once it has this many effects. */
  readonly maxBatchEffects: number;
  /** Recorded inputs between two snapshots. */
  readonly snapshotEvery: number;
}

/** What comes with an input. */
interface Beside {
  /** Of the fleet file, for `ManifestsVerified`. */
  readonly signedAt?: number | null;
  readonly traceparent?: string | null;
}

interface Waiting extends Required<Beside> {
  readonly input: RecordableInput;
  readonly settle: (taken: TakenInput<ControlPlaneReply>) => void;
}

interface Handled {
  readonly waiting: Waiting;
  readonly reply: ControlPlaneReply;
  readonly effects: readonly ControlPlaneEffect[];
  readonly at: number;
  readonly isRecorded: boolean;
  readonly tookMs: number;
}

/**
 * Feeds inputs to the core one at a time, and appends what a batch of them changed to the store in one transaction.
 * Only then is the new state adopted, its effects performed and its answers sent. If the store refuses, nothing has
 * changed and no answer was sent.
 */
export class ControlPlaneEngine {
  readonly #parts: EngineParts;
  #folded: FoldedLog;
  #queue: Waiting[] = [];
  #isPumping = false;
  #isClosed = false;
  #storeFailure: string | null = null;
  #snapshotAt: number;
  #snapshotting: Promise<void> | null = null;
  #onFatal: (error: Error) => void = () => {};
  readonly #fatal: Promise<Error>;

  constructor(parts: EngineParts, folded: FoldedLog, snapshotSeq: number) {
    this.#parts = parts;
    this.#folded = folded;
    this.#snapshotAt = snapshotSeq;
    this.#fatal = new Promise((resolve) => {
      this.#onFatal = resolve;
    });
  }

  /** The state that is on disk. */
  get folded(): FoldedLog {
    return this.#folded;
  }

  /** Resolves if the engine has to stop because another process writes to the store. */
  get fatal(): Promise<Error> {
    return this.#fatal;
  }

  /** How many inputs are waiting. */
  get depth(): number {
    return this.#queue.length;
  }

  /** Why the last commit failed; `null` if it succeeded. */
  get storeFailure(): string | null {
    return this.#storeFailure;
  }

  submit<Input extends RecordableInput>(
    input: Input,
    { signedAt = null, traceparent = null }: Beside = {},
  ): Promise<TakenInput<ReplyTo<Input>>> {
    if (this.#isClosed) return Promise.resolve({ ok: false, because: 'closing' });
    if (this.#queue.length >= this.#parts.limits.maxQueue) return Promise.resolve({ ok: false, because: 'busy' });
    return new Promise((resolve) => {
      // Safe: the core answers every kind of input with what `ReplyTo` names for it.
      const settle = resolve as (taken: TakenInput<ControlPlaneReply>) => void;
      this.#queue.push({ input, signedAt, traceparent, settle });
      if (this.#isPumping) return;
      this.#isPumping = true;
      // Inputs that arrive in the same turn share the commit.
      setImmediate(() => void this.#pump());
    });
  }

  /** Takes no more inputs, handles those that wait, and keeps a last snapshot. The store stays open. */
  async close(): Promise<void> {
    this.#isClosed = true;
    while (this.#isPumping) await nextTurn();
    await this.#snapshotting;
    if (this.#storeFailure === null && this.#folded.seq > this.#snapshotAt) await this.#keepSnapshot();
  }

  async #pump(): Promise<void> {
    while (this.#queue.length > 0) {
      await this.#takeBatch();
      await nextTurn();
    }
    this.#isPumping = false;
  }

  async #takeBatch(): Promise<void> {
    const { limits, store } = this.#parts;
    const entries: LogEntry[] = [];
    const handled: Handled[] = [];
    let next = this.#folded;
    let effects = 0;
    let taken = 0;
    for (const waiting of this.#queue) {
      if (taken >= limits.maxBatch || effects >= limits.maxBatchEffects) break;
      taken += 1;
      const one = this.#handle(next, waiting);
      if (one === null) continue;
      handled.push(one.handled);
      effects += one.handled.effects.length;
      if (one.entry !== null) entries.push(one.entry);
      next = one.next;
    }
    this.#queue = this.#queue.slice(taken);
    try {
      if (entries.length > 0) await store.append(this.#folded.seq, entries);
      this.#noteStore(null);
    } catch (error) {
      this.#noteStore(error);
      for (const { waiting } of handled) waiting.settle({ ok: false, because: 'store' });
      return;
    }
    this.#folded = next;
    for (const each of handled) this.#finish(each);
    if (next.seq - this.#snapshotAt >= limits.snapshotEvery && this.#snapshotting === null) {
      this.#snapshotting = this.#keepSnapshot()
        .then(this.#parts.onSnapshot)
        .finally(() => {
          this.#snapshotting = null;
        });
    }
  }

  #handle(
    before: FoldedLog,
    waiting: Waiting,
  ): { readonly handled: Handled; readonly entry: LogEntry | null; readonly next: FoldedLog } | null {
    const { core, clock } = this.#parts;
    const at = clock.now();
    const { input, signedAt } = waiting;
    const startedMs = clock.elapsedMs();
    try {
      const result = core.handle(before.controlPlane, input, at);
      const tookMs = clock.elapsedMs() - startedMs;
      const { controlPlane, reply, effects } = result;
      const isRecorded = changes(before.controlPlane, result);
      const handled = { waiting, reply, effects, at, isRecorded, tookMs };
      if (!isRecorded) return { handled, entry: null, next: before };
      const seq = before.seq + 1;
      const entry = { recorded: { seq, at, input, signedAt }, effects };
      const holds = before.holds.after(effects, at);
      return { handled, entry, next: { controlPlane, seq, signedAt: signedAt ?? before.signedAt, holds } };
    } catch (error) {
      this.#say('error', 'defect', `The core could not handle ${input.type}: ${textOf(error)}`, {});
      waiting.settle({ ok: false, because: 'defect' });
      return null;
    }
  }

  #finish({ waiting, reply, effects, at, isRecorded, tookMs }: Handled): void {
    const { input, traceparent } = waiting;
    this.#parts.perform(effects, { input, reply, at, isRecorded, tookMs, traceparent });
    waiting.settle({ ok: true, reply });
  }

  async #keepSnapshot(): Promise<void> {
    const { store, clock } = this.#parts;
    const { seq } = this.#folded;
    try {
      await store.saveSnapshot(snapshotOfFold(this.#folded, clock.now()));
      this.#snapshotAt = seq;
    } catch (error) {
      // The log has everything, but the next start takes longer.
      this.#snapshotAt = seq;
      this.#say('warn', 'snapshot-failed', `A snapshot could not be kept: ${textOf(error)}`, {});
    }
  }

  #noteStore(error: unknown): void {
    if (error === null) {
      if (this.#storeFailure !== null) this.#say('info', 'store-recovered', 'The database accepts writes again.', {});
      this.#storeFailure = null;
      return;
    }
    const message = textOf(error);
    if (this.#storeFailure !== message) this.#say('error', 'store-failed', message, {});
    this.#storeFailure = message;
    if (!(error instanceof StoreConflict)) return;
    this.#isClosed = true;
    this.#onFatal(error);
  }

  #say(level: LogLevel, code: ProcessLogCode, message: string, fields: Readonly<Record<string, LogField>>): void {
    this.#parts.log({ at: this.#parts.clock.now(), level, code, message, fields });
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
