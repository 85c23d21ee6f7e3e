import {
  hostRolloutMachine,
  hostStates,
  type GuardName,
  type HostEventType,
  type HostState,
} from '../machine/index.ts';
import { hostEventTypes, sideOf, type Side } from './side.ts';

/** One (state, event) pair of the chart's table. */
export interface ChartCell {
  /** For example `Soaking.LocalProbeResult`. */
  readonly key: string;
  readonly side: Side;
  readonly state: HostState;
  readonly event: HostEventType;
  /** The next state, which may be the same; `null` if the chart has no row for the pair. */
  readonly target: HostState | null;
  /** The guards of its branches, without the one that every transition has. */
  readonly guards: readonly GuardName[];
}

/** The first guard of every transition. */
export const FIRST_GUARD: GuardName = 'seqIsNewer';

/** The name of a cell of the transition table, such as `Pending.LocalActivate`. */
export const cellKey = (state: HostState, event: HostEventType): string => `${state}.${event}`;

/** The names of a branch's guards. */
export function guardNames(guard: unknown): readonly unknown[] {
  if (guard === undefined) return [];
  return typeof guard === 'function' && 'guards' in guard ? [guard.guards].flat() : [guard];
}

function cellOf(state: HostState, event: HostEventType): ChartCell {
  const branches = hostRolloutMachine.states[state]?.transitions.get(event) ?? [];
  const names = new Set(branches.flatMap((branch) => guardNames(branch.guard)));
  names.delete(FIRST_GUARD);
  const target = branches[0] === undefined ? null : (branches[0].target?.[0]?.key ?? state);
  return {
    key: cellKey(state, event),
    side: sideOf(event),
    state,
    event,
    // Targets and guards are typed in the chart's source, but XState returns them as plain strings.
    target: target as HostState | null,
    guards: [...names] as readonly GuardName[],
  };
}

/** Every cell of the table, legal and illegal, state by state in the order of the chart. */
export const chartCells: readonly ChartCell[] = hostStates.flatMap((state) =>
  hostEventTypes.map((event) => cellOf(state, event)),
);

const byKey: ReadonlyMap<string, ChartCell> = new Map(chartCells.map((cell) => [cell.key, cell]));

/** @throws Error for a pair that the chart does not have: a typo must not pass as an untested cell */
export function chartCell(state: HostState, event: HostEventType): ChartCell {
  const cell = byKey.get(cellKey(state, event));
  if (cell === undefined) throw new Error(`The chart has no state "${state}" or no event "${event}".`);
  return cell;
}
