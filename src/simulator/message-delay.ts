import type { SimulatedHost } from './simulated-host.ts';

/** What becomes of a message that never arrives. */
export const LOST = -1;
/** Something on the way answers in place of the control plane, with a status that says nothing about the message. */
export const BOUNCED = -2;

/** Whatever is tried again and again waits at least this long: with waits of zero, time would never go on. */
export const LEAST_WAIT_MS = 100;

export type MessageKind = 'heartbeat' | 'other';

/** The way between agents and the control plane, as the nodes ask for it. */
export interface MessageDelay {
  /** How many milliseconds one way takes this time, drawn from the host's own stream, if nothing goes wrong. */
  latencyOf(node: SimulatedHost, kind: MessageKind): number;
  /** The same, whatever goes wrong; `LOST` if the message never arrives, `BOUNCED` if another answers. */
  delay(node: SimulatedHost, what: 'request' | 'answer', kind?: MessageKind): number;
  /** Whether a request arrives a second time. */
  isDuplicated(node: SimulatedHost, kind?: MessageKind): boolean;
}
