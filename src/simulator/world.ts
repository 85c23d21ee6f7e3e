import type { AgentCore, AgentManifest } from '../agent/index.ts';
import type { OutstandingDispatch } from '../control-plane/index.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { EventQueue } from './event-queue.ts';
import type { FaultSource } from './fault-source.ts';
import type { ScheduledEvent } from './scheduled-event.ts';
import type { MessageTape } from './message-tape.ts';
import type { MessageDelay } from './message-delay.ts';
import type { Purpose } from './purposes.ts';
import type { RandomStreams } from './random-streams.ts';
import type { RunEvent } from './run-events.ts';
import type { RunMs } from './run-ms.ts';
import type { Scenario } from './scenario.ts';
import type { Span } from './span.ts';
import type { Watch } from './watch.ts';

/** What the nodes of a run share. */
export interface World {
  readonly scenario: Scenario;
  readonly queue: EventQueue<ScheduledEvent>;
  readonly streams: RandomStreams<Purpose>;
  readonly network: MessageDelay;
  readonly faults: FaultSource;
  readonly watch: Watch;
  /** Records the messages of chosen hosts; `null` if not requested. */
  readonly tape: MessageTape | null;
  readonly agentCore: AgentCore;
  /** In order of name. */
  readonly nodes: readonly SimulatedHost[];
  readonly nodeOf: ReadonlyMap<string, SimulatedHost>;
  /** Milliseconds since the start of the run. */
  readonly now: RunMs;
  readonly faultsOn: boolean;
  emit(event: RunEvent): void;
  /** Something is sure to happen until then, so the run goes on at least so long. */
  expect(until: number): void;
  /** The same, of something that was arranged: before it, the run is not over even if every rollout is. */
  schedule(until: number): void;
  /** How long something takes this time. */
  draw(span: Span, owner: string, purpose: Purpose): number;
  manifestOf(node: SimulatedHost, rolloutId: string): AgentManifest | null;
  /** For how many minutes the manifest of a rollout counts after it was signed. */
  freshnessOf(rolloutId: string): number;
  /** The newest release's rollouts of the host's channel. */
  newestManifests(node: SimulatedHost): readonly AgentManifest[];
  /** The host's poll is answered with this. */
  sendDispatch(node: SimulatedHost, dispatch: OutstandingDispatch): void;
}
