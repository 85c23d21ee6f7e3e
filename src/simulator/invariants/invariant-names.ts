/** The statements of the specification that are checked at every event (control-plane, "Always true"). */
export const INVARIANT_NAMES = [
  'mirror',
  'never ahead',
  'converged is healthy',
  'soaked',
  'reverted is back',
  'wave order',
  'edge order',
  'budget',
  'quarantine',
  'halt',
  'terminal',
  'once',
  'sequence',
  'durable',
  'live',
] as const;

export type InvariantName = (typeof INVARIANT_NAMES)[number];
