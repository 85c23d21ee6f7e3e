import type { Progress } from '../simulator/index.ts';
import { formatCount, formatDuration } from '../text/index.ts';

const REDRAW_MS = 100;
const CLEAR = '\r\u001b[K';

/** One line on a terminal that says how far a run is; nothing at all where there is no terminal. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #startedAt = performance.now();
  #drawnAt = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  get isShown(): boolean {
    return this.#stream.isTTY;
  }

  show({ now, machineSteps, hosts, ended }: Progress): void {
    const at = performance.now();
    if (!this.isShown || at - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = at;
    const perSecond = Math.round((machineSteps * 1000) / (at - this.#startedAt + 1));
    const text = `${formatDuration(now)} simulated, ${formatCount(ended)} of ${formatCount(hosts)} hosts at an end, ${formatCount(perSecond)} steps/s`;
    this.#stream.write(`${CLEAR}${text.slice(0, this.#stream.columns - 1)}`);
  }

  clear(): void {
    if (this.isShown && this.#drawnAt > 0) this.#stream.write(CLEAR);
    this.#drawnAt = 0;
  }
}
