import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

const UNIT = 2 ** -53;

/** Generates a 32-bit integer at each call. */
interface Generator32 {
  next(): number;
}

/** A random stream, independent of all others. */
export class RandomStream {
  readonly #generator: Generator32;

  constructor(generator: Generator32) {
    this.#generator = generator;
  }

  /** From 0 (included) to 1 (excluded). */
  unit(): number {
    const high = this.#generator.next() >>> 6;
    const low = this.#generator.next() >>> 5;
    return (high * 2 ** 27 + low) * UNIT;
  }

  /** Always draws a number, so that changing a chance does not affect later draws. */
  happens(chance: number): boolean {
    return this.unit() < chance;
  }

  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number {
    return max <= min ? min : min + Math.floor(this.unit() * (max - min + 1));
  }

  /** The time until the next of events that happen `perHour` times an hour on average; Infinity if they never do. */
  untilNextMs(perHour: number): number {
    const random = 1 - this.unit();
    return perHour > 0 ? Math.ceil((-Math.log(random) * 3_600_000) / perHour) : Infinity;
  }

  /** One of the items, of which there must be at least one. */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.between(0, items.length - 1)];
    if (item === undefined) throw new RangeError('Nothing to pick from.');
    return item;
  }
}

/**
 * One stream for each owner and purpose, created on first use. A stream only depends on the seed, the owner's name and
 * the purpose, so adding a host or a fault does not change any other stream.
 */
export class RandomStreams<Purpose extends string> {
  readonly #seed: number;
  readonly #streams = new Map<Purpose, Map<string, RandomStream>>();

  /** @param seed a whole number from 0 to 2^53 - 1 */
  constructor(seed: number) {
    this.#seed = seed;
  }

  of(owner: string, purpose: Purpose): RandomStream {
    let streams = this.#streams.get(purpose);
    if (streams === undefined) this.#streams.set(purpose, (streams = new Map<string, RandomStream>()));
    let stream = streams.get(owner);
    if (stream === undefined) streams.set(owner, (stream = this.begin(owner, purpose)));
    return stream;
  }

  /** A new copy of the stream, from its beginning. */
  begin(owner: string, purpose: Purpose): RandomStream {
    return new RandomStream(xoroshiro128plusFromState(stateFrom(`${this.#seed}\u0000${purpose}\u0000${owner}`)));
  }
}

/** 128 bits out of a text: four 32-bit mixes with different constants (cyrb128), never all zero. */
function stateFrom(text: string): readonly number[] {
  let a = 1779033703;
  let b = 3144134277;
  let c = 1013904242;
  let d = 2773480762;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    a = b ^ Math.imul(a ^ unit, 597399067);
    b = c ^ Math.imul(b ^ unit, 2869860233);
    c = d ^ Math.imul(c ^ unit, 951274213);
    d = a ^ Math.imul(d ^ unit, 2716044179);
  }
  a = Math.imul(c ^ (a >>> 18), 597399067);
  b = Math.imul(d ^ (b >>> 22), 2869860233);
  c = Math.imul(a ^ (c >>> 17), 951274213);
  d = Math.imul(b ^ (d >>> 19), 2716044179);
  const mixed = a ^ b ^ c ^ d;
  return [mixed, b ^ mixed, c ^ mixed, (d ^ mixed) | 1];
}
