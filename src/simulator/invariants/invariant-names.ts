/**
 * The statements of the specification that are checked at every event: those of control-plane, "Always true"; one of
 * agent, rule 10 (`never back`); the table of transitions of host-machine (`transitions`); and what "Planning",
 * "Heartbeats" and the answers of wire ask for.
 */
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
  'what runs',
  'log',
  'one switch',
  'no silent end',
  'live',
  'never back',
  'transitions',
  'waiting',
  'rollout course',
  'dispatch',
  'answers',
  'reachability',
  'synthesis',
  'outbox',
  'reports',
  'probes',
  'timing',
  'manifest',
] as const;

/** The name of an invariant. */
export type InvariantName = (typeof INVARIANT_NAMES)[number];
