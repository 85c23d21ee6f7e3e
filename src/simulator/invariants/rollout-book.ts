import type { Hold, HostSnapshot } from '../../control-plane/index.ts';
import type { RolloutManifest } from '../../fleet/index.ts';
import type { HostState, OutboundEvent } from '../../machine/index.ts';
import type { RolloutState } from '../../rollout/index.ts';
import { enforceFailures } from '../enforce-failures.ts';
import { pendingRecord, takenRecord, type HostRecord } from './host-record.ts';
import { isOrderingEligible } from './host-states.ts';

/** How many hosts a wave has, and how many of them are ordering-eligible. */
interface WaveCounts {
  readonly hosts: number;
  readonly eligible: number;
}

/** What the ledger knows about one rollout. Arrays are by position in the manifest, except for `positions`. */
export interface RolloutBook {
  readonly rolloutId: string;
  readonly manifest: RolloutManifest;
  /** By the host's index: its position, -1 if it is not part of the rollout. */
  readonly positions: Int32Array;
  /** For each budget of the manifest, in order: 1 for each host that it selects. */
  readonly selected: readonly Uint8Array[];
  /** It was opened in an empty database: agents may know more about it. */
  readonly isRebuilt: boolean;
  /** The record that results from what the control plane accepted, synthesized and took over. */
  readonly records: HostRecord[];
  /** The state that the control plane has recorded, by its own account. */
  readonly states: HostState[];
  readonly isOutstanding: Uint8Array;
  /** NaN before the first dispatch. */
  readonly dispatchedAt: Float64Array;
  /** The greatest synthesized `seq`. */
  readonly synthesizedSeq: Float64Array;
  /** By probe: the enforce failures in its last result since the activation; see `setFailures`. */
  readonly failures: (ReadonlyMap<string, number> | null)[];
  /** How many hosts of each wave have such failures. */
  readonly failing: number[];
  /** The last reported hold of each host, until it is dispatched. */
  readonly holds: (Hold | null)[];
  readonly waves: WaveCounts[];
  state: RolloutState;
  currentWave: number;
  converged: number;
  /** Some host failed or reverted. */
  hasFailed: boolean;
}

export function newBook(
  manifest: RolloutManifest,
  positions: Int32Array,
  selected: readonly Uint8Array[],
  isRebuilt: boolean,
): RolloutBook {
  const { rolloutId, hosts, waves } = manifest;
  // One more than there are waves, for hosts without a wave.
  const counts = Array.from({ length: Math.max(1, waves.length) + 1 }, () => 0);
  for (const { wave } of hosts) counts[wave] = (counts[wave] ?? 0) + 1;
  return {
    rolloutId,
    manifest,
    positions,
    selected,
    isRebuilt,
    records: hosts.map(({ targetClosure }) => pendingRecord(targetClosure, null)),
    states: hosts.map(() => 'Pending'),
    isOutstanding: new Uint8Array(hosts.length),
    dispatchedAt: new Float64Array(hosts.length).fill(Number.NaN),
    synthesizedSeq: new Float64Array(hosts.length),
    failures: hosts.map(() => null),
    failing: counts.map(() => 0),
    holds: hosts.map(() => null),
    waves: counts.map((count) => ({ hosts: count, eligible: 0 })),
    state: 'Opening',
    currentWave: 0,
    converged: 0,
    hasFailed: false,
  };
}

/** The manifest and what is derived from it alone are shared. */
export function copyBook(book: RolloutBook): RolloutBook {
  return {
    ...book,
    records: [...book.records],
    states: [...book.states],
    isOutstanding: book.isOutstanding.slice(),
    dispatchedAt: book.dispatchedAt.slice(),
    synthesizedSeq: book.synthesizedSeq.slice(),
    failures: [...book.failures],
    failing: [...book.failing],
    holds: [...book.holds],
    waves: [...book.waves],
  };
}

/** Whether the rollout may go on to its next wave, and has one. */
export function isWaveDone({ manifest, currentWave, waves }: RolloutBook): boolean {
  const { hosts, eligible } = itemAt(waves, currentWave);
  return eligible === hosts && currentWave < manifest.waves.length - 1;
}

/** The element at a place of the book. */
export function itemAt<Value>(values: ArrayLike<Value>, place: number): Value {
  const value = values[place];
  if (value === undefined) throw new Error(`The book has no host at ${place}.`);
  return value;
}

export function moveHost(book: RolloutBook, place: number, to: HostState): void {
  const from = itemAt(book.states, place);
  book.states[place] = to;
  const { wave } = itemAt(book.manifest.hosts, place);
  const counts = itemAt(book.waves, wave);
  const change = (isOrderingEligible(to) ? 1 : 0) - (isOrderingEligible(from) ? 1 : 0);
  if (change !== 0) book.waves[wave] = { hosts: counts.hosts, eligible: counts.eligible + change };
  book.converged += (to === 'Converged' ? 1 : 0) - (from === 'Converged' ? 1 : 0);
  if (to === 'Failed' || to === 'Reverted') book.hasFailed = true;
}

/** The host's values in a restored database. */
export function restoreHost(book: RolloutBook, place: number, slot: HostSnapshot): void {
  const { record, dispatch, synthesizedSeq, failures, heldForGood } = slot;
  moveHost(book, place, record.state);
  book.records[place] = takenRecord(record);
  book.isOutstanding[place] = dispatch === 'outstanding' ? 1 : 0;
  // A record that was never dispatched has the time when it was opened.
  if (record.state !== 'Pending' || dispatch !== 'none') book.dispatchedAt[place] = record.dispatchedAt;
  book.synthesizedSeq[place] = synthesizedSeq;
  setFailures(book, place, failures.length === 0 ? null : new Map(failures));
  // A hold that never ends is reported only once.
  book.holds[place] = heldForGood;
}

export function noteFailures(book: RolloutBook, place: number, event: OutboundEvent): void {
  if (event.type === 'ActivationCompleted') setFailures(book, place, null);
  if (event.type !== 'ProbeResult') return;
  const known = book.failures[place] ?? null;
  const count = enforceFailures(event);
  // Nearly every result has no failure, like the one before it.
  if (count > 0 || known !== null) setFailures(book, place, new Map(known).set(event.probeName, count));
}

export function setFailures(book: RolloutBook, place: number, failures: ReadonlyMap<string, number> | null): void {
  const { wave } = itemAt(book.manifest.hosts, place);
  const change = Number(hasFailures(failures)) - Number(hasFailures(book.failures[place] ?? null));
  if (change !== 0) book.failing[wave] = itemAt(book.failing, wave) + change;
  book.failures[place] = failures;
}

/** Some host of an earlier wave has a failing enforce check. */
export function hasFailuresBefore({ failing }: RolloutBook, wave: number): boolean {
  for (let earlier = 0; earlier < wave; earlier += 1) if (itemAt(failing, earlier) > 0) return true;
  return false;
}

function hasFailures(failures: ReadonlyMap<string, number> | null): boolean {
  return failures !== null && [...failures.values()].some((count) => count > 0);
}
