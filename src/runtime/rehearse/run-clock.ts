import { closeSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { asRunMs, type RunMs } from '../../simulator/index.ts';
import { steadyNow, type SteadyMs } from './journal.ts';

/*
 * The clock of a rehearsal. It runs fast, but no faster than this machine can follow: it stops until every process has
 * had its turn. So a busy machine makes a rehearsal longer, not different.
 *
 * All processes read it from one file of 8-byte numbers. The first four are the head: a `Stretch`, and a sum that reveals
 * a read during a write. The others are slots, one per process, with the time of its last turn.
 */

/** A period in which the clock runs steadily. After `untilRunMs`, it stands still. */
interface Stretch {
  /** When it starts, by the machine's steady clock. */
  readonly from: SteadyMs;
  /** The time of the run at its start. */
  readonly runMs: number;
  /** The time of the run at its end. */
  readonly untilRunMs: number;
}

const NUMBER_BYTES = 8;
const HEAD_NUMBERS = 4;
const HEAD_BYTES = HEAD_NUMBERS * NUMBER_BYTES;
/** How often each process takes its turn, in real time. */
const TURN_MS = 10;
/** How far the clock may run ahead of the slowest process: in real time, and at most by the clock. */
const AHEAD_MS = 4 * TURN_MS;
const MAX_AHEAD_RUN_MS = 2500;

function runMsIn({ from, runMs, untilRunMs }: Stretch, at: SteadyMs, speed: number): number {
  return Math.min(untilRunMs, runMs + Math.max(0, at - from) * speed);
}

function placeOfSlot(slot: number): number {
  return HEAD_BYTES + slot * NUMBER_BYTES;
}

/** The clock as seen by a process of a rehearsal. */
export class RehearsalClock {
  readonly #file: number;
  readonly #speed: number;
  readonly #slot: number;
  readonly #head = new Float64Array(HEAD_NUMBERS);

  constructor(path: string, speed: number, slot: number) {
    this.#file = openSync(path, 'r+');
    this.#speed = speed;
    this.#slot = slot;
  }

  get runMs(): number {
    for (;;) {
      readSync(this.#file, this.#head, 0, HEAD_BYTES, 0);
      const [from = 0, runMs = 0, untilRunMs = 0, sum = NaN] = this.#head;
      if (from + runMs + untilRunMs === sum) return runMsIn({ from, runMs, untilRunMs }, steadyNow(), this.#speed);
    }
  }

  /** Makes the clock wait for this process from now on. */
  keepUp(): void {
    const turn = (): void => {
      writeSync(this.#file, new Float64Array([steadyNow()]), 0, NUMBER_BYTES, placeOfSlot(this.#slot));
    };
    turn();
    setInterval(turn, TURN_MS).unref();
  }
}

/** The clock in the process that drives it. It stands still at 0 until `start`. */
export class RunClockDriver {
  readonly speed: number;
  readonly #file: number;
  readonly #isHeld: () => boolean;
  readonly #stretches: Stretch[] = [{ from: 0, runMs: 0, untilRunMs: 0 }];
  readonly #expected = new Set<number>();
  readonly #waiting = new Set<{ readonly dueRunMs: number; readonly run: () => void }>();
  readonly #slots: Float64Array;
  #grantedAt: SteadyMs = 0;
  #timer: NodeJS.Timeout | null = null;

  /**
   * @param slots the largest number of processes
   * @param isHeld called at each turn: whether the clock has to wait for something else
   */
  constructor(path: string, speed: number, slots: number, isHeld: () => boolean) {
    this.speed = speed;
    this.#isHeld = isHeld;
    this.#slots = new Float64Array(slots);
    this.#file = openSync(path, 'w+');
    ftruncateSync(this.#file, placeOfSlot(slots));
    this.#writeHead();
  }

  get runMs(): number {
    return runMsIn(this.#newest(), steadyNow(), this.speed);
  }

  /** How many calls are pending. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** The time of the run at a past moment. */
  runMsAt(at: SteadyMs): RunMs {
    let [low, high] = [0, this.#stretches.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#at(middle).from <= at) low = middle;
      else high = middle - 1;
    }
    return asRunMs(Math.floor(runMsIn(this.#at(low), at, this.speed)));
  }

  start(): void {
    this.#timer = setInterval(() => this.#turn(), TURN_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#waiting.clear();
    closeSync(this.#file);
  }

  /** Calls back once, after this much time of the run. */
  after(ms: number, run: () => void): void {
    this.#waiting.add({ dueRunMs: this.runMs + ms, run });
  }

  /** Call it before a process starts: the clock stands still until that process keeps up. */
  expect(slot: number): void {
    writeSync(this.#file, new Float64Array(1), 0, NUMBER_BYTES, placeOfSlot(slot));
    this.#expected.add(slot);
  }

  /** Call it when the process has ended. */
  dismiss(slot: number): void {
    this.#expected.delete(slot);
  }

  #turn(): void {
    for (const each of this.#waiting) {
      if (each.dueRunMs > this.runMs) continue;
      this.#waiting.delete(each);
      each.run();
    }
    if (this.#isHeld() || !this.#haveAllHadTheirTurn()) return;
    const newest = this.#newest();
    const now = steadyNow();
    const runMs = runMsIn(newest, now, this.speed);
    const untilRunMs = runMs + Math.min(MAX_AHEAD_RUN_MS, AHEAD_MS * this.speed);
    if (runMs < newest.untilRunMs) this.#stretches[this.#stretches.length - 1] = { ...newest, untilRunMs };
    else this.#stretches.push({ from: now, runMs, untilRunMs });
    this.#grantedAt = now;
    this.#writeHead();
  }

  #haveAllHadTheirTurn(): boolean {
    readSync(this.#file, this.#slots, 0, this.#slots.byteLength, HEAD_BYTES);
    for (const slot of this.#expected) {
      const turnedAt = this.#slots[slot];
      if (turnedAt === undefined || turnedAt <= this.#grantedAt) return false;
    }
    return true;
  }

  #writeHead(): void {
    const { from, runMs, untilRunMs } = this.#newest();
    writeSync(this.#file, new Float64Array([from, runMs, untilRunMs, from + runMs + untilRunMs]), 0, HEAD_BYTES, 0);
  }

  #newest(): Stretch {
    return this.#at(this.#stretches.length - 1);
  }

  #at(index: number): Stretch {
    const stretch = this.#stretches[index];
    if (stretch === undefined) throw new Error(`The clock has no stretch ${index}.`);
    return stretch;
  }
}
