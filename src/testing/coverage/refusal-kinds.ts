import type { ConvergenceInvariant, Refusal } from '../../machine/index.ts';
import type { Dimension } from './dimension.ts';

// A type leaves nothing behind to count. This table does, and one that lacks a name, or has one too many, does not
// compile.
const kinds = {
  SeqRegression: true,
  IllegalForState: true,
  'Invariant: closure-mismatch': true,
  'Invariant: soak-not-elapsed': true,
  'Invariant: enforce-probe-not-passing': true,
} satisfies Record<Exclude<Refusal['kind'], 'Invariant'> | `Invariant: ${ConvergenceInvariant}`, true>;

const refusalKind = (refusal: Refusal): string =>
  refusal.kind === 'Invariant' ? `Invariant: ${refusal.invariant}` : refusal.kind;

/** The refusals, and each condition of converging apart. */
export const refusalKinds: Dimension = {
  universe: () => Object.keys(kinds),
  touched: ({ result }) => (result.ok ? [] : [refusalKind(result.error)]),
};
