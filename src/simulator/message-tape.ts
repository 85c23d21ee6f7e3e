import type { SentEvent } from '../agent/index.ts';
import type { Heartbeat } from '../wire/index.ts';
import type { HostState, OutboundEvent } from '../machine/index.ts';
import { BOUNCED } from './network.ts';
import { asRunMs, type RunMs } from './run-ms.ts';

/** The content of a message. */
export type MessageContent =
  | { readonly type: 'events'; readonly rolloutId: string; readonly events: readonly OutboundEvent[] }
  /** The outcome of each event: `not-delivered` if the control plane did not take the request. */
  | { readonly type: 'events-answer'; readonly rolloutId: string; readonly events: readonly SentEvent[] }
  | {
      readonly type: 'heartbeat';
      readonly currentClosure: string | null;
      readonly rollouts: readonly {
        readonly rolloutId: string;
        readonly state: HostState;
        readonly lastEventSeq: number;
      }[];
    }
  | {
      readonly type: 'heartbeat-answer';
      /** The agent should send every event after this `seq` again; `null` asks for none. */
      readonly replayFrom: number | null;
      /** The rollouts for which the agent should start a record. */
      readonly bootstrapped: readonly string[];
    }
  | { readonly type: 'poll' }
  | { readonly type: 'dispatch'; readonly rolloutId: string; readonly targetClosure: string };

/** `bounced`: an intermediary answered instead. `unanswered`: nothing was listening at the other end. */
export type MessageFate = 'arrived' | 'lost' | 'bounced' | 'unanswered';

/** A message between a host and the control plane. */
export interface RunMessage {
  readonly sentRunMs: RunMs;
  /** When it arrived; `null` if it never did. */
  readonly arrivedRunMs: RunMs | null;
  readonly hostname: string;
  readonly from: 'agent' | 'control-plane';
  readonly fate: MessageFate;
  /** The network delivered it a second time. */
  readonly isDuplicate: boolean;
  readonly content: MessageContent;
}

/** The messages of the requested hosts. */
export interface RecordedMessages {
  readonly hostnames: readonly string[];
  /** In the order in which they were sent. */
  readonly messages: readonly RunMessage[];
  /** How many more there were. */
  readonly leftOut: number;
}

/** The content of a heartbeat, as far as it is shown. */
export const heartbeatContent = ({ currentClosure, rollouts }: Heartbeat): MessageContent => ({
  type: 'heartbeat',
  currentClosure,
  rollouts: rollouts.map(({ rolloutId, state, lastEventSeq }) => ({ rolloutId, state, lastEventSeq })),
});

/** Further messages are only counted. */
const MAX_MESSAGES = 50_000;

/** Records the messages of chosen hosts. It does not affect the run. */
export class MessageTape {
  readonly #hostnames: ReadonlySet<string>;
  readonly #messages: RunMessage[] = [];
  #leftOut = 0;

  constructor(hostnames: ReadonlySet<string>) {
    this.#hostnames = hostnames;
  }

  /** An agent sends a request. A negative delay says why it does not arrive. */
  request(now: number, hostname: string, delay: number, content: () => MessageContent, isDuplicate = false): void {
    this.#keep(now, hostname, 'agent', delay, content, isDuplicate);
  }

  /** The control plane sends an answer. A negative delay says why it does not arrive. */
  answer(now: number, hostname: string, delay: number, content: () => MessageContent): void {
    this.#keep(now, hostname, 'control-plane', delay, content, false);
  }

  /** The request that just arrived found nothing listening. */
  foundNobody(now: number, hostname: string): void {
    if (!this.#hostnames.has(hostname)) return;
    const at = this.#messages.findLastIndex(
      (message) => message.from === 'agent' && message.arrivedRunMs === now && message.hostname === hostname,
    );
    const message = this.#messages[at];
    if (message !== undefined) this.#messages[at] = { ...message, fate: 'unanswered' };
  }

  recorded(): RecordedMessages {
    return {
      hostnames: [...this.#hostnames],
      // A duplicate is recorded with its request, and arrives later.
      messages: this.#messages.toSorted((a, b) => a.sentRunMs - b.sentRunMs),
      leftOut: this.#leftOut,
    };
  }

  #keep(
    now: number,
    hostname: string,
    from: RunMessage['from'],
    delay: number,
    content: () => MessageContent,
    isDuplicate: boolean,
  ): void {
    if (!this.#hostnames.has(hostname)) return;
    if (this.#messages.length >= MAX_MESSAGES) {
      this.#leftOut += 1;
      return;
    }
    this.#messages.push({
      sentRunMs: asRunMs(now),
      arrivedRunMs: delay < 0 ? null : asRunMs(now + delay),
      hostname,
      from,
      fate: delay >= 0 ? 'arrived' : delay === BOUNCED ? 'bounced' : 'lost',
      isDuplicate,
      content: content(),
    });
  }
}
