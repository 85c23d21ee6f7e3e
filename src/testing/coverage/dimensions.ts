import { hostStates, type HostEffect, type ConvergenceInvariant, type Refusal } from '../../machine/index.ts';
import { chartCell, chartCells, type ChartCell } from '../chart-cells.ts';
import { hostEventTypes, sideOf, sides, type Side } from '../side.ts';
import { relationClasses, valueClasses, wantedValueClasses } from '../values/value-classes.ts';
import { acceptedCell, type Dimension, type Scope } from './dimension.ts';
import { guardOutcomes } from './guard-outcomes.ts';

// The names at run time. A table with a missing or extra name does not compile.
const kinds = {
  SeqRegression: true,
  IllegalForState: true,
  'Invariant: closure-mismatch': true,
  'Invariant: soak-not-elapsed': true,
  'Invariant: enforce-probe-not-passing': true,
} satisfies Record<Exclude<Refusal['kind'], 'Invariant'> | `Invariant: ${ConvergenceInvariant}`, true>;

const refusalKind = (refusal: Refusal): string =>
  refusal.kind === 'Invariant' ? `Invariant: ${refusal.invariant}` : refusal.kind;

/** The refusals, with each condition for converging separately. */
const refusalKinds: Dimension = {
  title: 'refusals by kind',
  whenRefused: 'refusal',
  universe: () => Object.keys(kinds),
  touched: ({ result }) => (result.ok ? [] : [refusalKind(result.error)]),
};

// A table without an effect of the machine does not compile.
const emittedBy: Record<HostEffect['type'], readonly Side[]> = {
  LocalFireSwitch: ['agent'],
  LocalFireRollbackTo: ['agent'],
  LocalResetProbeCache: ['agent'],
  LocalEmitEvent: ['agent'],
  RemoteInsertQuarantine: ['control-plane'],
  RemoteAppendEventLog: ['control-plane'],
  RecordTransition: sides,
};

/** The effects that the machine itself returns. */
const effectKinds: Dimension = {
  title: 'effects by kind',
  whenAccepted: 'effects',
  universe: (scope) =>
    Object.entries(emittedBy)
      .filter(([, by]) => by.some((side) => scope.sides.includes(side)))
      .map(([type]) => type),
  touched: ({ result }) => (result.ok ? result.effects.map(({ type }) => type) : []),
};

const legalCells = ({ sides }: Scope): readonly ChartCell[] =>
  chartCells.filter((cell) => cell.target !== null && sides.includes(cell.side));

const pair = (first: string, second: string): string => `${first} → ${second}`;

/** The states that a record was in. */
const states = {
  title: 'states',
  criterion: { name: 'allStates', title: 'all states' },
  universe: () => hostStates,
  atStart: ({ state }) => [state],
  touched: ({ result }) => (result.ok ? [result.state.state] : []),
} as const satisfies Dimension;

/** Cells that a new event reached, accepted or not. A repeated event is refused before its cell. */
const cells = {
  title: 'cells (every state and event)',
  criterion: { name: 'allTransitions', title: 'all transitions, valid and invalid (every cell)' },
  universe: ({ sides }) => chartCells.filter(({ side }) => sides.includes(side)).map(({ key }) => key),
  touched: ({ before, event }) => (event.seq > before.lastEventSeq ? [chartCell(before.state, event.type).key] : []),
} as const satisfies Dimension;

/** Legal pairs whose event was accepted. */
const transitions = {
  title: 'legal transitions (0-switch)',
  criterion: { name: 'validTransitions', title: 'valid transitions (0-switch)' },
  universe: (scope) => legalCells(scope).map(({ key }) => key),
  touched: (visit) => {
    const accepted = acceptedCell(visit);
    return accepted === null ? [] : [accepted];
  },
} as const satisfies Dimension;

/** Two accepted events, one directly after the other. */
const transitionPairs = {
  title: 'transition pairs (1-switch)',
  criterion: { name: 'transitionPairs', title: 'transition pairs (1-switch)' },
  universe: (scope) =>
    legalCells(scope).flatMap((first) =>
      legalCells(scope)
        .filter((second) => second.side === first.side && second.state === first.target)
        .map((second) => pair(first.key, second.key)),
    ),
  touched: (visit) => {
    const accepted = acceptedCell(visit);
    return accepted === null || visit.previous === null ? [] : [pair(visit.previous, accepted)];
  },
} as const satisfies Dimension;

/** Kinds of values in accepted events and their records, and how the two relate, accepted or not. */
const values = {
  title: 'kinds of values',
  criterion: { name: 'values', title: 'odd values of every field, each pair of them' },
  whenAccepted: 'record',
  universe: ({ sides }) => wantedValueClasses(hostEventTypes.filter((type) => sides.includes(sideOf(type)))),
  touched: ({ before, event, result }) => (result.ok ? valueClasses(before, event) : relationClasses(before, event)),
} as const satisfies Dimension;

/** Every dimension, under the name that reports use. */
const index = {
  states,
  transitions,
  cells,
  transitionPairs,
  guardOutcomes,
  effects: effectKinds,
  refusals: refusalKinds,
  values,
};

/** The name of a dimension. */
export type DimensionName = keyof typeof index;

/** Every dimension of coverage, in the order of reports. */
export const dimensions: Readonly<Record<DimensionName, Dimension>> = index;

// Safe: the keys of a literal are the names of its type.
/** Every dimension of coverage, in the order of reports. */
export const dimensionNames: readonly DimensionName[] = Object.keys(index) as DimensionName[];

/** The criterion that asks for all of a dimension. */
export type DimensionCriterion = {
  [Name in DimensionName]: (typeof index)[Name] extends { readonly criterion: { readonly name: infer Criterion } }
    ? Criterion
    : never;
}[DimensionName];
