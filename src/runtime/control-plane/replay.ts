import type { ControlPlaneConfig, ControlPlaneCore, ControlPlaneEffect } from '../../control-plane/index.ts';
import type { Time } from '../../machine/index.ts';
import { isSameJson } from '../../text/index.ts';
import { foldedFrom, foldInput, HoldBook, partsOfFold, type FoldedLog } from './fold.ts';
import type { RecordedInput } from './recorded-input.ts';
import type { ControlPlaneStore, StoredEvent } from './store.ts';

/** An input of a log, with what was decided when it was recorded. */
export interface ReplayEntry {
  readonly recorded: RecordedInput;
  /** `null` where the log does not say. */
  readonly effects: readonly RecordedEffect[] | null;
}

type RecordedEffect = Pick<StoredEvent, 'effect' | 'json'>;

/** The first input at which a log and the core differ. */
export interface ReplayDifference {
  readonly seq: number;
  readonly at: Time;
  /** The type of the input; `null` if it is the snapshot after it that differs. */
  readonly input: RecordedInput['input']['type'] | null;
  /** What was recorded where they differ; `null` for nothing more. */
  readonly recorded: unknown;
  /** What the core decides there; `null` for nothing more. */
  readonly decided: unknown;
}

/** The result of a replay. */
export interface Replayed {
  /** How many inputs were folded. */
  readonly inputs: number;
  readonly difference: ReplayDifference | null;
  /** The state after the last input that was folded. */
  readonly folded: FoldedLog;
}

/**
 * Folds a log through the core, and compares what it decides with what was recorded.
 *
 * @param batches entries in order; in batches, because a promise for each entry takes longer than comparing it
 * @param types the effects that the log records; `null` for all of them
 */
export async function replayEntries(
  core: ControlPlaneCore,
  from: FoldedLog,
  batches: AsyncIterable<readonly ReplayEntry[]>,
  types: ReadonlySet<string> | null = null,
): Promise<Replayed> {
  let folded = from;
  let inputs = 0;
  for await (const batch of batches) {
    for (const { recorded, effects } of batch) {
      const next = foldInput(core, folded, recorded);
      inputs += 1;
      folded = next.folded;
      const decided = types === null ? next.effects : next.effects.filter(({ type }) => types.has(type));
      const difference = effects === null ? null : differenceOf(recorded, effects, decided);
      if (difference !== null) return { inputs, difference, folded };
    }
  }
  return { inputs, difference: null, folded };
}

function differenceOf(
  { seq, at, input }: RecordedInput,
  recorded: readonly RecordedEffect[],
  decided: readonly ControlPlaneEffect[],
): ReplayDifference | null {
  const length = Math.max(recorded.length, decided.length);
  for (let index = 0; index < length; index += 1) {
    const is = decided[index] ?? null;
    // Nearly all have the same text, and need not be decoded.
    if (is !== null && recorded[index]?.json === JSON.stringify(is)) continue;
    const was = recorded[index]?.effect ?? null;
    if (!isSameJson(was, is)) return { seq, at, input: input.type, recorded: was, decided: is };
  }
  return null;
}

/**
 * Folds everything in a store from its oldest snapshot on, and compares it with the recorded decisions and every later
 * snapshot. A changed configuration is taken from the snapshot written when the control plane started with it.
 */
export async function verifyStore(core: ControlPlaneCore, store: ControlPlaneStore): Promise<Replayed> {
  const [first, ...later] = await store.snapshotSeqs();
  let folded = first === undefined ? emptyFold(core) : await foldedFrom(core, await store.snapshot(first));
  let inputs = 0;
  for (const until of [...later, Infinity]) {
    const replayed = await replayEntries(core, folded, entriesOf(store, folded.seq, until));
    inputs += replayed.inputs;
    folded = replayed.folded;
    if (replayed.difference !== null) return { ...replayed, inputs };
    if (until === Infinity) break;
    const saved = await store.snapshot(until);
    const restored = await foldedFrom(core, saved);
    const difference = snapshotDifference(restored, folded, saved.at);
    if (difference !== null) return { inputs, difference, folded };
    folded = restored;
  }
  return { inputs, difference: null, folded };
}

