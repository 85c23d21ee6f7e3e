import type { ControlPlaneEffect } from '../control-plane/index.ts';
import type { RolloutManifest } from '../fleet/index.ts';
import { isInFlight, isOrderingEligible, type HostState, type OutboundEvent } from '../machine/index.ts';
import type { RolloutState } from '../rollout/index.ts';
import { enforceFailures } from './enforce-failures.ts';

interface WaveBook {
  hosts: number;
  eligible: number;
}

/** What the ledger knows of one rollout. Arrays are by the host's position in the manifest, but for `positions`. */
export interface RolloutBook {
  readonly rolloutId: string;
  readonly manifest: RolloutManifest;
  /** By the host's index: its position, -1 if it is not part of the rollout. */
  readonly positions: Int32Array;
  readonly states: HostState[];
  readonly isOutstanding: Uint8Array;
  readonly dispatchedAt: Float64Array;
  /** The greatest `seq` that the control plane accepted, and that it made up itself. */
  readonly acceptedSeq: Float64Array;
  readonly synthesizedSeq: Float64Array;
  /** By probe, the enforce failures in its last result since the activation. */
  readonly failures: (ReadonlyMap<string, number> | null)[];
  readonly waves: readonly WaveBook[];
  /** Of each budget of the manifest, in its order: 1 for each host that it selects. */
  readonly selected: readonly Uint8Array[];
  state: RolloutState;
  currentWave: number;
  converged: number;
  /** Some host failed or reverted. */
  hasFailed: boolean;
}

/** A host in a rollout. */
interface Place {
  readonly book: RolloutBook | null;
  readonly at: number;
}

const NOWHERE: Place = { book: null, at: -1 };

/**
 * The simulator's own books of what the control plane does, kept from its effects alone: nothing here reads the control
 * plane's state, so that the two can be held against each other.
 */
export class Ledger {
  readonly books = new Map<string, RolloutBook>();
  /** Closures that hosts went back from, by channel. */
  readonly quarantined = new Map<string, Set<string>>();
  /** Every rollout that a release named, and the newest of each channel. */
  readonly #released = new Map<string, RolloutManifest>();
  readonly #newest = new Map<string, RolloutManifest>();
  /** By the host's index, the books that it is in, in the order in which they were opened. Hosts of one channel share a list. */
  #booksOf: (readonly RolloutBook[])[] = [];
  /** The hosts in flight of each selector, as counts; and which hosts are. */
  readonly #inFlight = new Map<string, number>();
  readonly #flying = new Map<string, readonly string[]>();
  readonly #indexOf: (host: string) => number;
  #found: Place = NOWHERE;
  #foundHost = '';

  /** @param indexOf the index of a host's node, -1 if there is none */
  constructor(indexOf: (host: string) => number) {
    this.#indexOf = indexOf;
  }

  release(rollouts: readonly RolloutManifest[]): void {
    for (const manifest of rollouts) {
      this.#released.set(manifest.rolloutId, manifest);
      this.#newest.set(manifest.channel, manifest);
    }
  }

  manifestOf(rolloutId: string): RolloutManifest | null {
    return this.#released.get(rolloutId) ?? null;
  }

  manifestOfChannel(channel: string): RolloutManifest | null {
    return this.#newest.get(channel) ?? null;
  }

  inFlight(selectorKey: string): number {
    return this.#inFlight.get(selectorKey) ?? 0;
  }

  /** The database is empty: what it did is known again when it is told again. */
  forget(): void {
    this.books.clear();
    this.quarantined.clear();
    this.#booksOf = [];
    this.#inFlight.clear();
    this.#flying.clear();
    this.#found = NOWHERE;
  }

