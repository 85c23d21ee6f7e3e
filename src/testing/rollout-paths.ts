import { stepRollout, type RolloutEvent, type RolloutRecord, type RolloutStepResult } from '../rollout/index.ts';
import type { CriterionName } from './criterion.ts';
import { engines } from './engine.ts';
import { sampleRollout } from './rollout-samples.ts';
import type { RolloutPath, RolloutPathStep } from './test-path.ts';
import { tour, type Walkable } from './tour.ts';

/** The criteria that apply to the rollout machine, which has no policies, sides or sequence numbers. */
export const rolloutCriteria = [
  'allStates',
  'validTransitions',
  'allTransitions',
  'guardOutcomes',
] as const satisfies readonly CriterionName[];
/** A coverage criterion for paths of rollouts. */
export type RolloutCriterion = (typeof rolloutCriteria)[number];

/** One form of an event at one place of the chart. */
interface Edge {
  readonly type: string;
  /** The name of the event's form. */
  readonly way: string;
  readonly to: string;
  readonly result: RolloutStepResult;
}

interface Place {
  readonly record: RolloutRecord;
  readonly edges: readonly Edge[];
}

/** Ignored: the shared engine takes a policy because the host machine needs one. */
const NO_POLICY = { onHealthFailure: 'halt' } as const;
const MAX_PATH_LENGTH = 1_000;
/** Every event of a path has its own time, and is processed a moment later. */
const STEP_MS = 60_000;
const PROCESSING_MS = 17;

/** Distinguishes records by state and whether there is an earlier wave to go back to. */
const keyOf = ({ state, currentWave }: RolloutRecord): string => `${state} ${currentWave > 0}`;

const eventsAt = (record: RolloutRecord, at: number) =>
  engines.rollout.eventTypes.flatMap((type) =>
    engines.rollout.ways(type, record, at, NO_POLICY).map(({ name, event }) => {
      // Safe: the engine of the rollout makes events of the rollout.
      return { type, way: name, event: event as RolloutEvent };
    }),
  );

function placeOf(record: RolloutRecord): Place {
  const at = record.openedAt + STEP_MS;
  const edges = eventsAt(record, at).map(({ type, way, event }): Edge => {
    const result = stepRollout(record, event, at);
    return { type, way, to: keyOf(result.ok ? result.record : record), result };
  });
  const isStaying = ({ to }: Edge): boolean => to === keyOf(record);
  return { record, edges: [...edges.filter(isStaying), ...edges.filter((edge) => !isStaying(edge))] };
}

/** Every reachable place, with one record each. */
function explore(): ReadonlyMap<string, Place> {
  const places = new Map([[keyOf(sampleRollout), placeOf(sampleRollout)]]);
  // Iterating over a map also visits entries added meanwhile.
  for (const { edges } of places.values()) {
    for (const { to, result } of edges) {
      if (result.ok && !places.has(to)) places.set(to, placeOf(result.record));
    }
  }
  return places;
}

/** The items of a criterion that an edge exercises. */
function touched(
  criterion: RolloutCriterion,
  { state }: RolloutRecord,
  { type, way, result }: Edge,
): readonly string[] {
  switch (criterion) {
    case 'allStates':
      return result.ok ? [result.record.state] : [];
    case 'validTransitions':
      return result.ok ? [`${state}.${type}`] : [];
    case 'allTransitions':
      return [`${state}.${type}`];
    case 'guardOutcomes':
      return [`${state}.${type}, ${way}`];
  }
}

/** Paths that meet a criterion, from a newly opened rollout. The same criterion always gives the same paths. */
export function generateRolloutPaths(criterion: RolloutCriterion): readonly RolloutPath[] {
  const places = explore();
  const placeAt = (key: string): Place => {
    const place = places.get(key);
    if (place === undefined) throw new Error(`The explored chart has no "${key}".`);
    return place;
  };
  const graph: Walkable<Edge> = {
    start: keyOf(sampleRollout),
    edgesFrom: (key) => placeAt(key).edges,
    touched: (from, edge) => touched(criterion, placeAt(from).record, edge),
    acceptedCell: () => null,
  };
  const wanted = new Set(
    [...places.values()].flatMap(({ record, edges }) => edges.flatMap((edge) => touched(criterion, record, edge))),
  );
  if (criterion === 'allStates') wanted.delete(sampleRollout.state);
  const { walks, unreached } = tour(graph, { wanted: [...wanted], maxWalkLength: MAX_PATH_LENGTH });
  if (unreached.length > 0) throw new Error(`Nothing leads to ${unreached.join(', ')}.`);
  return walks.map((walk, index) => pathOf(criterion, index + 1, walk));
}

/** The concrete path: every event is made for the current record. */
function pathOf(criterion: RolloutCriterion, number: number, walk: readonly Edge[]): RolloutPath {
  let record = sampleRollout;
  const steps = walk.map(({ type, way }, index): RolloutPathStep => {
    const at = sampleRollout.openedAt + (index + 1) * STEP_MS;
    const made = eventsAt(record, at).find((each) => each.type === type && each.way === way);
    if (made === undefined) throw new Error(`${record.state} no longer offers ${type}, ${way}.`);
    const now = at + PROCESSING_MS;
    const expected = stepRollout(record, made.event, now);
    if (expected.ok) record = expected.record;
    return { event: made.event, now, note: way === 'as usual' ? null : way, expected };
  });
  return { name: nameOf(criterion, number, steps), start: sampleRollout, steps };
}

function nameOf(criterion: RolloutCriterion, number: number, steps: readonly RolloutPathStep[]): string {
  const states: string[] = [sampleRollout.state];
  let refused = 0;
  for (const { expected } of steps) {
    if (!expected.ok) refused += 1;
    else if (expected.record.state !== states.at(-1)) states.push(expected.record.state);
  }
  const counts = `${steps.length} event${steps.length === 1 ? '' : 's'}${refused > 0 ? `, ${refused} refused` : ''}`;
  return `${criterion} ${number} (rollout): ${states.join(' → ')}, ${counts}`;
}
