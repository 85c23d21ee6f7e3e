import type { SimulatedHost } from './simulated-host.ts';

/** What becomes of a message that never arrives. */
export const LOST = -1;

/** The way between agents and the control plane, as the nodes ask for it. */
export interface MessageDelay {
  /** How many milliseconds one way takes this time; `LOST` if the message never arrives. */
  delay(node: SimulatedHost, what: 'request' | 'answer'): number;
  /** Whether a request arrives a second time. */
  isDuplicated(node: SimulatedHost): boolean;
}
