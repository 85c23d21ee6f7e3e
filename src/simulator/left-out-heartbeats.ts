import { isEarlier, type EventQueue } from './event-queue.ts';

const NEVER = -1;

/** How long the next heartbeat of a host, or the answer to it, is under way: drawn from the host's luck. */
type DrawLatency = (host: number) => number;

/** The present, and which event of it is being handled. */
export interface Moment {
  readonly now: number;
  readonly queue: Pick<EventQueue<never>, 'number' | 'pushed'>;
}

/**
 * When heartbeats that are left out were sent and would have arrived. What each would have drawn from its host's luck is
 * drawn in the same order, but only when it is needed to know when one arrived.
 *
 * Hosts are known by their index, and what is kept of them lies together: in a large fleet, what takes time is to wait
 * for memory. Times are milliseconds since the start of the run. No two heartbeats of a host may be under way at a time.
 */
export class LeftOutHeartbeats {
  readonly #draw: DrawLatency;
  /** When the newest was sent, and the one before it; and the number that its arrival would have had in the queue. */
  readonly #sentAt: Float64Array;
  readonly #sentBefore: Float64Array;
  readonly #number: Int32Array;
  /** How many were sent that nothing was drawn for yet. */
  readonly #undrawn: Int32Array;
  /** When the newest that was drawn for arrives; `Infinity` once it has. */
  readonly #arrivesAt: Float64Array;
  /** When the newest that has arrived did, when its answer arrives, and which of these times was told. */
  readonly #heardAt: Float64Array;
  readonly #answeredAt: Float64Array;
  readonly #toldAt: Float64Array;

  constructor(hosts: number, draw: DrawLatency) {
    this.#draw = draw;
    this.#sentAt = new Float64Array(hosts).fill(NEVER);
    this.#sentBefore = new Float64Array(hosts).fill(NEVER);
    this.#number = new Int32Array(hosts);
    this.#undrawn = new Int32Array(hosts);
    this.#arrivesAt = new Float64Array(hosts).fill(Infinity);
    this.#heardAt = new Float64Array(hosts).fill(NEVER);
    this.#answeredAt = new Float64Array(hosts).fill(NEVER);
    this.#toldAt = new Float64Array(hosts).fill(NEVER);
  }

  send(host: number, { now, queue }: Moment): void {
    this.#sentBefore[host] = this.sentAt(host);
    this.#sentAt[host] = now;
    this.#number[host] = queue.pushed;
    this.#undrawn[host] = (this.#undrawn[host] ?? 0) + 1;
  }

  /** When the newest was sent. */
  sentAt(host: number): number {
    return this.#sentAt[host] ?? NEVER;
  }

  /** When the newest that has arrived did, as far as was passed to. */
  heardAt(host: number): number {
    return this.#heardAt[host] ?? NEVER;
  }

  /** When its answer arrives, or has arrived. */
  answeredAt(host: number): number {
    return this.#answeredAt[host] ?? NEVER;
  }

  /** Draws whatever was to be drawn before the event that happens now. */
  passTo(host: number, moment: Moment): void {
    for (let left = this.#undrawn[host] ?? 0; left > 0; left -= 1) {
      this.#arrive(host, moment);
      // When those before the last two were sent is forgotten: they have arrived, and nobody hears of them.
      const sentAt = (left === 1 ? this.#sentAt : this.#sentBefore)[host] ?? NEVER;
      this.#arrivesAt[host] = sentAt + this.#draw(host);
    }
    this.#undrawn[host] = 0;
    this.#arrive(host, moment);
  }

  /** When the newest that has arrived did; below 0 if this was told before, or there is none. */
  takeHeard(host: number, moment: Moment): number {
    this.passTo(host, moment);
    const heardAt = this.heardAt(host);
    if (heardAt === this.#toldAt[host]) return NEVER;
    this.#toldAt[host] = heardAt;
    return heardAt;
  }

  /** When the one that is under way arrives, which is the caller's from here on; `Infinity` if none is. */
  takeUnderWay(host: number): number {
    const arrivesAt = this.#arrivesAt[host] ?? Infinity;
    this.#arrivesAt[host] = Infinity;
    return arrivesAt;
  }

  #arrive(host: number, { now, queue }: Moment): void {
    const arrivesAt = this.#arrivesAt[host] ?? Infinity;
    if (arrivesAt > now) return;
    // Both at the same time: what was arranged first happens first.
    if (arrivesAt === now && !isEarlier(this.#number[host] ?? 0, queue.number)) return;
    this.#arrivesAt[host] = Infinity;
    this.#heardAt[host] = arrivesAt;
    this.#answeredAt[host] = arrivesAt + this.#draw(host);
  }
}
