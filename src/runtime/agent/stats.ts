import type { ProbeTask } from '../../agent/index.ts';
import type { Clock } from '../shared/clock.ts';
import type { EventDelivery } from '../../wire/index.ts';
import type { Job, ProbeResult, ProbeRunner } from './ports.ts';

/** The durations of one kind of job. */
export interface MeasuredDurations {
  readonly count: number;
  readonly sumMs: number;
  readonly lastMs: number;
}

/** The last run of a probe. */
export interface ProbeStats {
  readonly status: ProbeResult['status'];
  readonly latencyMs: number;
}

const NO_DURATIONS: MeasuredDurations = { count: 0, sumMs: 0, lastMs: 0 };

/** Counts and durations since the agent started, which its core does not keep. */
export class AgentStats {
  readonly #clock: Clock;
  readonly deliveries: Record<EventDelivery['outcome'], number> = { accepted: 0, refused: 0, 'not-delivered': 0 };
  readonly jobs: Record<Job['kind'], MeasuredDurations> = { switch: NO_DURATIONS, rollback: NO_DURATIONS };
  readonly probes = new Map<string, ProbeStats>();
  /** When each undelivered event was written, by `Clock.elapsedMs`; the time of the boot for events it found. */
  readonly #writtenAt = new Map<string, Map<number, number>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  noteDelivery(outcome: EventDelivery['outcome']): void {
    this.deliveries[outcome] += 1;
  }

  noteEmitted(rolloutId: string, seq: number): void {
    const written = this.#writtenAt.get(rolloutId) ?? new Map<number, number>();
    this.#writtenAt.set(rolloutId, written.set(seq, this.#clock.elapsedMs()));
  }

  noteRemoved(rolloutId: string, seq: number): void {
    this.#writtenAt.get(rolloutId)?.delete(seq);
  }

  noteForgotten(rolloutId: string): void {
    this.#writtenAt.delete(rolloutId);
  }

  /** How long the oldest undelivered event has waited; `null` if there is none. */
  get oldestUndeliveredMs(): number | null {
    let oldest = Infinity;
    for (const written of this.#writtenAt.values()) for (const at of written.values()) oldest = Math.min(oldest, at);
    return oldest === Infinity ? null : this.#clock.elapsedMs() - oldest;
  }

  /** Returns a function to call when it ends. */
  beginJob(kind: Job['kind']): () => void {
    const startedAtMs = this.#clock.elapsedMs();
    return () => {
      const lastMs = this.#clock.elapsedMs() - startedAtMs;
      const { count, sumMs } = this.jobs[kind];
      this.jobs[kind] = { count: count + 1, sumMs: sumMs + lastMs, lastMs };
    };
  }

  /** Wraps a runner to record its results. */
  timed(runner: ProbeRunner): ProbeRunner {
    return {
      run: async (probe: ProbeTask, signal) => {
        const startedAtMs = this.#clock.elapsedMs();
        const result = await runner.run(probe, signal);
        this.probes.set(probe.probeName, { status: result.status, latencyMs: this.#clock.elapsedMs() - startedAtMs });
        return result;
      },
    };
  }
}
