import type { AgentEffectOf, SentEvent } from '../agent/index.ts';
import { noneDelivered, type Post } from './scheduled-event.ts';
import { BOUNCED, LEAST_WAIT_MS } from './network.ts';
import type { MessageContent } from './message-tape.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { Simulation } from './simulation.ts';

const NO_POSTS: readonly Post[] = [];

/** A host's event requests in flight: at most one per rollout. */
export class HostPosts {
  #posts: readonly Post[] = NO_POSTS;

  send(world: Simulation, node: SimulatedHost, effect: AgentEffectOf<'SendEvents'>): void {
    const { rolloutId, events, afterMs, jitterMs } = effect;
    const post: Post = {
      type: 'Post',
      rolloutId,
      inputs: events.map((event) => ({
        type: 'EventReceived',
        envelope: { hostname: node.name, rolloutId, event, signature: null },
      })),
    };
    // Nearly always there is only one.
    if (this.#posts.length === 0) this.#posts = [post];
    else this.#posts = [...this.#posts.filter((other) => other.rolloutId !== rolloutId), post];
    if (afterMs === 0 && jitterMs === 0) return this.due(world, node, post);
    const jitter = jitterMs > 0 ? world.streams.of(node.name, 'retry').between(0, Math.floor(jitterMs)) : 0;
    node.later(afterMs + jitter, { type: 'PostDue', post });
  }

  /** The wait before sending is over. */
  due(world: Simulation, node: SimulatedHost, post: Post): void {
    if (!this.#posts.includes(post)) return;
    const delay = world.network.delay(node, 'request');
    const content = () => contentOf(post);
    world.tape?.request(world.now, node.name, delay, content);
    if (delay < 0) {
      const afterMs = unansweredAfterMs(world, node, delay);
      return node.later(afterMs, { type: 'PostAnswered', post, events: noneDelivered(post) });
    }
    node.later(delay, post);
    if (!world.network.isDuplicated(node)) return;
    world.tape?.request(world.now, node.name, delay + 1, content, true);
    node.later(delay + 1, post);
  }

  answered(world: Simulation, node: SimulatedHost, post: Post, events: readonly SentEvent[]): void {
    if (!this.#posts.includes(post)) return;
    this.#posts = this.#posts.length === 1 ? NO_POSTS : this.#posts.filter((other) => other !== post);
    world.watch.onDelivered(node, post.rolloutId, events);
    node.feed({ type: 'EventsDelivered', rolloutId: post.rolloutId, events });
    if (node.agent !== null && node.disk.isEmpty && this.#posts.length === 0) world.watch.onRest(node);
  }

  /** The process that waits for answers is gone. */
  end(): void {
    this.#posts = NO_POSTS;
  }
}

const contentOf = ({ rolloutId, inputs }: Post): MessageContent => ({
  type: 'events',
  rolloutId,
  events: inputs.map(({ envelope }) => envelope.event),
});

/** How long until an agent gives up on a request. */
export function unansweredAfterMs({ network, scenario }: Simulation, node: SimulatedHost, delay: number): number {
  const afterMs = delay === BOUNCED ? 2 * network.latencyOf(node, 'other') : scenario.network.requestTimeoutMs;
  return Math.max(afterMs, LEAST_WAIT_MS);
}
