import type { SimulatedHost } from './simulated-host.ts';
import type { Simulation } from './simulation.ts';

/** The delay of a message that never arrives. */
export const LOST = -1;
/** Something on the way, such as a proxy, answers in place of the control plane. */
export const BOUNCED = -2;

/** The shortest wait between retries: with waits of zero, time would stand still. */
export const LEAST_WAIT_MS = 100;

export type MessageKind = 'heartbeat' | 'other';

/**
 * The network between agents and the control plane. As with HTTP, requests and answers may be lost, and a request may
 * arrive twice. The sender notices a loss only by its timeout.
 */
export class Network {
  readonly #world: Simulation;

  constructor(world: Simulation) {
    this.#world = world;
  }

  /** Draws the delay of a message without faults, in milliseconds, from the host's own random stream. */
  latencyOf(node: SimulatedHost, kind: MessageKind): number {
    const { minMs, maxMs } = this.#world.scenario.network.latency;
    if (minMs === maxMs) return minMs + node.slowLinkMs;
    return (kind === 'heartbeat' ? node.heartbeatRandom : node.latencyRandom).between(minMs, maxMs) + node.slowLinkMs;
  }

  /** The same with faults; `LOST` if the message never arrives, `BOUNCED` if something on the way answers. */
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
