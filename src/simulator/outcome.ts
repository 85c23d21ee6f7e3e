import type { Outcome } from './run.ts';
import type { Simulation } from './simulation.ts';

/** A release without hosts is nothing to wait for; one that was replaced is judged by its successor. */
export function outcomeOf({ violations, newestRollouts, ledger }: Simulation): Outcome {
  if (violations.length > 0) return 'invariant-broken';
  const isTerminal = newestRollouts.every(
    ({ hosts, rolloutId }) => hosts.length === 0 || ledger.books.get(rolloutId)?.state === 'Terminal',
  );
  return isTerminal ? 'terminal' : 'not-terminal';
}
