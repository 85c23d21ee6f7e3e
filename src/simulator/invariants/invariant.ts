import type { AgentEffectOf, AgentRollout } from '../../agent/index.ts';
import type { ControlPlane, ControlPlaneEffect, EventAnswer } from '../../control-plane/index.ts';
import type { HostEvent, HostRolloutState } from '../../machine/index.ts';
import type { Envelope, Heartbeat } from '../../wire/index.ts';
import type { Work, WorkResult } from '../work.ts';
import type { SimulatedHost } from '../simulated-host.ts';
import type { Ledger } from '../ledger.ts';
import type { Scenario } from '../scenario.ts';
import type { InvariantName } from './invariant-names.ts';

/** What an invariant may read. The ledger is in its state before the watched effect. */
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

/** Watchers for the control plane effects that an invariant is about. */
export type EffectWatches = {
  readonly [Type in ControlPlaneEffect['type']]?: (
    effect: Extract<ControlPlaneEffect, { readonly type: Type }>,
  ) => void;
};

/**
 * A statement that always holds (specification: control-plane, "Always true"), as the hooks that check it. Each looks
 * only at what just happened, so that the cost per event does not depend on the size of the fleet.
 */
export interface Invariant {
  /** An accepted event of an agent's machine. */
  readonly agentStep?: (node: SimulatedHost, event: HostEvent, after: HostRolloutState) => void;
  /** An agent handled an input that changed its knowledge of a rollout. */
  readonly agentTurn?: (node: SimulatedHost, before: readonly AgentRollout[], after: readonly AgentRollout[]) => void;
  /** An accepted event of the control plane's machine. */
  readonly controlPlaneStep?: (before: HostRolloutState, event: HostEvent, after: HostRolloutState) => void;
  readonly effects?: EffectWatches;
  /** An agent wrote an event into its outbox. */
  readonly emitted?: (node: SimulatedHost, effect: AgentEffectOf<'LocalEmitEvent'>) => void;
  /** An agent removes an event from its outbox. */
  readonly forgotten?: (node: SimulatedHost, effect: AgentEffectOf<'RemoveFromOutbox'>) => void;
  /** An agent starts a switch or a rollback; `node.work` is what already runs. */
  readonly workStarted?: (node: SimulatedHost, work: Work) => void;
  /** A switch or a rollback has ended and reports. */
  readonly workEnded?: (node: SimulatedHost, work: Work, result: WorkResult) => void;
  /** Every effect of an input was performed, and the agent is still running. */
  readonly turnPerformed?: (node: SimulatedHost) => void;
  /** A heartbeat has arrived, and the control plane is about to handle it. */
  readonly heard?: (node: SimulatedHost, heartbeat: Heartbeat) => void;
  /** The control plane answered an event. */
  readonly answered?: (node: SimulatedHost, envelope: Envelope, answer: EventAnswer) => void;
  /** The outbox of a host became empty: nothing of it is undelivered. */
  readonly atRest?: (node: SimulatedHost) => void;
  /** The control plane's turn is over, and the ledger is up to date. */
  readonly turnEnded?: () => void;
  /** An agent lost its disk. */
  readonly diskLost?: (node: SimulatedHost) => void;
  readonly databaseLost?: () => void;
  /** The run is over, and the host is on. */
  readonly runEnded?: (node: SimulatedHost) => void;
}

export type MakeInvariant = (context: InvariantContext) => Invariant;
