import type { OutboundEvent, ProbeMode, ProbeStatus, Time } from '../machine/events.ts';
import type { HostRolloutState } from '../machine/record.ts';
import type { AgentManifest } from './agent-manifest.ts';
import type { AgentSettings } from './agent-settings.ts';
import type { DispatchInput } from './agent-inputs.ts';

/** A probe of the host's configuration, made safe to run. */
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
  /** In the order of `Agent.probes`; `null` before a probe's first run. */
  readonly statuses: readonly (ProbeStatus | null)[];
}

/** An event that waits for the control plane's answer. */
export interface UndeliveredEvent {
  readonly event: OutboundEvent;
  readonly durable: boolean;
}

/** All that an agent knows of one rollout. */
export interface AgentRollout {
  readonly rolloutId: string;
  /** `null` while only the outbox speaks of this rollout, and no signed manifest has been seen. */
  readonly manifest: AgentManifest | null;
  /** `null` while what happened on this host is not known: the outbox did not tell, and no snapshot has come. */
  readonly record: HostRolloutState | null;
  /** The highest number that was used, or may have been before a crash. */
  readonly numberedTo: number;
  /** Numbers up to this one may be used without writing the outbox header again. */
  readonly reservedTo: number;
  /** In the order of `seq`; the first is the one under way. */
  readonly undelivered: readonly UndeliveredEvent[];
  /** How often the first of `undelivered` got no answer. */
  readonly failedAttempts: number;
  /**
   * What the outbox held at boot, in the order of `seq`, until there is a record to apply it to: an event that is
   * delivered meanwhile may still be missing from the snapshot that was under way then.
   */
  readonly recovered: readonly OutboundEvent[];
}

/** Where an agent is between its start and its work (rule 11). */
export type AgentPhase =
  /** Nothing has been fed yet. */
  | 'starting'
  /** Booted; no worker starts before the first heartbeat is answered or given up. */
  | 'awaiting-answer'
  | 'working';

/** The one empty list, so that a hundred thousand agents at rest do not each have their own. */
export const NOTHING: readonly never[] = Object.freeze([]);

/** Everything that an agent knows. A value: it is never changed, only replaced. */
export interface Agent {
  readonly hostname: string;
  readonly settings: AgentSettings;
  readonly probes: readonly DeclaredProbe[];
  readonly phase: AgentPhase;
  readonly bootedAt: Time;
  /** Whether this life of the agent began with a restart of the machine. */
  readonly rebooted: boolean;
  /** Those that the boot was told, for the snapshots that come. */
  readonly manifests: readonly AgentManifest[];
  readonly runningClosure: string;
  /** `-Infinity` before the first, and not `null`: a number that stays one is written in place, at every heartbeat. */
  readonly heartbeatAt: Time;
  /** The newest dispatch that came before the boot was over. */
  readonly heldDispatch: DispatchInput | null;
  /** The rollout activated last, which probes and ticks follow (rule 9). */
  readonly activeRolloutId: string | null;
  /** Oldest first. */
  readonly rollouts: readonly AgentRollout[];
  readonly probeRuns: ProbeRuns;
}