  take(effect: ControlPlaneEffect): void {
    switch (effect.type) {
      case 'OpenRollout':
        return this.#open(effect.rolloutId);
      case 'RecordRolloutTransition': {
        const book = this.books.get(effect.rolloutId);
        if (book !== undefined) book.state = effect.to;
        return;
      }
      case 'UpdateCurrentWave': {
        const book = this.books.get(effect.rolloutId);
        if (book !== undefined) book.currentWave = effect.wave;
        return;
      }
      case 'QueueDispatch':
        return this.#change(effect.rolloutId, effect.host, (book, at) => {
          book.isOutstanding[at] = 1;
          book.dispatchedAt[at] = effect.dispatchedAt;
        });
      case 'WithdrawDispatch':
        return this.#change(effect.rolloutId, effect.host, (book, at) => {
          book.isOutstanding[at] = 0;
        });
      case 'RecordTransition':
        return this.#change(effect.rolloutId, effect.host, (book, at) => {
          book.isOutstanding[at] = 0;
          moveHost(book, at, effect.to);
          if (effect.to !== 'Reverted') return;
          const { channel, hosts } = book.manifest;
          const closures = this.quarantined.get(channel) ?? new Set<string>();
          closures.add(hosts[at]?.targetClosure ?? '');
          this.quarantined.set(channel, closures);
        });
      case 'SynthesizeEvent': {
        const { book, at } = this.find(effect.rolloutId, effect.host);
        if (book === null) return;
        book.synthesizedSeq[at] = effect.payload.seq;
        noteFailures(book, at, effect.payload);
        book.acceptedSeq[at] = effect.payload.seq;
        return;
      }
      case 'RemoteAppendEventLog': {
        const { book, at } = this.find(effect.rolloutId, effect.host);
        if (book === null) return;
        book.acceptedSeq[at] = effect.payload.seq;
        noteFailures(book, at, effect.payload);
        return;
      }
      case 'TakeOverRecord': {
        const { book, at } = this.find(effect.rolloutId, effect.host);
        if (book === null) return;
        book.acceptedSeq[at] = effect.record.lastEventSeq;
        book.dispatchedAt[at] = effect.record.dispatchedAt;
        if (effect.record.state === 'Converged') book.failures[at] = null;
        return;
      }
      default:
        return;
    }
  }

  find(rolloutId: string, host: string): Place {
    // Several invariants ask about the host of the same effect.
    const { book: last } = this.#found;
    if (last !== null && host === this.#foundHost && last.rolloutId === rolloutId) return this.#found;
    const book = this.books.get(rolloutId);
    if (book === undefined) return NOWHERE;
    const at = this.positionIn(book, host);
    if (at < 0) return NOWHERE;
    this.#foundHost = host;
    return (this.#found = { book, at });
  }

  /** The host's place in the rollout that was opened last, on whatever channel. */
  newestOf(host: string): Place {
    const book = this.#booksOf[this.#indexOf(host)]?.at(-1);
    return book === undefined ? NOWHERE : { book, at: this.positionIn(book, host) };
  }

  /** -1 if the host is not part of the rollout. */
  positionIn({ positions }: RolloutBook, host: string): number {
    return positions[this.#indexOf(host)] ?? -1;
  }

  #open(rolloutId: string): void {
    const manifest = this.#released.get(rolloutId);
    if (manifest === undefined) return;
    const { hosts, waves } = manifest;
    const positions = this.#positionsOf(manifest);
    const book: RolloutBook = {
      rolloutId,
      manifest,
      positions,
      selected: manifest.budgets.map((budget) => this.#selectedBy(budget.hosts, positions, hosts.length)),
      states: hosts.map(() => 'Pending'),
      isOutstanding: new Uint8Array(hosts.length),
      dispatchedAt: new Float64Array(hosts.length),
      acceptedSeq: new Float64Array(hosts.length),
      synthesizedSeq: new Float64Array(hosts.length),
      failures: hosts.map(() => null),
      // One more than there are waves, for hosts that are in none.
      waves: Array.from({ length: Math.max(1, waves.length) + 1 }, () => ({ hosts: 0, eligible: 0 })),
      state: 'Opening',
      currentWave: 0,
      converged: 0,
      hasFailed: false,
    };
    for (const { wave } of hosts) {
      const counts = book.waves[wave];
      if (counts !== undefined) counts.hosts += 1;
    }
    this.books.set(rolloutId, book);
    this.#found = NOWHERE;
    this.#addTo(book);
  }

  #addTo(book: RolloutBook): void {
    const longer = new Map<readonly RolloutBook[], readonly RolloutBook[]>();
    for (const { hostname } of book.manifest.hosts) {
      const index = this.#indexOf(hostname);
      if (index < 0) continue;
      while (this.#booksOf.length <= index) this.#booksOf.push(NO_BOOKS);
      const before = this.#booksOf[index] ?? NO_BOOKS;
      const after = longer.get(before) ?? [...before, book];
      longer.set(before, after);
      this.#booksOf[index] = after;
    }
  }

  #positionsOf({ hosts }: RolloutManifest): Int32Array {
    let length = 0;
    for (const { hostname } of hosts) length = Math.max(length, this.#indexOf(hostname) + 1);
    const positions = new Int32Array(length).fill(-1);
    hosts.forEach(({ hostname }, at) => {
      positions[this.#indexOf(hostname)] = at;
    });
    return positions;
  }

  #selectedBy(names: readonly string[], positions: Int32Array, hosts: number): Uint8Array {
    const selected = new Uint8Array(hosts);
    for (const name of names) {
      const at = positions[this.#indexOf(name)] ?? -1;
      if (at >= 0) selected[at] = 1;
    }
    return selected;
  }

  #change(rolloutId: string, host: string, change: (book: RolloutBook, at: number) => void): void {
    const { book, at } = this.find(rolloutId, host);
    if (book === null) return;
    change(book, at);
    this.#countFlying(host);
  }

  /** A host counts in the rollout that it started last, and wherever a dispatch is outstanding. */
  #countFlying(host: string): void {
    const books = this.#booksOf[this.#indexOf(host)] ?? NO_BOOKS;
    let flying: readonly string[] = NO_SELECTORS;
    for (let index = books.length - 1; index >= 0; index -= 1) {
      const book = books[index];
      const at = book === undefined ? -1 : this.positionIn(book, host);
      if (book === undefined || at < 0) continue;
      const state = book.states[at] ?? 'Pending';
      if (book.isOutstanding[at] === 1 || isInFlight(state)) flying = selectorsOf(book, at, flying);
      if (state !== 'Pending') break;
    }
    const before = this.#flying.get(host) ?? NO_SELECTORS;
    for (const key of before) this.#inFlight.set(key, (this.#inFlight.get(key) ?? 0) - 1);
    for (const key of flying) this.#inFlight.set(key, (this.#inFlight.get(key) ?? 0) + 1);
    if (flying.length === 0) this.#flying.delete(host);
    else this.#flying.set(host, flying);
  }
}

const NO_SELECTORS: readonly string[] = [];
const NO_BOOKS: readonly RolloutBook[] = [];

function selectorsOf({ manifest, selected }: RolloutBook, at: number, known: readonly string[]): readonly string[] {
  const keys = manifest.budgets
    .filter((_, budget) => selected[budget]?.[at] === 1)
    .map(({ selectorKey }) => selectorKey);
  return known.length === 0 ? keys : [...new Set([...known, ...keys])];
}

function moveHost(book: RolloutBook, at: number, to: HostState): void {
  const from = book.states[at] ?? 'Pending';
  book.states[at] = to;
  const wave = book.waves[book.manifest.hosts[at]?.wave ?? -1];
  if (wave !== undefined) wave.eligible += (isOrderingEligible(to) ? 1 : 0) - (isOrderingEligible(from) ? 1 : 0);
  book.converged += (to === 'Converged' ? 1 : 0) - (from === 'Converged' ? 1 : 0);
  if (to === 'Failed' || to === 'Reverted') book.hasFailed = true;
}

function noteFailures(book: RolloutBook, at: number, event: OutboundEvent): void {
  if (event.type === 'ActivationCompleted') book.failures[at] = null;
  if (event.type !== 'ProbeResult') return;
  const known = book.failures[at] ?? null;
  const count = enforceFailures(event);
  // Nearly every result is without a failure, after one without.
  if (count > 0 || known !== null) book.failures[at] = new Map(known).set(event.probeName, count);
}
