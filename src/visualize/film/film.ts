import { NOT_STARTED } from './looks.ts';

/** One change of a host's look. */
export interface LookChange {
  /** Milliseconds since the start of the run. */
  readonly runMs: number;
  readonly host: number;
  readonly look: number;
}

/** All looks are saved after this many changes, so a jump in time applies at most this many. */
const CHECKPOINT_EVERY = 4_096;

/** The looks of all hosts in a run over time, in typed arrays: a few megabytes for 100,000 hosts. */
export class Film {
  readonly hosts: number;
  /** In order of time. */
  readonly times: Float64Array;
  readonly who: Uint32Array;
  readonly to: Uint8Array;
  readonly #checkpoints: readonly Uint8Array[];

  /** @param changes in any order; changes at the same time keep their order */
  constructor(hosts: number, changes: readonly LookChange[]) {
    this.hosts = hosts;
    const sorted = changes.toSorted((a, b) => a.runMs - b.runMs);
    this.times = Float64Array.from(sorted, ({ runMs }) => runMs);
    this.who = Uint32Array.from(sorted, ({ host }) => host);
    this.to = Uint8Array.from(sorted, ({ look }) => look);
    const looks = new Uint8Array(hosts).fill(NOT_STARTED);
    const checkpoints = [looks.slice()];
    for (let from = 0; from + CHECKPOINT_EVERY <= this.times.length; from += CHECKPOINT_EVERY) {
      this.#apply(looks, from, from + CHECKPOINT_EVERY);
      checkpoints.push(looks.slice());
    }
    this.#checkpoints = checkpoints;
  }

  /** How many changes happen up to and including a moment. */
  changesBy(runMs: number): number {
    let [low, high] = [0, this.times.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (elementAt(this.times, middle) <= runMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The look of each host at a moment. The array belongs to the caller. */
  looksAt(runMs: number): Uint8Array {
    const end = this.changesBy(runMs);
    const checkpoint = Math.floor(end / CHECKPOINT_EVERY);
    const looks = this.#checkpoints[checkpoint]?.slice();
    if (looks === undefined) throw new Error(`There is no checkpoint ${checkpoint}.`);
    this.#apply(looks, checkpoint * CHECKPOINT_EVERY, end);
    return looks;
  }

  #apply(looks: Uint8Array, from: number, end: number): void {
    for (let change = from; change < end; change += 1) looks[elementAt(this.who, change)] = elementAt(this.to, change);
  }
}

/** The changes of each host, in order. */
export interface HostChanges {
  /** Empty for an unknown host. */
  readonly of: (host: number) => readonly { readonly runMs: number; readonly look: number }[];
}

export function changesOfHosts({ hosts, times, who, to }: Film): HostChanges {
  const starts = new Uint32Array(hosts + 1);
  for (const host of who) starts[host + 1] = elementAt(starts, host + 1) + 1;
  for (let host = 0; host < hosts; host += 1) starts[host + 1] = elementAt(starts, host + 1) + elementAt(starts, host);
  const next = starts.slice();
  const order = new Uint32Array(who.length);
  for (const [change, host] of who.entries()) {
    order[elementAt(next, host)] = change;
    next[host] = elementAt(next, host) + 1;
  }
  return {
    of: (host) =>
      host < 0 || host >= hosts
        ? []
        : Array.from(order.subarray(starts[host], starts[host + 1]), (change) => ({
            runMs: elementAt(times, change),
            look: elementAt(to, change),
          })),
  };
}

/** An element that must exist. */
export function elementAt(array: ArrayLike<number>, index: number): number {
  const value = array[index];
  if (value === undefined) throw new RangeError(`There is no element ${index} among ${array.length}.`);
  return value;
}
