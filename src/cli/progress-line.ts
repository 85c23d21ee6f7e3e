import type { Output } from './io.ts';

const REDRAW_MS = 100;
const CLEAR = '\r\u001b[K';

/** A line on a terminal that shows a command's progress. Without a terminal it prints nothing. */
export class ProgressLine {
  readonly #output: Output;
  readonly #now: () => number;
  readonly #startedAt: number;
  #drawnAt: number | null = null;

  constructor(output: Output, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
    this.#startedAt = now();
  }

  get isShown(): boolean {
    return this.#output.isTerminal;
  }

  /** @param text called only when the line is redrawn, with the milliseconds since the start */
  show(text: (elapsedMs: number) => string): void {
    if (!this.isShown) return;
    const now = this.#now();
    if (this.#drawnAt !== null && now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    this.#output.write(`${CLEAR}${text(now - this.#startedAt + 1).slice(0, this.#output.columns - 1)}`);
  }

  clear(): void {
    if (this.#drawnAt !== null) this.#output.write(CLEAR);
    this.#drawnAt = null;
  }
}
