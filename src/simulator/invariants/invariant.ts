import type { AgentEffectOf, AgentRollout } from '../../agent/index.ts';
import type { ControlPlane, ControlPlaneEffect, EventAnswer } from '../../control-plane/index.ts';
import type { HostEvent, HostRolloutState } from '../../machine/index.ts';
import type { Envelope, Heartbeat } from '../../wire/index.ts';
import type { Work, WorkResult } from '../work.ts';
import type { SimulatedHost } from '../simulated-host.ts';
import type { Ledger } from '../ledger.ts';
import type { Scenario } from '../scenario.ts';
import type { InvariantName } from './invariant-names.ts';

/** What an invariant may look at. The ledger is as it was before the effect that is being watched. */
export interface InvariantContext {
  readonly scenario: Scenario;
  readonly ledger: Ledger;
  readonly controlPlane: () => ControlPlane;
  /** `null` if there is no such host. */
  readonly nodeOf: (host: string) => SimulatedHost | null;
  /** The index of a host's node. */
  readonly indexOf: (host: string) => number;
  readonly broken: (invariant: InvariantName, host: string | null, rollout: string | null, message: string) => void;
}

/** Watches for each effect of the control plane that an invariant is about. */
export type EffectWatches = {
  readonly [Type in ControlPlaneEffect['type']]?: (
    effect: Extract<ControlPlaneEffect, { readonly type: Type }>,
  ) => void;
};

/**
 * One statement that always holds (specification: control-plane, "Always true"), as the moments at which it is looked
 * at. Each looks at what just happened and no further, so that checking at every event costs the same in every fleet.
 */
export interface Invariant {
  /** An accepted event of an agent's machine. */
  readonly agentStep?: (node: SimulatedHost, event: HostEvent, after: HostRolloutState) => void;
  /** An agent has taken an input that changed what it knows of some rollout. */
  readonly agentTurn?: (node: SimulatedHost, before: readonly AgentRollout[], after: readonly AgentRollout[]) => void;
  /** An accepted event of the control plane's machine. */
  readonly controlPlaneStep?: (before: HostRolloutState, event: HostEvent, after: HostRolloutState) => void;
  readonly effects?: EffectWatches;
  /** An agent wrote an event into its outbox. */
  readonly emitted?: (node: SimulatedHost, effect: AgentEffectOf<'LocalEmitEvent'>) => void;
  /** An agent removes an event from its outbox. */
  readonly forgotten?: (node: SimulatedHost, effect: AgentEffectOf<'RemoveFromOutbox'>) => void;
  /** An agent starts a switch or a rollback; `node.work` is what runs already. */
  readonly workStarted?: (node: SimulatedHost, work: Work) => void;
  /** A switch or a rollback has ended and reports. */
  readonly workEnded?: (node: SimulatedHost, work: Work, result: WorkResult) => void;
  /** Every effect of an input was performed, and the agent is still there. */
  readonly turnPerformed?: (node: SimulatedHost) => void;
  /** A heartbeat has arrived, and the control plane is about to take it. */
  readonly heard?: (node: SimulatedHost, heartbeat: Heartbeat) => void;
  /** The control plane answered an event. */
  readonly answered?: (node: SimulatedHost, envelope: Envelope, answer: EventAnswer) => void;
  /** The outbox of a host became empty: nothing of it is undelivered. */
  readonly atRest?: (node: SimulatedHost) => void;
  /** The control plane's turn is over, and the ledger is up to date. */
  readonly turnEnded?: () => void;
  /** What an agent had written is gone. */
  readonly diskLost?: (node: SimulatedHost) => void;
  readonly databaseLost?: () => void;
  /** The run is over, and the host is on. */
  readonly runEnded?: (node: SimulatedHost) => void;
}

export type MakeInvariant = (context: InvariantContext) => Invariant;
