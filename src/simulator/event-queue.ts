/** Each level of the wheel has 1,024 slots, so four levels reach 34 years in milliseconds. */
const LEVEL_BITS = 10;
const SLOTS = 1 << LEVEL_BITS;
const SLOT_MASK = SLOTS - 1;
const LEVELS = 4;
/** The reach of two of the four levels. */
const HALF = SLOTS * SLOTS;
const WORDS = SLOTS / 32;
const NONE = -1;
/** The size of an entry: its time, then node, epoch and the next entry as words of half the size. */
const DOUBLES = 3;
const ENTRY_WORDS = 2 * DOUBLES;
const NODE = 2;
const EPOCH = 3;
const NEXT = 4;

/** The limit for scheduled times, which must be below it; in milliseconds since the start of the run. */
export const MAX_QUEUE_TIME = 2 ** (LEVEL_BITS * LEVELS);

/**
 * The pending events, ordered by time and then by insertion.
 *
 * A hierarchical timing wheel over flat arrays: pushing and taking an event costs the same with ten events as with a
 * million, and allocates nothing once the arrays have grown. Insertion order needs no counter. A slot of the lowest
 * level holds one millisecond, as a list in order of arrival. Events that come down from a higher level were pushed
 * earlier than any that are pushed to the lower level directly, because that is possible only once the slot has come
 * down.
 *
 * Times are whole milliseconds since the start of the run. An event in the past is due now.
 */
export class EventQueue<Payload> {
  /** The values of the last event taken. */
  time = 0;
  node = 0;
  epoch = 0;
  payload: Payload | null = null;

  #size = 0;
  #now = 0;
  #capacity = 1024;
  #free = 0;
  /** An entry is contiguous, so reading an old one costs one cache miss. */
  #times = new Float64Array(this.#capacity * DOUBLES);
  #words = new Int32Array(this.#times.buffer);
  readonly #payloads: (Payload | null)[] = [];
  readonly #heads = new Int32Array(SLOTS * LEVELS).fill(NONE);
  readonly #tails = new Int32Array(SLOTS * LEVELS).fill(NONE);
  readonly #occupied = new Int32Array(WORDS * LEVELS);

  constructor() {
    this.#chainFree(0);
  }

  get size(): number {
    return this.#size;
  }

  /**
   * @param node the node of the event; with `epoch`, its life. Small whole numbers, returned unchanged
   * @throws RangeError if `time` is not below `MAX_QUEUE_TIME`.
   */
  push(time: number, node: number, epoch: number, payload: Payload): void {
    if (!(time < MAX_QUEUE_TIME)) throw new RangeError(`An event at ${time} ms is beyond ${MAX_QUEUE_TIME} ms.`);
    if (this.#free === NONE) this.#grow();
    const entry = this.#free;
    const words = entry * ENTRY_WORDS;
    this.#free = this.#words[words + NEXT] ?? NONE;
    this.#times[entry * DOUBLES] = time > this.#now ? Math.ceil(time) : this.#now;
    this.#words[words + NODE] = node;
    this.#words[words + EPOCH] = epoch;
    this.#payloads[entry] = payload;
    this.#place(entry);
    this.#size += 1;
  }

  /** Takes the next event into the fields of the queue; `false` if there is none. */
  take(): boolean {
    if (this.#size === 0) return false;
    const slot = this.#nextSlot();
    const entry = this.#heads[slot] ?? NONE;
    const words = entry * ENTRY_WORDS;
    const next = this.#words[words + NEXT] ?? NONE;
    this.#heads[slot] = next;
    if (next === NONE) this.#clear(slot);
    this.time = this.#now = this.#times[entry * DOUBLES] ?? 0;
    this.node = this.#words[words + NODE] ?? 0;
    this.epoch = this.#words[words + EPOCH] ?? 0;
    this.payload = this.#payloads[entry] ?? null;
    this.#payloads[entry] = null;
    this.#words[words + NEXT] = this.#free;
    this.#free = entry;
    this.#size -= 1;
    return true;
  }

  #place(entry: number): void {
    const slot = slotOf(this.#times[entry * DOUBLES] ?? 0, this.#now);
    const tail = this.#tails[slot] ?? NONE;
    this.#words[entry * ENTRY_WORDS + NEXT] = NONE;
    this.#tails[slot] = entry;
    if (tail !== NONE) {
      this.#words[tail * ENTRY_WORDS + NEXT] = entry;
      return;
    }
    this.#heads[slot] = entry;
    this.#occupied[slot >>> 5] = (this.#occupied[slot >>> 5] ?? 0) | (1 << (slot & 31));
  }

  #clear(slot: number): void {
    this.#heads[slot] = NONE;
    this.#tails[slot] = NONE;
    this.#occupied[slot >>> 5] = (this.#occupied[slot >>> 5] ?? 0) & ~(1 << (slot & 31));
  }

  /** The lowest-level slot with the next events, brought down from higher levels if necessary. */
  #nextSlot(): number {
    for (;;) {
      const lowest = this.#firstOccupied(0, this.#now % SLOTS);
      if (lowest !== NONE) return lowest;
      this.#bringDown();
    }
  }

