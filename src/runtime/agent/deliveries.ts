import type { AgentEffectOf, AgentInputOf, SentEvent } from '../../agent/index.ts';
import type { Envelope, EventDelivery } from '../../wire/index.ts';
import { asError } from '../shared/runtime-problem.ts';
import type { HostLink } from './link.ts';
import type { EventsPosted, Transport } from './ports.ts';

/** Sends events: one request at a time for each rollout (specification: agent, rule 4). */
export class Deliveries {
  readonly #hostname: string;
  readonly #transport: Transport;
  readonly #link: HostLink;
  readonly #feed: (report: AgentInputOf<'EventsDelivered'>) => void;
  readonly #onDelivery: (outcome: EventDelivery['outcome']) => void;
  readonly #inFlight = new Map<string, AbortController>();

  constructor(
    hostname: string,
    transport: Transport,
    link: HostLink,
    feed: (report: AgentInputOf<'EventsDelivered'>) => void,
    onDelivery: (outcome: EventDelivery['outcome']) => void,
  ) {
    this.#hostname = hostname;
    this.#transport = transport;
    this.#link = link;
    this.#feed = feed;
    this.#onDelivery = onDelivery;
  }

  send(effect: AgentEffectOf<'SendEvents'>): void {
    const { rolloutId } = effect;
    this.#inFlight.get(rolloutId)?.abort();
    const request = new AbortController();
    this.#inFlight.set(rolloutId, request);
    void this.#deliver(effect, request.signal);
  }

  stop(): void {
    for (const request of this.#inFlight.values()) request.abort();
    this.#inFlight.clear();
  }

  async #deliver(
    { rolloutId, events, afterMs, jitterMs }: AgentEffectOf<'SendEvents'>,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#link.waitToAsk(afterMs + this.#link.jitter(jitterMs), signal);
    if (signal.aborted) return;
    const envelopes = events.map((event) => ({ hostname: this.#hostname, rolloutId, event, signature: null }));
    const { deliveries, retryAfterMs } = await this.#post(envelopes, signal);
    // A newer request for this rollout has replaced this one, and only that one is reported.
    if (signal.aborted) return;
    this.#inFlight.delete(rolloutId);
    for (const { outcome } of deliveries) this.#onDelivery(outcome);
    const silent = deliveries.find((delivery) => delivery.outcome === 'not-delivered');
    if (silent === undefined) this.#link.noteAnswer();
    else this.#link.noteNoAnswer(silent.reason, retryAfterMs);
    const sent = events.map(({ seq }, at): SentEvent => ({ seq, outcome: outcomeAt(deliveries, at) }));
    this.#feed({ type: 'EventsDelivered', rolloutId, events: sent });
  }

  async #post(envelopes: readonly Envelope[], signal: AbortSignal): Promise<EventsPosted> {
    try {
      return await this.#transport.postEvents(envelopes, signal);
    } catch (error) {
      const reason = asError(error).message;
      return { deliveries: envelopes.map(() => ({ outcome: 'not-delivered', reason })), retryAfterMs: null };
    }
  }
}

/** Events without a reported outcome count as not delivered. */
function outcomeAt(deliveries: readonly EventDelivery[], at: number): EventDelivery['outcome'] {
  return deliveries[at]?.outcome ?? 'not-delivered';
}
