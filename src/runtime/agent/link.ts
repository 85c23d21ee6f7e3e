import { AGENT_RULES, type RetrySettings } from '../../agent/index.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log, ProcessLogCode } from '../shared/log.ts';
import { pause } from '../shared/pause.ts';

/** The agent's link to its control plane: whether it answers, and when the agent may send again. */
export class HostLink {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #random: () => number;
  #isAnswering: boolean | null = null;
  /** By `Clock.elapsedMs`. */
  #quietUntilMs = -Infinity;
  #answeredAtMs: number | null = null;

  constructor(clock: Clock, log: Log, random: () => number) {
    this.#clock = clock;
    this.#log = log;
    this.#random = random;
  }

  /** Whether an answer has asked the agent to send nothing for a while. */
  get isQuiet(): boolean {
    return this.#clock.elapsedMs() < this.#quietUntilMs;
  }

  /** Since the last answer; `null` before the first. */
  get sinceAnswerMs(): number | null {
    return this.#answeredAtMs === null ? null : this.#clock.elapsedMs() - this.#answeredAtMs;
  }

  noteAnswer(): void {
    this.#answeredAtMs = this.#clock.elapsedMs();
    if (this.#isAnswering === false) this.#say('info', 'control-plane-answers', 'The control plane answers again.', {});
    this.#isAnswering = true;
  }

  /** Logged once, however long it lasts. */
  noteNoAnswer(reason: string, retryAfterMs: number | null): void {
    if (retryAfterMs !== null) {
      this.#quietUntilMs = Math.max(this.#quietUntilMs, this.#clock.elapsedMs() + retryAfterMs);
    }
    if (this.#isAnswering !== false) {
      const message = 'The control plane does not answer. The agent keeps asking.';
      this.#say('warn', 'control-plane-silent', message, { reason });
    }
    this.#isAnswering = false;
  }

  /** A random part of a delay, so that hosts do not send in lockstep. */
  jitter(ms: number): number {
    return this.#random() * ms;
  }

  /** Waits for `ms`, and then until it may send. */
  async waitToAsk(ms: number, signal: AbortSignal): Promise<void> {
    if (ms > 0) await pause(this.#clock, ms, signal);
    while (this.isQuiet && !signal.aborted) {
      const leftMs = this.#quietUntilMs - this.#clock.elapsedMs();
      await pause(this.#clock, leftMs + this.jitter(Math.min(leftMs, MAX_QUIET_JITTER_MS)) + 1, signal);
    }
  }

  /** How long to wait after `failures` attempts without an answer. */
  retryMs(retry: RetrySettings, failures: number): number {
    const { afterMs, jitterMs } = AGENT_RULES.retryDelay(retry, failures);
    return afterMs + this.jitter(jitterMs);
  }

  #say(level: 'info' | 'warn', code: ProcessLogCode, message: string, fields: Readonly<Record<string, string>>): void {
    this.#log({ at: this.#clock.now(), level, code, message, fields });
  }
}

const MAX_QUIET_JITTER_MS = 5000;
