import { LOST, type MessageDelay, type MessageKind } from './message-delay.ts';
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
    // Heartbeats draw from a stream of their own: how often they are sent changes nothing else.
    const luck = kind === 'heartbeat' ? this.#world.streams.of(node.name, 'heartbeat') : node.latencyLuck;
    return luck.between(minMs, maxMs) + node.slowLinkMs;
  }

  delay(node: SimulatedHost, what: 'request' | 'answer', kind: MessageKind = 'other'): number {
    const { scenario, faultsOn, now } = this.#world;
    let delayMs = this.latencyOf(node, kind);
    const { faults } = node;
    if (faults !== null) {
      if (faults.cutUntil > now) {
        this.#world.faults.fired('partition', node.name, { lost: what });
        return LOST;
      }
      if ((what === 'request' ? faults.requestsLostUntil : faults.answersLostUntil) > now)
        return this.#lose(node, what);
      if (faults.slowUntil > now) delayMs += faults.slowExtraMs;
    }
    const { requestLost, answerLost } = scenario.rates;
    const chance = what === 'request' ? requestLost : answerLost;
    if (faultsOn && chance > 0 && this.#world.streams.of(node.name, 'loss').happens(chance))
      return this.#lose(node, what);
    return delayMs;
  }

  /** Whether a request arrives a second time. */
  isDuplicated(node: SimulatedHost): boolean {
    const { scenario, faultsOn, now } = this.#world;
    const byScript = node.faults !== null && node.faults.duplicatedUntil > now;
    const { requestDuplicated } = scenario.rates;
    const byChance =
      faultsOn && requestDuplicated > 0 && this.#world.streams.of(node.name, 'loss').happens(requestDuplicated);
    if (!byScript && !byChance) return false;
    this.#world.faults.fired('request-duplicated', node.name, {});
    return true;
  }

  #lose(node: SimulatedHost, what: 'request' | 'answer'): number {
    this.#world.faults.fired(what === 'request' ? 'request-lost' : 'answer-lost', node.name, {});
    return LOST;
  }
}
