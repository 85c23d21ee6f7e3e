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

/** What one agent is started with. */
export interface AgentConfig {
  readonly hostname: string;
  /** The closure that the host runs, until the boot input says better. */
  readonly runningClosure: string;
  /** In the order in which they are declared and run. Of several with one name the first counts. */
  readonly probes: readonly ProbeDefinition[];
  /** One value can serve a whole fleet: `agentSettings()` makes it. */
  readonly settings: AgentSettings;
}

/** A configured probe, made safe to run. */
export interface DeclaredProbe {
  readonly probeName: string;
  readonly kind: string;
  readonly mode: ProbeMode;
  readonly intervalMs: number;
}

/** The runs of the declared probes since they were last reset (rule 5). */
export interface ProbeRuns {
  /** Rises with every reset; a result of another generation is stale. */
  readonly generation: number;
  readonly isRunning: boolean;
  /** In the order of `Agent.probes`; `null` before a probe's first run. Empty while none run. */
  readonly statuses: readonly (ProbeStatus | null)[];
}

/** A switch or a rollback that is under way on the host. */
export interface Worker {
  readonly kind: 'switch' | 'rollback';
  readonly rolloutId: string;
}

/** An event that the control plane has not answered yet. */
export interface UndeliveredEvent {
  readonly event: OutboundEvent;
  readonly durable: boolean;
}

/** All that an agent knows of one rollout. */
export interface AgentRollout {
  readonly rolloutId: string;
  /** `null` while only the outbox names this rollout, and no signed manifest has been seen. */
  readonly manifest: AgentManifest | null;
  /** `null` while the state of the host is unknown: there was no outbox header, and no snapshot has come. */
  readonly record: HostRolloutState | null;
  /** The highest number that was used, or may have been before a crash. */
  readonly numberedTo: number;
  /** Numbers up to this one may be used without writing the outbox header again. */
  readonly reservedTo: number;
  /** In the order of `seq`. */
  readonly undelivered: readonly UndeliveredEvent[];
  /** How many of `undelivered`, from the first, are in the request that is in flight. */
  readonly inFlight: number;
  /** How often the first of `undelivered` got no answer. */
  readonly failedAttempts: number;
  /** The request in flight does not wait after the failed attempts: the control plane has asked for its events. */
  readonly isHastened: boolean;
  /**
   * What the outbox held at boot, in the order of `seq`, until there is a record to apply it to. An event that is
   * delivered meanwhile may still be missing from a snapshot that was already in flight.
   */
  readonly recovered: readonly OutboundEvent[];
  /**
   * The boot of the machine that the record was last known in; of a Deferred record, the one in which it was deferred.
   * `null` where that is not known.
   */
  readonly bootId: string | null;
}

/** Where an agent is between its start and its work (rule 11). */
export type AgentPhase =
  /** Nothing has been fed yet. */
  | 'starting'
  /** Booted; no worker starts before the first heartbeat is answered or given up. */
  | 'awaiting-answer'
  | 'working';

/**
 * The one empty list, so that a hundred thousand agents at rest do not each have their own. Not frozen: V8 allocates at every step of a loop over a frozen one.
 */
export const NOTHING: readonly never[] = [];

/** Everything that an agent knows. A value: it is never changed, only replaced. */
export interface Agent {
  readonly hostname: string;
  readonly settings: AgentSettings;
  readonly probes: readonly DeclaredProbe[];
  readonly phase: AgentPhase;
  readonly bootedAt: Time;
  /** The machine's present boot; empty before the first input. */
  readonly bootId: string;
  /** What runs on the host now: at most one, unless an earlier agent started more. */
  readonly workers: readonly Worker[];
  /** The manifests that came with the boot, for snapshots that follow. */
  readonly manifests: readonly AgentManifest[];
  readonly runningClosure: string;
  /** `-Infinity` before the first, and not `null`: a field that stays a number is cheap to write at every heartbeat. */
  readonly heartbeatAt: Time;
  /** Reports of workers that came before the boot was over, the newest of each kind. */
  readonly heldReports: readonly WorkerReport[];
  /** How many events one request may hold, by the newest answer to a heartbeat. */
  readonly batchLimit: number;
  /** The rollout activated last, which probes and ticks follow (rule 9). */
  readonly activeRolloutId: string | null;
  /** Oldest first. */
  readonly rollouts: readonly AgentRollout[];
  readonly probeRuns: ProbeRuns;
}
