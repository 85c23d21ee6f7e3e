import type { ControlPlaneEffect, ControlPlaneSnapshot } from '../../control-plane/index.ts';
import type { RolloutManifest } from '../../fleet/index.ts';
import type { OutboundEvent, Time } from '../../machine/index.ts';
import { SimulatedClock } from '../clock.ts';
import type { Observation } from '../observations.ts';
import type { RunMs } from '../run-ms.ts';
import { numbered, recordAfter, takenRecord } from './host-record.ts';
import { isInFlight } from './host-states.ts';
import {
  itemAt,
  copyBook,
  moveHost,
  newBook,
  noteFailures,
  restoreHost,
  setFailures,
  type RolloutBook,
} from './rollout-book.ts';

/** A host in a rollout. */
interface Place {
  readonly book: RolloutBook | null;
  readonly at: number;
}

const NOWHERE: Place = { book: null, at: -1 };

/**
 * The judges' own books about the control plane, kept from its effects alone. Nothing here reads the control plane's
 * state, so the two can be compared.
 */
export class Ledger {
  readonly books = new Map<string, RolloutBook>();
  /** Closures that hosts rolled back from, by channel. */
  readonly quarantined = new Map<string, ReadonlySet<string>>();
  databasesLost = 0;
  #clock = { skewMs: 0, driftPpm: 0, setRunMs: 0 };
  /** Every rollout named by a release, and the newest of each channel. */
  readonly #released = new Map<string, RolloutManifest>();
  readonly #newest = new Map<string, RolloutManifest>();
  /** By host index: the books it is in, in the order they were opened. Hosts of one channel share a list. */
  #booksOf: (readonly RolloutBook[])[] = [];
  /** How many hosts of each selector are in flight, and which hosts are. */
  readonly #inFlight = new Map<string, number>();
  readonly #flying = new Map<string, readonly string[]>();
  readonly #indexOf: (host: string) => number;
  #found: Place = NOWHERE;
  #foundHost = '';

  /** @param indexOf the index of a host among all of the run, -1 if there is none */
  constructor(indexOf: (host: string) => number) {
    this.#indexOf = indexOf;
  }

