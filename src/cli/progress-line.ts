import type { Output } from './io.ts';

const REDRAW_MS = 100;
const CLEAR = '\r\u001b[K';

/** One line on a terminal that says how far a command is. Without a terminal it prints nothing. */
export class ProgressLine {
  readonly #output: Output;
  readonly #startedAt = performance.now();
  #drawnAt = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  get isShown(): boolean {
    return this.#output.isTerminal;
  }

  /** @param text made only when the line is redrawn, from the milliseconds since the start */
  show(text: (elapsedMs: number) => string): void {
    const now = performance.now();
    if (!this.isShown || now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    this.#output.write(`${CLEAR}${text(now - this.#startedAt + 1).slice(0, this.#output.columns - 1)}`);
  }

  clear(): void {
    if (this.#drawnAt > 0) this.#output.write(CLEAR);
    this.#drawnAt = 0;
  }
}
