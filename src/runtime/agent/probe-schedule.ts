import type { AgentEffectOf, AgentInputOf, ProbeTask } from '../../agent/index.ts';
import type { Clock } from '../shared/clock.ts';
import { pause } from '../shared/pause.ts';
import { asError } from '../shared/runtime-problem.ts';
import type { ProbeResult, ProbeRunner } from './ports.ts';

/** Runs the probes of one generation, each at its own interval, so that a hanging probe does not delay the others. */
export class ProbeSchedule {
  readonly #runner: ProbeRunner;
  readonly #clock: Clock;
  readonly #feed: (outcome: AgentInputOf<'ProbeOutcome'>) => void;
  #running: { readonly generation: number; readonly stop: AbortController } | null = null;

  constructor(runner: ProbeRunner, clock: Clock, feed: (outcome: AgentInputOf<'ProbeOutcome'>) => void) {
    this.#runner = runner;
    this.#clock = clock;
    this.#feed = feed;
  }

  start({ rolloutId, generation, probes }: AgentEffectOf<'StartProbes'>): void {
    this.stop();
    const stop = new AbortController();
    this.#running = { generation, stop };
    for (const probe of probes) {
      void this.#repeat(probe, stop.signal, (result) =>
        this.#feed({ type: 'ProbeOutcome', rolloutId, generation, probeName: probe.probeName, ...result }),
      );
    }
  }

  /** @param generation the current one by default */
  stop(generation?: number): void {
    if (this.#running === null || (generation !== undefined && this.#running.generation !== generation)) return;
    this.#running.stop.abort();
    this.#running = null;
  }

  async #repeat(probe: ProbeTask, signal: AbortSignal, report: (result: ProbeResult) => void): Promise<void> {
    while (!signal.aborted) {
      const result = await this.#run(probe, signal);
      if (signal.aborted) return;
      report(result);
      await pause(this.#clock, probe.intervalMs, signal);
    }
  }

  /** A runner that rejects counts as a failed probe. */
  async #run(probe: ProbeTask, signal: AbortSignal): Promise<ProbeResult> {
    try {
      return await this.#runner.run(probe, signal);
    } catch (error) {
      const failureReason = `The probe could not be run: ${asError(error).message}`;
      return { status: 'fail', failureReason, subResults: null };
    }
  }
}