  copy(): Ledger {
    const copy = new Ledger(this.#indexOf);
    for (const [id, book] of this.books) copy.books.set(id, copyBook(book));
    const copies = new Map<readonly RolloutBook[], readonly RolloutBook[]>();
    copy.#booksOf = this.#booksOf.map((books) => {
      const known = copies.get(books) ?? books.map(({ rolloutId }) => copy.#bookOf(rolloutId));
      copies.set(books, known);
      return known;
    });
    copy.databasesLost = this.databasesLost;
    copy.#clock = this.#clock;
    putAll(copy.quarantined, this.quarantined);
    putAll(copy.#released, this.#released);
    putAll(copy.#newest, this.#newest);
    putAll(copy.#inFlight, this.#inFlight);
    putAll(copy.#flying, this.#flying);
    return copy;
  }

  get newestManifests(): readonly RolloutManifest[] {
    return [...this.#newest.values()];
  }

  manifestOf(rolloutId: string): RolloutManifest | null {
    return this.#released.get(rolloutId) ?? null;
  }

  manifestOfChannel(channel: string): RolloutManifest | null {
    return this.#newest.get(channel) ?? null;
  }

  /** `null` if no release has the host in this rollout. */
  targetOf(rolloutId: string, host: string): string | null {
    const { book, at: place } = this.find(rolloutId, host);
    const hosts = (book?.manifest ?? this.#released.get(rolloutId))?.hosts ?? [];
    const planned = book === null ? hosts.find(({ hostname }) => hostname === host) : hosts[place];
    return planned?.targetClosure ?? null;
  }

  /** The control plane's time. */
  controlPlaneTime(startAt: Time, runMs: RunMs): Time {
    const { skewMs, driftPpm, setRunMs } = this.#clock;
    return new SimulatedClock(startAt, skewMs, driftPpm, setRunMs).read(runMs);
  }

  inFlight(selectorKey: string): number {
    return this.#inFlight.get(selectorKey) ?? 0;
  }

  find(rolloutId: string, host: string): Place {
    // Several judges ask about the host of the same effect.
    const { book: last } = this.#found;
    if (last !== null && host === this.#foundHost && last.rolloutId === rolloutId) return this.#found;
    const book = this.books.get(rolloutId);
    if (book === undefined || book.state === 'Pruned') return NOWHERE;
    const place = this.positionIn(book, host);
    if (place < 0) return NOWHERE;
    this.#foundHost = host;
    return (this.#found = { book, at: place });
  }

  /** The books of the host's rollouts that have not been pruned, in the order they were opened. */
  booksOf(host: string): readonly RolloutBook[] {
    return this.#booksOf[this.#indexOf(host)] ?? NO_BOOKS;
  }

  /** The host's place in the rollout opened last, on any channel. */
  newestOf(host: string): Place {
    const book = this.#booksOf[this.#indexOf(host)]?.at(-1);
    return book === undefined ? NOWHERE : { book, at: this.positionIn(book, host) };
  }

  /** -1 if the host is not part of the rollout. */
  positionIn({ positions }: RolloutBook, host: string): number {
    return positions[this.#indexOf(host)] ?? -1;
  }

  take(observation: Observation): void {
    switch (observation.type) {
      case 'ReleasePublished':
        for (const manifest of observation.rollouts) {
          this.#released.set(manifest.rolloutId, manifest);
          this.#newest.set(manifest.channel, manifest);
        }
        return;
      case 'EffectPerformed':
        return this.#takeEffect(observation.effect);
      case 'DatabaseLost':
        return this.#forget();
      case 'DatabaseRestored':
        return this.#restore(observation.database);
      case 'ControlPlaneClockSet': {
        const { skewMs, driftPpm, runMs } = observation;
        this.#clock = { skewMs, driftPpm, setRunMs: runMs };
        return;
      }
      default:
        return;
    }
  }

  /** What the database held is known again once it is reported again. */
  #forget(): void {
    this.databasesLost += 1;
    this.books.clear();
    this.quarantined.clear();
    this.#booksOf = [];
    this.#inFlight.clear();
    this.#flying.clear();
    this.#found = NOWHERE;
  }

  /** The books start over from an older database. */
  #restore({ rollouts, quarantine }: ControlPlaneSnapshot): void {
    this.#forget();
    for (const { channel, closures } of quarantine) this.quarantined.set(channel, new Set(closures));
    const hosts = new Set<string>();
    for (const { record, hosts: slots } of rollouts) {
      this.#open(record.rolloutId);
      const book = this.books.get(record.rolloutId);
      if (book === undefined) continue;
      book.state = record.state;
      book.currentWave = record.currentWave;
      if (record.state === 'Pruned') this.#prune(book);
      for (const slot of slots) {
        hosts.add(slot.record.hostname);
        restoreHost(book, this.positionIn(book, slot.record.hostname), slot);
      }
    }
    for (const host of hosts) this.#countFlying(host);
  }

  #takeEffect(effect: ControlPlaneEffect): void {
    switch (effect.type) {
      case 'OpenRollout':
        return this.#open(effect.rolloutId);
      case 'RecordRolloutTransition': {
        const book = this.books.get(effect.rolloutId);
        if (book === undefined) return;
        book.state = effect.to;
        if (effect.to === 'Pruned') this.#prune(book);
        return;
      }
      case 'UpdateCurrentWave': {
        const book = this.books.get(effect.rolloutId);
        if (book !== undefined) book.currentWave = effect.wave;
        return;
      }
      case 'QueueDispatch':
        return this.#change(effect.rolloutId, effect.host, (book, place) => {
          book.isOutstanding[place] = 1;
          book.holds[place] = null;
          book.dispatchedAt[place] = effect.dispatchedAt;
          book.records[place] = { ...itemAt(book.records, place), soakDueAt: effect.soakDueAt };
        });
      case 'DeferDispatch': {
        const { book, at: place } = this.find(effect.rolloutId, effect.host);
        if (book !== null) book.holds[place] = effect.hold;
        return;
      }
      case 'WithdrawDispatch':
        return this.#change(effect.rolloutId, effect.host, (book, place) => {
          book.isOutstanding[place] = 0;
        });
      case 'RecordTransition':
        return this.#change(effect.rolloutId, effect.host, (book, place) => {
          book.isOutstanding[place] = 0;
          moveHost(book, place, effect.to);
          if (effect.to !== 'Reverted') return;
          const { channel, hosts } = book.manifest;
          const closures = new Set(this.quarantined.get(channel));
          this.quarantined.set(channel, closures.add(itemAt(hosts, place).targetClosure));
        });
      case 'SynthesizeEvent': {
        const { book, at: place } = this.find(effect.rolloutId, effect.host);
        if (book === null) return;
        book.synthesizedSeq[place] = effect.payload.seq;
        return this.#takeEvent(book, place, effect.payload);
      }
      case 'RemoteAppendEventLog': {
        const { book, at: place } = this.find(effect.rolloutId, effect.host);
        if (book !== null) this.#takeEvent(book, place, effect.payload);
        return;
      }
      case 'TakeOverRecord': {
        const { book, at: place } = this.find(effect.rolloutId, effect.host);
        if (book === null) return;
        book.records[place] = takenRecord(effect.record);
        book.dispatchedAt[place] = effect.record.dispatchedAt;
        if (effect.record.state === 'Converged') setFailures(book, place, null);
        return;
      }
      default:
        return;
    }
  }

