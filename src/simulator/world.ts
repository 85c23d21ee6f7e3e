import type { AgentCore, AgentManifest } from '../agent/index.ts';
import type { OutstandingDispatch } from '../control-plane/index.ts';
import type { AgentNode } from './agent-node.ts';
import type { EventQueue } from './event-queue.ts';
import type { Faults } from './faults.ts';
import type { Happening } from './happenings.ts';
import type { Network } from './network.ts';
import type { Purpose } from './purposes.ts';
import type { RandomStreams } from './random-streams.ts';
import type { RunEvent } from './run-events.ts';
import type { Scenario, Span } from './scenario.ts';
import type { Watch } from './watch.ts';

/** What the nodes of a run share. */
export interface World {
  readonly scenario: Scenario;
  readonly queue: EventQueue<Happening>;
  readonly streams: RandomStreams<Purpose>;
  readonly network: Network;
  readonly faults: Faults;
  readonly watch: Watch;
  readonly agentCore: AgentCore;
  /** In order of name. */
  readonly nodes: readonly AgentNode[];
  readonly nodeOf: ReadonlyMap<string, AgentNode>;
  /** Milliseconds since the start of the run. */
  readonly now: number;
  readonly faultsOn: boolean;
  emit(event: RunEvent): void;
  /** Something is sure to happen until then, so the run goes on at least so long. */
  expect(until: number): void;
  /** The same, of something that was arranged: before it, the run is not over even if every rollout is. */
  schedule(until: number): void;
  /** How long something takes this time. */
  draw(span: Span, owner: string, purpose: Purpose): number;
  manifestOf(node: AgentNode, rolloutId: string): AgentManifest | null;
  /** The newest release's rollouts of the host's channel. */
  newestManifests(node: AgentNode): readonly AgentManifest[];
  /** The host's poll is answered with this. */
  sendDispatch(node: AgentNode, dispatch: OutstandingDispatch): void;
}
