import type { HealthFailurePolicy, HostRolloutState } from '../../machine/index.ts';
import { openRollout, stepRollout } from '../../rollout/index.ts';
import type { Scope } from '../coverage/dimension.ts';
import { pathOf, planPaths } from '../generate.ts';
import { generateRolloutPaths } from '../rollout-paths.ts';
import { sampleRollout } from '../rollout-samples.ts';
import { replay } from '../replay.ts';
import { sampleHost } from '../sample-host.ts';
import type { Side } from '../side.ts';
import type { RolloutPath, TestPath } from '../test-path.ts';
import { usualMoves } from '../moves.ts';
import type { Exercise } from './exercise.ts';
import { loneExercise, pathExercises } from './host-exercises.ts';
import { rolloutTwins, twinExercises } from './twin-exercises.ts';

// A reducer has no hidden state. These questions reveal it: several hosts at once, the same question again, and more
// hosts than a cache holds.

const rollouts = [
  { rolloutId: 'stable@a1b2c3d', channel: 'stable' },
  { rolloutId: 'stable@e4f5a6b', channel: 'stable' },
  { rolloutId: 'edge@a1b2c3d', channel: 'edge' },
  { rolloutId: 'Stable@a1b2c3d', channel: 'Stable' },
];
const hostnames = ['web-01', 'WEB-01', 'caf\u00e9', 'cafe\u0301', '10', '', 'constructor', '__proto__'];

const starts = (): readonly HostRolloutState[] =>
  rollouts.flatMap((rollout) =>
    hostnames.map((hostname, index) => ({
      ...sampleHost,
      ...rollout,
      hostname,
      targetClosure: `${sampleHost.targetClosure}-${rollout.rolloutId}`,
      dispatchedAt: sampleHost.dispatchedAt - index * 86_400_000,
    })),
  );

/** A path for each host in each rollout, for each side and policy. Consecutive paths differ in these. */
function manyLives({ sides, policies }: Scope): readonly TestPath[] {
  const parts = sides.flatMap((side) =>
    policies.map((onHealthFailure) => {
      const options = { criterion: { kind: 'full', name: 'validTransitions' }, side, onHealthFailure } as const;
      const { plans } = planPaths(options);
      return starts().flatMap((start, index) => {
        const plan = plans[index % plans.length];
        return plan === undefined ? [] : [pathOf(plan, `interleaved ${start.hostname}`, index + 1, options, start)];
      });
    }),
  );
  return starts().flatMap((_, index) => parts.flatMap((paths) => paths[index] ?? []));
}

/** A rollout with this name and channel, from its first record through the events of a path. */
function* rolloutLife({ steps }: RolloutPath, named: (typeof rollouts)[number]): Generator<Exercise> {
  const { targetRef, openedAt } = sampleRollout;
  const rollout = { ...named, targetRef, openedAt };
  yield loneExercise('interleaved rollouts', 'rollout_start', { op: 'rollout_start', rollout });
  const { rolloutId } = named;
  let record = openRollout(rollout);
  for (const step of steps) {
    const event =
      'rolloutId' in step.event ? { ...step.event, rolloutId } : { ...step.event, supersededRolloutId: rolloutId };
    const question = { op: 'rollout_step', record, event, now: step.now } as const;
    yield loneExercise('interleaved rollouts', `rollout ${record.state}.${event.type}`, question);
    const result = stepRollout(record, event, step.now);
    if (result.ok) record = result.record;
  }
}

/** The lists in `open` take turns, one exercise each. Every few turns, or when one ends, another joins. */
function* inTurn(
  open: Iterator<Exercise>[],
  showsMemory: 'otherHosts' | 'otherRollouts',
  waiting: Iterator<Exercise>[] = [],
): Generator<Exercise> {
  for (let turn = 0; open.length + waiting.length > 0; turn += 1) {
    const list = open.shift();
    const next = list?.next();
    const isOver = list === undefined || next === undefined || next.done === true;
    if (!isOver) {
      yield { ...next.value, showsMemory };
      open.push(list);
    }
    if (isOver || (turn % TURNS_ALONE === 0 && open.length < MAX_AT_ONCE)) open.push(...waiting.splice(0, 1));
  }
}

/** Small enough that some lists begin after others have ended. */
const TURNS_ALONE = 4;
const MAX_AT_ONCE = 8;

/** More hosts than a cache would keep: a first event for each, then a second one for each. */
const HOSTS = 300;

export function manyHosts(side: Side, onHealthFailure: HealthFailurePolicy): readonly TestPath[] {
  const policy = { onHealthFailure };
  const moves = usualMoves(side).slice(0, 2);
  return Array.from({ length: HOSTS }, (_, index) => {
    const start = { ...sampleHost, hostname: `host-${index + 1}`, rolloutId: `stable@${index}` };
    const name = `interleaved ${index + 1} (${side}, ${onHealthFailure}): one of ${HOSTS} hosts`;
    return { name, side, policy, start, steps: replay(start, policy, moves) };
  });
}

const again = (exercise: Exercise): Exercise => ({ ...exercise, showsMemory: 'repetition' });

const MAX_REPEATED = 250;

/**
 * Each question twice, with a rehydration in between, which changes nothing. The first question of each place comes
 * first.
 */
function* repeatedExercises(paths: readonly TestPath[]): Generator<Exercise> {
  const places = new Set<string>();
  const all = paths.flatMap((path) => [...pathExercises(path)]);
  const isFirst = new Map(
    all.map((exercise) => [exercise, !places.has(exercise.place) && places.add(exercise.place).size > 0]),
  );
  const ordered = [...all.filter((each) => isFirst.get(each)), ...all.filter((each) => !isFirst.get(each))];
  for (const exercise of ordered.slice(0, MAX_REPEATED)) {
    const { visit, group } = exercise;
    const asked = { ...exercise, group: `twice in a row, ${group}` };
    yield again(asked);
    if (visit !== null) {
      const question = { op: 'rehydrate', state: visit.before } as const;
      yield again(loneExercise(`rehydration, ${group}`, `rehydrate ${visit.before.state}`, question));
    }
    yield again(asked);
  }
}

/** Exercises that show whether a peer keeps state that is not in the question. */
export function* memoryExercises(scope: Scope): Generator<Exercise> {
  const lives = manyLives(scope);
  yield* inTurn(
    [],
    'otherHosts',
    lives.map((path) => pathExercises(path)),
  );
  const [side] = scope.sides;
  const [policy] = scope.policies;
  if (side === undefined || policy === undefined) return;
  yield* inTurn(
    manyHosts(side, policy).map((path) => pathExercises(path)),
    'otherHosts',
  );
  yield* repeatedExercises(lives);
  yield* twinExercises(scope);
}

/** The same for the rollout machine: successive rollouts on the same channels, some under an old name. */
export function* rolloutMemoryExercises(): Generator<Exercise> {
  const paths = generateRolloutPaths('validTransitions');
  const lives = [...paths, ...paths].flatMap((path) => rollouts.map((named) => rolloutLife(path, named)));
  yield* inTurn([], 'otherRollouts', lives);
  yield* rolloutTwins();
}
