import type {
  HostRolloutState,
  LocalEvent,
  LocalFireRollbackTo,
  LocalFireSwitch,
  OutboundEvent,
  ProbeStatus,
  Refusal,
  RolloutPolicy,
  Time,
  step,
} from '../machine/index.ts';
import type { HostRolloutSnapshot } from '../wire/index.ts';
import type { AgentInputOf } from './inputs.ts';
import type { RetrySettings } from './settings.ts';
import type { Agent, AgentRollout, DeclaredProbe, ProbeDefinition, UndeliveredEvent } from './state.ts';

type Unnumbered<Event> = Event extends LocalEvent ? Omit<Event, 'seq'> : never;

/** An event for the agent's own machine before it has a number. A refused event never gets one (rule 2). */
export type UnnumberedEvent = Unnumbered<LocalEvent>;

/** A wait of `afterMs` plus a random part of `jitterMs`. */
export interface RetryDelay {
  readonly afterMs: number;
  readonly jitterMs: number;
}

/** What is left of a backlog that was shortened. */
export interface CompactedBacklog {
  readonly kept: readonly UndeliveredEvent[];
  /** Rising. */
  readonly droppedSeqs: readonly number[];
}

/** A record completed from the outbox, and the refusals of events that did not fit it. */
export interface BootRecord {
  readonly record: HostRolloutState;
  readonly refusals: readonly Refusal[];
}

/** A worker to start again, or an event that reports what the boot has shown. */
export type Resumption = LocalFireSwitch | LocalFireRollbackTo | UnnumberedEvent;

/**
 * The rules of an agent (specification: agent, "Rules"), each a pure function. `AGENT_RULES` holds the implementations;
 * a test replaces one of them to show that a broken rule would be noticed.
 */
export interface AgentRules {
  /** The host machine. */
  readonly step: typeof step;
  /** Rules 2 and 11: the number of a rollout's next event; `null` once 2^53-1 is used. */
  readonly nextSeq: (rollout: AgentRollout) => number | null;
  /** Rule 3: whether a dispatch begins something now. `record` is that of its rollout. */
  readonly acceptsDispatch: (agent: Agent, record: HostRolloutState | null) => boolean;
  /** Rule 3: whether a switch or a rollback may start now. */
  readonly mayFire: (agent: Agent) => boolean;
  /** Rule 4: the rollout after a delivery report; the very same one where the report changes nothing. */
  readonly settleDelivery: (rollout: AgentRollout, report: AgentInputOf<'EventsDelivered'>) => AgentRollout;
  /** Rule 4: how many events the next request holds. */
  readonly batchSize: (batchLimit: number, failedAttempts: number) => number;
  /** Rule 4: how long to wait before an event is sent that got no answer `failedAttempts` times. */
  readonly retryDelay: (retry: RetrySettings, failedAttempts: number) => RetryDelay;
  /** Rule 4: shortens a backlog that is longer than `maxEvents`; its first `inFlight` events are on their way. */
  readonly compactBacklog: (
    backlog: readonly UndeliveredEvent[],
    maxEvents: number,
    inFlight: number,
  ) => CompactedBacklog;
  /** Rule 5: the configured probes as they are declared and run. */
  readonly declaredProbes: (definitions: readonly ProbeDefinition[]) => readonly DeclaredProbe[];
  /** Rule 5: whether an outcome belongs to a probe that runs now. */
  readonly acceptsProbeOutcome: (agent: Agent, outcome: AgentInputOf<'ProbeOutcome'>) => boolean;
  /**
   * Rule 5: the events that one run of a probe yields, in the order in which they are fed. `previous` is how the run
   * before it ended; `null` if this is the first since the reset.
   */
  readonly probeEvents: (
    probe: DeclaredProbe,
    previous: ProbeStatus | null,
    outcome: AgentInputOf<'ProbeOutcome'>,
    now: Time,
  ) => readonly UnnumberedEvent[];
  /** Rules 6 and 7: what a tick decides about the active host, if anything. */
  readonly sweep: (agent: Agent, record: HostRolloutState, policy: RolloutPolicy, now: Time) => UnnumberedEvent | null;
  /** Rule 10: the record that a snapshot makes of the agent's own; `null` if it is not taken over. */
  readonly takeOverSnapshot: (
    record: HostRolloutState | null,
    snapshot: HostRolloutSnapshot,
  ) => HostRolloutState | null;
  /** Rule 11: whether a booted agent still waits for the answer to its heartbeat. */
  readonly awaitsAnswer: (agent: Agent, now: Time) => boolean;
  /**
   * Rule 11: what a record was before memory was lost. `base` is the control plane's snapshot as a record, or the
   * record in the outbox header; `recovered` holds the outbox's events of the rollout.
   */
  readonly bootRecord: (
    base: HostRolloutState,
    recovered: readonly OutboundEvent[],
    policy: RolloutPolicy,
    now: Time,
    reduce: typeof step,
  ) => BootRecord;
  /** Rule 11: whether the machine was rebooted since this rollout's host was deferred. */
  readonly wasRebooted: (agent: Agent, rollout: AgentRollout) => boolean;
  /** Rule 11: how to go on with what was under way; `null` if there is nothing to do. */
  readonly resumption: (
    agent: Agent,
    record: HostRolloutState,
    policy: RolloutPolicy,
    wasRebooted: boolean,
    now: Time,
  ) => Resumption | null;
}
