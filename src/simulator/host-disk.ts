import type { OutboxEntry, OutboxHeader } from '../agent/index.ts';

interface Written {
  readonly entry: OutboxEntry;
  /** When it reaches the disk on its own, unless a durable write flushes it earlier. */
  readonly flushAt: number;
}

/** Shared, and never written to. */
const NOTHING: never[] = [];

/** An agent's outbox on disk. It outlives the process, except for the tail that had not reached the disk. */
export class HostDisk {
  #written: Written[] = NOTHING;
  #headers: readonly OutboxHeader[] = NOTHING;

  get entries(): readonly OutboxEntry[] {
    return this.#written.map(({ entry }) => entry);
  }

  get headers(): readonly OutboxHeader[] {
    return this.#headers;
  }

  get isEmpty(): boolean {
    return this.#written.length === 0;
  }

  clear(): void {
    this.#written = NOTHING;
    this.#headers = NOTHING;
  }

  append(entry: OutboxEntry, flushAt: number): void {
    // A list created with one entry stays short; an empty one that grows reserves room for sixteen more.
    if (this.#written.length === 0) this.#written = [{ entry, flushAt }];
    else this.#written.push({ entry, flushAt });
  }

  remove(rolloutId: string, seq: number): void {
    const at = this.#written.findIndex(({ entry }) => entry.event.seq === seq && entry.rolloutId === rolloutId);
    if (at === 0 && this.#written.length === 1) this.#written = NOTHING;
    else if (at === 0) this.#written.shift();
    else if (at > 0) this.#written.splice(at, 1);
  }

  writeHeader(header: OutboxHeader): void {
    const at = this.#headers.findIndex(({ rolloutId }) => rolloutId === header.rolloutId);
    this.#headers = at < 0 ? this.#headers.concat(header) : this.#headers.with(at, header);
  }

  removeHeader(rolloutId: string): void {
    this.#headers = this.#headers.filter((header) => header.rolloutId !== rolloutId);
    this.#written = this.#written.filter(({ entry }) => entry.rolloutId !== rolloutId);
  }

  /** Drops the events that had not reached the disk at `at`, and returns how many. */
  loseTail(at: number): number {
    const before = this.#written.length;
    let kept = before;
    for (; kept > 0; kept -= 1) {
      const last = this.#written[kept - 1];
      if (last === undefined || last.entry.durable || last.flushAt <= at) break;
    }
    this.#written = kept === 0 ? NOTHING : this.#written.slice(0, kept);
    return before - kept;
  }
}