/** The fold of an empty log. */
export function emptyFold(core: ControlPlaneCore, config: Partial<ControlPlaneConfig> = {}): FoldedLog {
  return { seq: 0, signedAt: null, controlPlane: core.start(config), holds: new HoldBook() };
}

/** Older builds split the state into other parts, so stored states are compared after restoring them. */
function snapshotDifference(saved: FoldedLog, folded: FoldedLog, at: Time): ReplayDifference | null {
  // The configuration may have been changed.
  const { config } = saved.controlPlane;
  const was = partsOfFold(saved);
  const is = partsOfFold({ ...folded, controlPlane: { ...folded.controlPlane, config } });
  for (;;) {
    const recorded = was.next().value ?? null;
    const decided = is.next().value ?? null;
    if (recorded === null && decided === null) return null;
    if (!isSameJson(recorded, decided)) return { seq: saved.seq, at, input: null, recorded, decided };
  }
}

/** Few enough to be freed before the garbage collector promotes them. */
const INPUTS_PER_READ = 500;
const EVENTS_PER_READ = 1000;

/** The inputs of a store after one `seq`, up to another, with their lines of the event log. */
async function* entriesOf(
  store: ControlPlaneStore,
  after: number,
  until: number,
): AsyncGenerator<readonly ReplayEntry[], void> {
  const events = new EventCursor(store, after);
  // Lines older than the retention time are gone, and with them the decisions on the first inputs.
  const firstLogged = await events.firstInput();
  for (let seq = after; seq < until;) {
    const inputs = await store.inputsAfter(seq, INPUTS_PER_READ);
    const entries: ReplayEntry[] = [];
    for (const recorded of inputs) {
      if (recorded.seq > until) break;
      if (recorded.seq !== seq + 1) throw new RangeError(`Input ${seq + 1} is missing in the log.`);
      seq = recorded.seq;
      const effects = events.takeBuffered(seq) ?? (await events.take(seq));
      entries.push({ recorded, effects: seq < firstLogged ? null : effects });
    }
    yield entries;
    if (inputs.length < INPUTS_PER_READ) return;
  }
}

/** Reads the event log along with the inputs. */
class EventCursor {
  readonly #store: ControlPlaneStore;
  readonly #afterInput: number;
  #buffer: readonly StoredEvent[] = [];
  #next = 0;
  #lastId = 0;
  #isAtEnd = false;

  constructor(store: ControlPlaneStore, afterInput: number) {
    this.#store = store;
    this.#afterInput = afterInput;
  }

  /** The first input with a row in the event log; Infinity if there is none. */
  async firstInput(): Promise<number> {
    await this.#fill();
    return this.#buffer[this.#next]?.inputSeq ?? Infinity;
  }

  /** The effects of an input if all are in memory: the usual case, which needs no promise. */
  takeBuffered(seq: number): readonly StoredEvent[] | null {
    let end = this.#next;
    while (end < this.#buffer.length && this.#buffer[end]?.inputSeq === seq) end += 1;
    if (end >= this.#buffer.length && !this.#isAtEnd) return null;
    const effects = this.#buffer.slice(this.#next, end);
    this.#next = end;
    return effects;
  }

  async take(seq: number): Promise<readonly StoredEvent[]> {
    for (;;) {
      const effects = this.takeBuffered(seq);
      if (effects !== null) return effects;
      await this.#fill();
    }
  }

  async #fill(): Promise<void> {
    const from = this.#lastId === 0 ? { afterInput: this.#afterInput } : { after: this.#lastId };
    const more = await this.#store.events({ ...from, limit: EVENTS_PER_READ });
    this.#isAtEnd = more.length < EVENTS_PER_READ;
    this.#buffer = [...this.#buffer.slice(this.#next), ...more];
    this.#next = 0;
    this.#lastId = more.at(-1)?.id ?? this.#lastId;
  }
}