  #takeEvent(book: RolloutBook, place: number, payload: OutboundEvent): void {
    const before = itemAt(book.records, place);
    const after = recordAfter(before, payload);
    book.records[place] = typeof after === 'string' ? numbered(before, payload.seq) : after;
    noteFailures(book, place, payload);
  }

  #open(rolloutId: string): void {
    const manifest = this.#released.get(rolloutId);
    if (manifest === undefined) return;
    const positions = this.#positionsOf(manifest);
    const selected = manifest.budgets.map((budget) => this.#selectedBy(budget.hosts, positions, manifest.hosts.length));
    const book = newBook(manifest, positions, selected, this.databasesLost > 0);
    this.books.set(rolloutId, book);
    this.#found = NOWHERE;
    this.#addTo(book);
  }

  #addTo(book: RolloutBook): void {
    this.#changeBooks(book, (books) => [...books, book]);
  }

  /** The rollout stays known; its host records are gone. */
  #prune(book: RolloutBook): void {
    this.#found = NOWHERE;
    this.#changeBooks(book, (books) => books.filter((other) => other !== book));
    for (const { hostname } of book.manifest.hosts) this.#countFlying(hostname);
  }

  #changeBooks({ manifest }: RolloutBook, change: (books: readonly RolloutBook[]) => readonly RolloutBook[]): void {
    const changed = new Map<readonly RolloutBook[], readonly RolloutBook[]>();
    for (const { hostname } of manifest.hosts) {
      const index = this.#indexOf(hostname);
      if (index < 0) continue;
      while (this.#booksOf.length <= index) this.#booksOf.push(NO_BOOKS);
      const before = this.#booksOf[index] ?? NO_BOOKS;
      const after = changed.get(before) ?? change(before);
      changed.set(before, after);
      this.#booksOf[index] = after;
    }
  }

  #bookOf(rolloutId: string): RolloutBook {
    const book = this.books.get(rolloutId);
    if (book === undefined) throw new Error(`The ledger has no book of ${rolloutId}.`);
    return book;
  }

  #positionsOf({ hosts }: RolloutManifest): Int32Array {
    let length = 0;
    for (const { hostname } of hosts) length = Math.max(length, this.#indexOf(hostname) + 1);
    const positions = new Int32Array(length).fill(-1);
    hosts.forEach(({ hostname }, place) => {
      positions[this.#indexOf(hostname)] = place;
    });
    return positions;
  }

  #selectedBy(names: readonly string[], positions: Int32Array, hosts: number): Uint8Array {
    const selected = new Uint8Array(hosts);
    for (const name of names) {
      const place = positions[this.#indexOf(name)] ?? -1;
      if (place >= 0) selected[place] = 1;
    }
    return selected;
  }

  #change(rolloutId: string, host: string, change: (book: RolloutBook, place: number) => void): void {
    const { book, at: place } = this.find(rolloutId, host);
    if (book === null) return;
    change(book, place);
    this.#countFlying(host);
  }

  /** A host counts in the rollout it started last, and in every rollout with an outstanding dispatch. */
  #countFlying(host: string): void {
    const books = this.#booksOf[this.#indexOf(host)] ?? NO_BOOKS;
    let flying: readonly string[] = NO_SELECTORS;
    for (let index = books.length - 1; index >= 0; index -= 1) {
      const book = itemAt(books, index);
      const place = this.positionIn(book, host);
      if (place < 0) continue;
      const state = itemAt(book.states, place);
      if (book.isOutstanding[place] === 1 || isInFlight(state)) flying = selectorsOf(book, place, flying);
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

function selectorsOf({ manifest, selected }: RolloutBook, place: number, known: readonly string[]): readonly string[] {
  const keys = manifest.budgets
    .filter((_, budget) => selected[budget]?.[place] === 1)
    .map(({ selectorKey }) => selectorKey);
  return known.length === 0 ? keys : [...new Set([...known, ...keys])];
}

function putAll<Key, Value>(into: Map<Key, Value>, from: ReadonlyMap<Key, Value>): void {
  for (const [key, value] of from) into.set(key, value);
}
