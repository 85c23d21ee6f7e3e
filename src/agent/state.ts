import type { HostRolloutState, OutboundEvent, ProbeMode, ProbeStatus, Time } from '../machine/index.ts';
import type { AgentManifest } from '../wire/index.ts';
import type { WorkerReport } from './inputs.ts';
import type { AgentSettings } from './settings.ts';

/** A probe as the host's configuration declares it. */
export interface ProbeDefinition {
  readonly probeName: string;
  readonly kind: string;
  /** `enforce`, `observe` or `disabled`; anything else counts as `enforce`. */
  readonly mode: string;
  readonly intervalSecs: number;
}

/** What an agent starts with. */
export interface AgentConfig {
  readonly hostname: string;
  /** The running closure, until the boot input reports it. */
  readonly runningClosure: string;
  /** In the order in which they are declared and run. Of several with the same name, the first counts. */
  readonly probes: readonly ProbeDefinition[];
  /** Made by `agentSettings()`. Agents can share one value. */
  readonly settings: AgentSettings;
}

/** A configured probe after validation. */
export interface DeclaredProbe {
  readonly probeName: string;
  readonly kind: string;
  readonly mode: ProbeMode;
  readonly intervalMs: number;
}

/** The runs of the declared probes since they were last reset (rule 5). */
export interface ProbeRuns {
  /** Rises with every reset. A result of another generation is stale. */
  readonly generation: number;
  readonly isRunning: boolean;
  /** In the order of `Agent.probes`; `null` before a probe's first run. Empty if probes are not running. */
  readonly statuses: readonly (ProbeStatus | null)[];
}

/** A switch or a rollback that is running on the host. */
export interface Worker {
  readonly kind: 'switch' | 'rollback';
  readonly rolloutId: string;
}

/** An event that the control plane has not answered yet. */
export interface UndeliveredEvent {
  readonly event: OutboundEvent;
  readonly durable: boolean;
}

/** Everything an agent knows about one rollout. */
export interface AgentRollout {
  readonly rolloutId: string;
  /** `null` if the rollout is known only from the outbox and its signed manifest has not arrived. */
  readonly manifest: AgentManifest | null;
  /** `null` while the state of the host is unknown: there was no outbox header, and no snapshot has arrived. */
  readonly record: HostRolloutState | null;
  /** The highest number that was used, or may have been used before a crash. */
  readonly numberedTo: number;
  /** Numbers up to this one may be used without writing the outbox header again. */
  readonly reservedTo: number;
  /** In the order of `seq`. */
  readonly undelivered: readonly UndeliveredEvent[];
  /** How many of `undelivered`, counted from the first, are in the request in flight. */
  readonly inFlight: number;
  /** How many attempts to send the first of `undelivered` got no answer. */
  readonly failedAttempts: number;
  /** The request in flight skipped its wait after failed attempts, because the control plane asked for its events. */
  readonly isHastened: boolean;
  /**
   * The events that were in the outbox at boot, in the order of `seq`, until there is a record to apply them to. An
   * event delivered meanwhile stays here, because a snapshot already in flight may not include it.
   */
  readonly recovered: readonly OutboundEvent[];
  /**
   * The boot of the machine in which the record was last known; for a Deferred record, the boot in which it was
   * deferred. `null` if unknown.
   */
  readonly bootId: string | null;
  /** Counts the rollouts that this host has started, so the newest has the greatest number. `null` if unknown. */
  readonly activation: number | null;
}

/** The phases of an agent's start (rule 11). */
export type AgentPhase =
  /** Before the first input. */
  | 'starting'
  /** Booted. No worker starts until the first heartbeat is answered or times out. */
  | 'awaiting-answer'
  | 'working';

/** Everything an agent knows. Immutable, unless its core works in place. */
export interface Agent {
  readonly hostname: string;
  readonly settings: AgentSettings;
  readonly probes: readonly DeclaredProbe[];
  readonly phase: AgentPhase;
  readonly bootedAt: Time;
  /** The current boot of the machine; empty before the first input. */
  readonly bootId: string;
  /** The running workers: at most one, unless an earlier agent started more. */
  readonly workers: readonly Worker[];
  /** The manifests from the boot input, for later snapshots. */
  readonly manifests: readonly AgentManifest[];
  readonly runningClosure: string;
  /** `-Infinity` before the first heartbeat. Not `null`, because a field that is always a number is cheap to write. */
  readonly heartbeatAt: Time;
  /** Worker reports that arrived before the boot was over, the newest of each kind. */
  readonly heldReports: readonly WorkerReport[];
  /** How many events one request may hold, according to the latest answer to a heartbeat. */
  readonly batchLimit: number;
  /** The rollout that was activated last, which probes and ticks follow (rule 9). */
  readonly activeRolloutId: string | null;
  /** Oldest first. */
  readonly rollouts: readonly AgentRollout[];
  readonly probeRuns: ProbeRuns;
}
