import type { CriterionName } from '../../testing/criterion.ts';
import { sampleRollout } from '../rollout-samples.ts';
import { engines, type PlayEvent, type PlayRecord, type PlayResult } from './engine.ts';
import { timeAfter } from './session.ts';

/** The criteria that mean something for the chart of the rollout, which has no policies, sides and sequence numbers. */
export const rolloutCriteria = [
  'allStates',
  'validTransitions',
  'allTransitions',
  'guardOutcomes',
] as const satisfies readonly CriterionName[];
export type RolloutCriterion = (typeof rolloutCriteria)[number];

/** Events that fulfil, with other paths, a criterion of the rollout's chart. */
export interface RolloutPath {
  readonly name: string;
  readonly start: PlayRecord;
  readonly events: readonly PlayEvent[];
}

interface Move {
  /** Names the move at its place: which event, and in which of its ways. */
  readonly label: string;
  readonly event: PlayEvent;
  readonly before: PlayRecord;
  readonly result: PlayResult;
}

const engine = engines.rollout;
const NO_POLICY = { onHealthFailure: 'halt' } as const;
const MAX_STEPS = 1_000;

const movesFrom = (before: PlayRecord): readonly Move[] =>
  engine.eventTypes.flatMap((type) =>
    engine.ways(type, before, timeAfter(before), NO_POLICY).map(({ name, event }) => {
      const result = engine.step(before, event, timeAfter(before), NO_POLICY);
      return { label: `${type}, ${name}`, event, before, result };
    }),
  );

const after = ({ before, result }: Move): PlayRecord => (result.ok ? result.record : before);

/** What tells records apart: the state, and whether there is an earlier wave to go back to. */
function placeOf(record: PlayRecord): string {
  const wave = 'currentWave' in record ? record.currentWave : 0;
  return `${record.state} ${wave > 0}`;
}

/** What a move exercises of a criterion; `null` for nothing. */
function touched(criterion: RolloutCriterion, move: Move): string | null {
  const { before, event, result } = move;
  switch (criterion) {
    case 'allStates':
      return after(move).state;
    case 'validTransitions':
      return result.ok ? `${before.state}.${event.type}` : null;
    case 'allTransitions':
      return `${before.state}.${event.type}`;
    case 'guardOutcomes':
      return `${before.state}: ${move.label}`;
  }
}

/** From each place that can be reached the shortest way there, in moves. */
function everyPlace(): ReadonlyMap<string, readonly Move[]> {
  const ways = new Map<string, readonly Move[]>([[placeOf(sampleRollout), []]]);
  // A map goes on to the entries that are added while it is walked.
  for (const way of ways.values()) {
    const last = way.at(-1);
    for (const move of movesFrom(last === undefined ? sampleRollout : after(last))) {
      if (!ways.has(placeOf(after(move)))) ways.set(placeOf(after(move)), [...way, move]);
    }
  }
  return ways;
}

/**
 * Paths from a rollout that was just opened. Always on to the nearest thing that is still missing, and back to the
 * start when nothing is left ahead; every event is made for the record as it then stands.
 */
export function rolloutPaths(criterion: RolloutCriterion): readonly RolloutPath[] {
  const wanted = [...everyPlace().values()].flatMap((way) => {
    const last = way.at(-1);
    return movesFrom(last === undefined ? sampleRollout : after(last)).flatMap(
      (move) => touched(criterion, move) ?? [],
    );
  });
  const missing = new Set(wanted);
  if (criterion === 'allStates') missing.delete(sampleRollout.state);
  const paths: RolloutPath[] = [];
  while (missing.size > 0) {
    const walk = walkOn(criterion, missing);
    paths.push({
      name: nameOf(criterion, paths.length + 1, walk),
      start: sampleRollout,
      events: walk.map(({ event }) => event),
    });
  }
  return paths;
}

/** One walk from the start, which takes from `missing` what it touches. */
function walkOn(criterion: RolloutCriterion, missing: Set<string>): readonly Move[] {
  const walk: Move[] = [];
  let record: PlayRecord = sampleRollout;
  while (walk.length < MAX_STEPS) {
    const leg = nearest(criterion, missing, record);
    if (leg === null) break;
    for (const move of leg) {
      missing.delete(touched(criterion, move) ?? '');
      walk.push(move);
      record = after(move);
    }
  }
  if (walk.length === 0) throw new Error(`Nothing leads to ${[...missing].join(', ')}.`);
  return walk;
}

/** The fewest moves that end in something missing, those that stay before those that leave. */
function nearest(criterion: RolloutCriterion, missing: ReadonlySet<string>, from: PlayRecord): readonly Move[] | null {
  const seen = new Set([placeOf(from)]);
  let frontier: readonly { readonly record: PlayRecord; readonly way: readonly Move[] }[] = [{ record: from, way: [] }];
  while (frontier.length > 0) {
    const next: { record: PlayRecord; way: readonly Move[] }[] = [];
    for (const { record, way } of frontier) {
      const moves = movesFrom(record);
      const staysFirst = moves.toSorted((a, b) => Number(leaves(a)) - Number(leaves(b)));
      const hit = staysFirst.find((move) => missing.has(touched(criterion, move) ?? ''));
      if (hit !== undefined) return [...way, hit];
      for (const move of moves) {
        const reached = after(move);
        if (seen.has(placeOf(reached))) continue;
        seen.add(placeOf(reached));
        next.push({ record: reached, way: [...way, move] });
      }
    }
    frontier = next;
  }
  return null;
}

const leaves = (move: Move): boolean => placeOf(after(move)) !== placeOf(move.before);

function nameOf(criterion: RolloutCriterion, number: number, walk: readonly Move[]): string {
  const states = walk.reduce<readonly string[]>(
    (found, move) => (found.at(-1) === after(move).state ? found : [...found, after(move).state]),
    [sampleRollout.state],
  );
  const refused = walk.filter(({ result }) => !result.ok).length;
  const counts = `${walk.length} event${walk.length === 1 ? '' : 's'}${refused > 0 ? `, ${refused} refused` : ''}`;
  return `${criterion} ${number} (rollout): ${states.join(' → ')}, ${counts}`;
}