  #bringDown(): void {
    let span = SLOTS;
    for (let level = 1; level < LEVELS; level += 1) {
      const digit = Math.floor(this.#now / span) & SLOT_MASK;
      const slot = this.#firstOccupied(level, digit + 1);
      if (slot === NONE) {
        span *= SLOTS;
        continue;
      }
      const period = span * SLOTS;
      this.#now = Math.floor(this.#now / period) * period + (slot - level * SLOTS) * span;
      let entry = this.#heads[slot] ?? NONE;
      this.#clear(slot);
      while (entry !== NONE) {
        const next = this.#words[entry * ENTRY_WORDS + NEXT] ?? NONE;
        this.#place(entry);
        entry = next;
      }
      return;
    }
    // Only reached if `size` and the wheel disagree.
    throw new Error('The event queue has lost an event.');
  }

  #firstOccupied(level: number, from: number): number {
    if (from >= SLOTS) return NONE;
    const base = level * WORDS;
    let word = from >>> 5;
    let bits = (this.#occupied[base + word] ?? 0) & (-1 << (from & 31));
    while (bits === 0) {
      word += 1;
      if (word === WORDS) return NONE;
      bits = this.#occupied[base + word] ?? 0;
    }
    return level * SLOTS + word * 32 + (31 - Math.clz32(bits & -bits));
  }

  #grow(): void {
    const from = this.#capacity;
    this.#capacity *= 2;
    // As words: two words might form a NaN, whose bits may change when it is read as a number.
    const words = new Int32Array(this.#capacity * ENTRY_WORDS);
    words.set(this.#words);
    this.#words = words;
    this.#times = new Float64Array(words.buffer);
    this.#chainFree(from);
  }

  #chainFree(from: number): void {
    for (let entry = from; entry < this.#capacity; entry += 1) {
      this.#words[entry * ENTRY_WORDS + NEXT] = entry + 1 === this.#capacity ? NONE : entry + 1;
      this.#payloads.push(null);
    }
    this.#free = from;
  }
}

/**
 * The level is the highest digit, in base 1,024, in which the time differs from now. The two lower digits and the two
 * higher ones are compared as small whole numbers, which is much faster than dividing.
 */
function slotOf(time: number, now: number): number {
  const high = Math.floor(time / HALF);
  const nowHigh = Math.floor(now / HALF);
  if (high === nowHigh) {
    const low = time - high * HALF;
    return (low ^ (now - nowHigh * HALF)) < SLOTS ? low & SLOT_MASK : SLOTS + (low >>> LEVEL_BITS);
  }
  return (high ^ nowHigh) < SLOTS ? 2 * SLOTS + (high & SLOT_MASK) : 3 * SLOTS + (high >>> LEVEL_BITS);
}
