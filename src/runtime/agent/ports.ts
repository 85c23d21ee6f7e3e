import type { AgentManifest, OutboxEntry, OutboxHeader, ProbeTask } from '../../agent/index.ts';
import type { ProbeStatus, ProbeSubResult } from '../../machine/index.ts';
import type { Dispatch, Envelope, EventDelivery, Heartbeat, HeartbeatAnswer } from '../../wire/index.ts';
import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import type { HostTraces } from '../shared/traces.ts';

type Done = void | Promise<void>;

/** The contents of an outbox at boot. */
export interface OutboxContents {
  readonly entries: readonly OutboxEntry[];
  readonly headers: readonly OutboxHeader[];
}

/**
 * Undelivered events and the headers of rollouts, on disk (specification: agent, rules 4 and 11). Calls come one at a
 * time and are awaited. One that fails stops the agent, which then calls nothing but `close`.
 */
export interface Outbox {
  /** Reads its contents, and makes sure that it is writable. Rejects if another agent has it open. */
  readonly open: () => OutboxContents | Promise<OutboxContents>;
  /** If the entry is durable, it and everything before it is on disk when this returns. */
  readonly append: (entry: OutboxEntry) => Done;
  /** May be lost in a crash: the event is then sent again. */
  readonly remove: (rolloutId: string, seq: number) => Done;
  /** Replaces the rollout's header. It is on disk when this returns. */
  readonly writeHeader: (header: OutboxHeader) => Done;
  /** Removes the rollout's header and entries. */
  readonly removeHeader: (rolloutId: string) => Done;
  readonly close: () => Done;
}

/** The control plane itself did not answer. */
export interface Unanswered {
  readonly answered: false;
  /** For a person. */
  readonly reason: string;
  /** How long a proxy asked to wait; `null` if none did. */
  readonly retryAfterMs: number | null;
}

/** The result of sending events. */
export interface EventsPosted {
  /** One per envelope, in order. */
  readonly deliveries: readonly EventDelivery[];
  readonly retryAfterMs: number | null;
}

/** The control plane answered a heartbeat. */
export interface HeartbeatReply {
  readonly answered: true;
  readonly answer: HeartbeatAnswer;
  /** How many events one request may hold. */
  readonly batchLimit: number;
}

/** The control plane answered a poll. */
export interface PollReply {
  readonly answered: true;
  /** `null` if there is nothing to do. */
  readonly dispatch: Dispatch | null;
}

/** The way to the control plane (specification: wire). Requests may overlap. An aborted one may settle in any way. */
export interface Transport {
  /** One envelope is posted as an object, several as a list. */
  readonly postEvents: (envelopes: readonly Envelope[], signal: AbortSignal) => Promise<EventsPosted>;
  readonly heartbeat: (heartbeat: Heartbeat, signal: AbortSignal) => Promise<HeartbeatReply | Unanswered>;
  /** The control plane holds the request until there is something to do, or for 60 s. */
  readonly poll: (hostname: string, signal: AbortSignal) => Promise<PollReply | Unanswered>;
  readonly close: () => Done;
}

/** A switch or a rollback. */
export interface Job {
  readonly kind: 'switch' | 'rollback';
  readonly rolloutId: string;
  /** What is to run. */
  readonly closure: string;
}

/** How a job ended. `exitCode` is `null` if a signal ended its process. */
export type JobOutcome =
  | { readonly type: 'done'; readonly exitCode: number | null }
  /** Deferred to the next boot, because of this component. */
  | { readonly type: 'deferred'; readonly component: string }
  | { readonly type: 'failed'; readonly exitCode: number | null; readonly stderrTail: string };

/** A job started by this agent or an earlier one. */
export interface StartedJob {
  readonly job: Job;
  /** Never rejects. Settles at once if the job has already ended. */
  readonly ended: Promise<JobOutcome>;
}

/** Runs jobs that outlive the agent: a switch may restart it. */
export interface Activation {
  /** Jobs of earlier agents that are still running, or whose outcome no agent has acknowledged. */
  readonly recover: () => readonly StartedJob[] | Promise<readonly StartedJob[]>;
  /**
   * Starts a job. When this returns, the job is running or its outcome can be recovered, even if this process is
   * killed. If another job is running, the outcome is `failed`, and nothing was started.
   */
  readonly start: (job: Job) => StartedJob | Promise<StartedJob>;
  /** Marks an outcome as stored by the agent, so it need not be recovered again. */
  readonly acknowledge: (job: Job) => Done;
  /** Stops waiting. Jobs keep running. */
  readonly close: () => Done;
}

/** How one run of a probe ended. */
export interface ProbeResult {
  readonly status: ProbeStatus;
  /** For a person; `null` if it passed. */
  readonly failureReason: string | null;
  /** The controls of an evidence probe. */
  readonly subResults: readonly ProbeSubResult[] | null;
}

/** Runs the health checks of this host. */
export interface ProbeRunner {
  /** Runs a probe once, limited by its own timeout and by `signal`. Runs of different probes may overlap. */
  readonly run: (probe: ProbeTask, signal: AbortSignal) => Promise<ProbeResult>;
}

/** The agent's machine. */
export interface RunningSystem {
  /** The running closure. */
  readonly runningClosure: () => string | Promise<string>;
  /** Changes with every reboot of the machine, and only then. */
  readonly bootId: () => string | Promise<string>;
}

/** The host's part of rollout manifests, with verified signatures. */
export interface HostManifests {
  /** This host's part of the signed manifest; `null` if there is none, or the host is not in it. */
  readonly manifestOf: (rolloutId: string) => AgentManifest | null | Promise<AgentManifest | null>;
  /** One for every known rollout with this host. */
  readonly all: () => readonly AgentManifest[] | Promise<readonly AgentManifest[]>;
}

/** Where logs, metrics and traces go. Must not throw. */
export interface Telemetry {
  readonly log: Log;
  /** A metric that the core emits. `agentMetricsOf` has the others. */
  readonly metric: (name: string, labels: Readonly<Record<string, string>>, value: number) => void;
  /** Such as `openTelemetryTraces()`. */
  readonly trace?: HostTraces;
}

/** The ports of an agent. A program may supply its own. */
export interface AgentPorts {
  readonly outbox: Outbox;
  readonly transport: Transport;
  readonly activation: Activation;
  readonly probes: ProbeRunner;
  readonly system: RunningSystem;
  readonly manifests: HostManifests;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}
