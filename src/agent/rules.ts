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

/** A wait of `afterMs` plus a random part of up to `jitterMs`. */
export interface RetryDelay {
  readonly afterMs: number;
  readonly jitterMs: number;
}

/** The result of compacting a backlog. */
export interface CompactedBacklog {
  readonly kept: readonly UndeliveredEvent[];
  /** In rising order. */
  readonly droppedSeqs: readonly number[];
}

/** A record completed from the outbox, and the refusals of the events that did not fit. */
export interface BootRecord {
  readonly record: HostRolloutState;
  readonly refusals: readonly Refusal[];
}

/** A worker to start again, or an event that reports what the boot revealed. */
export type Resumption = LocalFireSwitch | LocalFireRollbackTo | UnnumberedEvent;

/**
 * The rules of an agent (specification: agent, "Rules"), each a pure function. `AGENT_RULES` has the implementations.
 * Tests replace single rules to plant bugs.
 */
export interface AgentRules {
  /** The host machine. */
  readonly step: typeof step;
  /** Rules 2 and 11: the number of a rollout's next event; `null` once 2^53-1 is used. */
  readonly nextSeq: (rollout: AgentRollout) => number | null;
  /** Rule 3: whether to act on a dispatch now. `record` is the one of its rollout. */
  readonly acceptsDispatch: (agent: Agent, record: HostRolloutState | null) => boolean;
  /** Rule 3: whether a switch or a rollback may start now. */
  readonly mayFire: (agent: Agent) => boolean;
  /** Rule 4: the rollout after a delivery report; the same object if the report changes nothing. */
  readonly settleDelivery: (rollout: AgentRollout, report: AgentInputOf<'EventsDelivered'>) => AgentRollout;
  /** Rule 4: how many events the next request holds. */
  readonly batchSize: (batchLimit: number, failedAttempts: number) => number;
  /** Rule 4: how long to wait before retrying after `failedAttempts` attempts without an answer. */
  readonly retryDelay: (retry: RetrySettings, failedAttempts: number) => RetryDelay;
  /** Rule 4: compacts a backlog of more than `maxEvents`. Its first `inFlight` events are in flight. */
  readonly compactBacklog: (
    backlog: readonly UndeliveredEvent[],
    maxEvents: number,
    inFlight: number,
  ) => CompactedBacklog;
  /** Rule 5: the configured probes as they are declared and run. */
  readonly declaredProbes: (definitions: readonly ProbeDefinition[]) => readonly DeclaredProbe[];
  /** Rule 5: whether an outcome belongs to a running probe. */
  readonly acceptsProbeOutcome: (agent: Agent, outcome: AgentInputOf<'ProbeOutcome'>) => boolean;
  /**
   * Rule 5: the events from one run of a probe, in the order to feed them. `previous` is the status of the previous
   * run; `null` for the first since the reset.
   */
  readonly probeEvents: (
    probe: DeclaredProbe,
    previous: ProbeStatus | null,
    outcome: AgentInputOf<'ProbeOutcome'>,
    now: Time,
  ) => readonly UnnumberedEvent[];
  /** Rules 6 and 7: the event that a tick leads to, if any. */
  readonly sweep: (agent: Agent, record: HostRolloutState, policy: RolloutPolicy, now: Time) => UnnumberedEvent | null;
  /** Rule 10: the agent's record after taking over a snapshot; `null` if it keeps its own. */
  readonly takeOverSnapshot: (
    record: HostRolloutState | null,
    snapshot: HostRolloutSnapshot,
  ) => HostRolloutState | null;
  /** Rule 11: whether the agent is still waiting for the answer to its first heartbeat. */
  readonly awaitsAnswer: (agent: Agent, now: Time) => boolean;
  /**
   * Rule 11: the record from before memory was lost. `base` is the control plane's snapshot as a record, or the record
   * in the outbox header; `recovered` has the rollout's events from the outbox.
   */
  readonly bootRecord: (
    base: HostRolloutState,
    recovered: readonly OutboundEvent[],
    policy: RolloutPolicy,
    now: Time,
    reduce: typeof step,
  ) => BootRecord;
  /** Rule 11: whether the machine has rebooted since the host was deferred in this rollout. */
  readonly wasRebooted: (agent: Agent, rollout: AgentRollout) => boolean;
  /** Rule 11: how to resume a record; `null` if there is nothing to do. */
  readonly resumption: (
    agent: Agent,
    record: HostRolloutState,
    policy: RolloutPolicy,
    wasRebooted: boolean,
    now: Time,
  ) => Resumption | null;
}
