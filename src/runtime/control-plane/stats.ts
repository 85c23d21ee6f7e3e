import type { ControlPlaneEffect, EventOutcome, Metric } from '../../control-plane/index.ts';
import { counter, gauge, type MetricHelp } from '../shared/prometheus.ts';
import type { Performed } from './engine.ts';
import type { ControlPlaneService } from './service.ts';

/** Counts and durations since the process started, which the core does not keep. */
export class ControlPlaneStats {
  readonly #inputs = new Map<string, number>();
  readonly #events = new Map<EventOutcome, number>();
  #synthesized = 0;
  #takenOver = 0;
  #planningPasses = 0;
  #planningMs = 0;
  #lastPlanningMs = 0;
  #forbidden = 0;

  take(effects: readonly ControlPlaneEffect[], { input, reply, tookMs }: Performed): void {
    count(this.#inputs, input.type);
    if (input.type === 'EventReceived' && reply !== null && 'outcome' in reply) count(this.#events, reply.outcome);
    if (input.type === 'PlanTick') {
      this.#planningPasses += 1;
      this.#planningMs += tookMs;
      this.#lastPlanningMs = tookMs;
    }
    for (const { type } of effects) {
      if (type === 'SynthesizeEvent') this.#synthesized += 1;
      if (type === 'TakeOverRecord') this.#takenOver += 1;
    }
  }

  noteForbidden(): void {
    this.#forbidden += 1;
  }

  /** @param now by the clock of the control plane */
  metrics({ engine, polls }: ControlPlaneService, now: number): readonly Metric[] {
    const one = (name: string, value: number, labels: Metric['labels'] = {}): Metric => ({ name, labels, value });
    return [
      ...Array.from(this.#inputs, ([input, value]) => one('nixfleet_inputs_total', value, { input })),
      ...Array.from(this.#events, ([outcome, value]) => one('nixfleet_events_total', value, { outcome })),
      one('nixfleet_records_total', this.#synthesized, { origin: 'synthesized' }),
      one('nixfleet_records_total', this.#takenOver, { origin: 'taken-over' }),
      one('nixfleet_planning_passes_total', this.#planningPasses),
      one('nixfleet_planning_seconds_total', this.#planningMs / MS_PER_SECOND),
      one('nixfleet_last_planning_seconds', this.#lastPlanningMs / MS_PER_SECOND),
      one('nixfleet_forbidden_requests_total', this.#forbidden),
      ...[...engine.folded.holds.byGate()].flatMap(([gate, { hosts, oldest }]) => [
        one('nixfleet_held_hosts', hosts, { gate }),
        one('nixfleet_oldest_hold_seconds', Math.max(0, now - oldest) / MS_PER_SECOND, { gate }),
      ]),
      one('nixfleet_parked_polls', polls.size),
      one('nixfleet_waiting_inputs', engine.depth),
      one('nixfleet_recorded_inputs', engine.folded.seq),
      one('nixfleet_store_up', engine.storeFailure === null ? 1 : 0),
    ];
  }
}

const MS_PER_SECOND = 1000;

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Every metric of a control plane, in the order of the page. */
export const METRIC_HELPS: Readonly<Record<string, MetricHelp>> = {
  nixfleet_rollouts: gauge('Rollouts by state.'),
  nixfleet_hosts: gauge("Hosts of each channel's newest rollout, by wave and state."),
  nixfleet_held_hosts: gauge('Hosts that a gate holds, by gate.'),
  nixfleet_oldest_hold_seconds: gauge('How long the oldest hold of a gate has lasted.'),
  nixfleet_outstanding_dispatches: gauge('Dispatches that no agent has acknowledged yet.'),
  nixfleet_known_hosts: gauge('Known hosts.'),
  nixfleet_unreachable_hosts: gauge('Unreachable hosts.'),
  nixfleet_quarantined_closures: gauge('Quarantined closures by channel.'),
  nixfleet_inputs_total: counter('Inputs handled since the start, by type.'),
  nixfleet_events_total: counter('Agent events since the start, by outcome.'),
  nixfleet_records_total: counter('Records that do not come from an agent event since the start, by origin.'),
  nixfleet_planning_passes_total: counter('Planning passes by the timer since the start.'),
  nixfleet_planning_seconds_total: counter('Time spent in them.'),
  nixfleet_last_planning_seconds: gauge('Length of the last planning pass.'),
  nixfleet_forbidden_requests_total: counter('Requests answered with 403 since the start.'),
  nixfleet_parked_polls: gauge('Polls that wait for something to do.'),
  nixfleet_waiting_inputs: gauge('Inputs that wait for a commit.'),
  nixfleet_recorded_inputs: gauge('Inputs in the log.'),
  nixfleet_store_up: gauge('1 while the database accepts writes, 0 after a failed commit.'),
};
