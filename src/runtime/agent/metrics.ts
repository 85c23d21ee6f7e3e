import { createServer, type Server } from 'node:http';
import type { Agent } from '../../agent/index.ts';
import type { EmitMetric } from '../../machine/index.ts';
import type { EventDelivery } from '../../wire/index.ts';
import { counter, gauge, PROMETHEUS_TYPE, prometheusText, type MetricHelp } from '../shared/prometheus.ts';
import type { Job } from './ports.ts';
import type { MeasuredDurations, ProbeStats } from './stats.ts';

/** An agent's figures at one moment. */
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

/** One value, for one combination of labels. */
type Metric = Pick<EmitMetric, 'name' | 'labels' | 'value'>;

/**
 * An agent's metrics: the size and age of its outbox; deliveries by outcome; the count and duration of switches and
 * rollbacks; its probes; and how long the control plane has been silent. Labels name only outcomes, kinds and
 * configured probes, so their number does not grow over time.
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

const METRIC_HELPS: Readonly<Record<string, MetricHelp>> = {
  nixfleet_agent_outbox_events: gauge('Events that the control plane has not accepted yet.'),
  nixfleet_agent_outbox_oldest_seconds: gauge('How long the oldest of them has waited.'),
  nixfleet_agent_deliveries_total: counter('Events that were sent, by outcome.'),
  nixfleet_agent_jobs_total: counter('Switches and rollbacks that have ended.'),
  nixfleet_agent_job_seconds_total: counter('How long switches and rollbacks took, in total.'),
  nixfleet_agent_job_last_seconds: gauge('How long the last one took.'),
  nixfleet_agent_probe_passes: gauge('1 if the last run of the probe passed.'),
  nixfleet_agent_probe_seconds: gauge('How long the last run of the probe took.'),
  nixfleet_agent_silence_seconds: gauge('Time since the last answer of the control plane.'),
};

/**
 * A server for an agent's metrics, at `/metrics`, and its health, at `/healthz`. It is not listening yet.
 *
 * @param standing `null` while the agent has not booted
 */
export function metricsServer(standing: () => AgentStanding | null): Server {
  const limits = { headersTimeout: TIMEOUT_MS, requestTimeout: TIMEOUT_MS };
  return createServer(limits, ({ method, url }, response) => {
    response.setHeader('connection', 'close');
    if (method !== 'GET') return response.writeHead(405, { allow: 'GET' }).end();
    if (url !== '/healthz' && url !== '/metrics') return response.writeHead(404).end();
    const now = standing();
    if (now === null) return response.writeHead(503).end('starting\n');
    if (url === '/healthz') return response.end('ok\n');
    return response.setHeader('content-type', PROMETHEUS_TYPE).end(prometheusText(agentMetricsOf(now), METRIC_HELPS));
  });
}

const TIMEOUT_MS = 5000;
