import { BOUNCED, LOST, type MessageDelay, type MessageKind } from './message-delay.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { World } from './world.ts';

/**
 * The way between agents and the control plane. Requests and answers, as HTTP has them: either may be lost on the way,
 * and a request may arrive twice. What is lost is noticed by the sender's timeout alone.
 */
export class Network implements MessageDelay {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  latencyOf(node: SimulatedHost, kind: MessageKind): number {
    const { minMs, maxMs } = this.#world.scenario.network.latency;
    if (minMs === maxMs) return minMs + node.slowLinkMs;
    return (kind === 'heartbeat' ? node.heartbeatRandom : node.latencyRandom).between(minMs, maxMs) + node.slowLinkMs;
  }

  delay(node: SimulatedHost, what: 'request' | 'answer', kind: MessageKind = 'other'): number {
    let delayMs = this.latencyOf(node, kind);
    const { faults } = node;
    if (faults !== null && faults.links.length > 0) {
      for (const { untilMs, pass } of faults.links) {
        if (untilMs > this.#world.now) delayMs = pass(what, delayMs);
        if (delayMs < 0) return delayMs;
      }
    }
    if (this.#world.faults.losesMessage(node, what)) return LOST;
    return what === 'request' && this.#world.faults.bouncesRequest(node) ? BOUNCED : delayMs;
  }

  /** Whether a request arrives a second time. */
  isDuplicated(node: SimulatedHost, kind: MessageKind = 'other'): boolean {
    return this.#world.faults.duplicatesRequest(node, kind);
  }
}
