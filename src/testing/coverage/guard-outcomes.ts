import {
  hostRolloutMachine,
  hostStates,
  plainPart,
  type GuardName,
  type HostEvent,
  type HostRolloutState,
  type RolloutPolicy,
} from '../../machine/index.ts';
import { chartCell, chartCells, FIRST_GUARD } from '../chart-cells.ts';
import { sideOf, type Side } from '../side.ts';
import type { Dimension, Scope } from './dimension.ts';

/** This guard can only hold under one policy. */
const NEEDS_ROLLBACK_POLICY: GuardName = 'policyRollsBack';

function holds(name: GuardName, record: HostRolloutState, event: HostEvent, policy: RolloutPolicy): boolean {
  const part = plainPart(hostRolloutMachine.implementations.guards[name]);
  if (part?.kind !== 'guard') throw new Error(`The chart has no guard "${name}".`);
  return part.run(record, event, policy, null);
}

const outcome = (name: GuardName, held: boolean): string => (held ? name : `not ${name}`);

const cellOutcome = (cell: string, outcomes: readonly string[]): string => `${cell}: ${outcomes.join(', ')}`;

const firstOutcome = (state: string, side: Side, held: boolean): string =>
  `${state} (${side}): ${outcome(FIRST_GUARD, held)}`;

/** Every combination of outcomes of these guards. */
function combinations(names: readonly GuardName[]): readonly (readonly string[])[] {
  return names.reduce<readonly (readonly string[])[]>(
    (rows, name) => rows.flatMap((row) => [true, false].map((held) => [...row, outcome(name, held)])),
    [[]],
  );
}

const isPossible = ({ policies }: Scope, outcomes: readonly string[]): boolean =>
  !outcomes.includes(NEEDS_ROLLBACK_POLICY) || policies.includes('rollback-and-halt');

/**
 * Each named condition true and false, alone and combined with the others of its cell; and, for every state, a new
 * event and a repeated one.
 */
export const guardOutcomes = {
  title: 'guard outcomes',
  criterion: { name: 'guardOutcomes', title: 'guard outcomes and refusals' },
  universe: (scope) => [
    ...hostStates.flatMap((state) =>
      scope.sides.flatMap((side) => [true, false].map((held) => firstOutcome(state, side, held))),
    ),
    ...chartCells
      .filter((cell) => scope.sides.includes(cell.side) && cell.guards.length > 0)
      .flatMap((cell) =>
        combinations(cell.guards)
          .filter((outcomes) => isPossible(scope, outcomes))
          .map((outcomes) => cellOutcome(cell.key, outcomes)),
      ),
  ],
  touched: ({ before, event, policy }) => {
    const isNewer = holds(FIRST_GUARD, before, event, policy);
    const first = firstOutcome(before.state, sideOf(event.type), isNewer);
    const { key, guards } = chartCell(before.state, event.type);
    if (!isNewer || guards.length === 0) return [first];
    return [
      first,
      cellOutcome(
        key,
        guards.map((name) => outcome(name, holds(name, before, event, policy))),
      ),
    ];
  },
} as const satisfies Dimension;
