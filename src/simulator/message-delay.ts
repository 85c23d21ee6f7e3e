import type { SimulatedHost } from './simulated-host.ts';

/** The delay of a message that never arrives. */
export const LOST = -1;
/** Something on the way, such as a proxy, answers in place of the control plane. */
export const BOUNCED = -2;

/** The least wait between retries: with waits of zero, time would stand still. */
export const LEAST_WAIT_MS = 100;

export type MessageKind = 'heartbeat' | 'other';

/** The network between agents and the control plane. */
export interface MessageDelay {
  /** Draws the delay of a message in milliseconds, from the host's own stream, without faults. */
  latencyOf(node: SimulatedHost, kind: MessageKind): number;
  /** The same with faults; `LOST` if the message never arrives, `BOUNCED` if something on the way answers. */
  delay(node: SimulatedHost, what: 'request' | 'answer', kind?: MessageKind): number;
  /** Whether a request arrives a second time. */
  isDuplicated(node: SimulatedHost, kind?: MessageKind): boolean;
}
