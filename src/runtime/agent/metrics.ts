import type { Agent } from '../../agent/index.ts';
import type { EmitMetric } from '../../machine/index.ts';
import type { EventDelivery } from '../../wire/index.ts';
import type { Job } from './ports.ts';
import type { MeasuredDurations, ProbeStats } from './stats.ts';

/** The standing of an agent at a moment. */
export interface AgentStanding {
  readonly agent: Agent;
  /** Since this agent was started. */
  readonly deliveries: Readonly<Record<EventDelivery['outcome'], number>>;
  readonly jobs: Readonly<Record<Job['kind'], MeasuredDurations>>;
  /** The last run of each probe, by its name. */
  readonly probes: ReadonlyMap<string, ProbeStats>;
  /** How long the oldest undelivered event has waited; `null` if there is none. */
  readonly oldestUndeliveredMs: number | null;
  /** Since the control plane last answered; `null` before it has. */
  readonly sinceAnswerMs: number | null;
}

/** A number at a moment, for this combination of labels. */
type Metric = Pick<EmitMetric, 'name' | 'labels' | 'value'>;

/**
 * What an agent knows, as numbers: its outbox and the age of what is in it; deliveries by outcome; switches and rollbacks
 * and how long they took; its probes; and how long the control plane has been silent. Labels name outcomes, kinds and
 * configured probes, so that their number does not grow with time.
 */
export function agentMetricsOf(standing: AgentStanding): readonly Metric[] {
  const { agent, deliveries, jobs, probes, oldestUndeliveredMs, sinceAnswerMs } = standing;
  const undelivered = agent.rollouts.reduce((sum, rollout) => sum + rollout.undelivered.length, 0);
  return [
    metric('nixfleet_agent_outbox_events', {}, undelivered),
    metric('nixfleet_agent_outbox_oldest_seconds', {}, (oldestUndeliveredMs ?? 0) / 1000),
    ...Object.entries(deliveries).map(([outcome, count]) =>
      metric('nixfleet_agent_deliveries_total', { outcome }, count),
    ),
    ...Object.entries(jobs).flatMap(([kind, { count, sumMs, lastMs }]) => [
      metric('nixfleet_agent_jobs_total', { kind }, count),
      metric('nixfleet_agent_job_seconds_total', { kind }, sumMs / 1000),
      metric('nixfleet_agent_job_last_seconds', { kind }, lastMs / 1000),
    ]),
    ...[...probes].flatMap(([probe, { status, latencyMs }]) => [
      metric('nixfleet_agent_probe_passes', { probe }, status === 'pass' ? 1 : 0),
      metric('nixfleet_agent_probe_seconds', { probe }, latencyMs / 1000),
    ]),
    ...(sinceAnswerMs === null ? [] : [metric('nixfleet_agent_silence_seconds', {}, sinceAnswerMs / 1000)]),
  ];
}

function metric(name: string, labels: Readonly<Record<string, string>>, value: number): Metric {
  return { name, labels, value };
}
