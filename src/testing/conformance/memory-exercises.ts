import type { HealthFailurePolicy, HostRolloutState } from '../../machine/index.ts';
import { pathOf, planPaths } from '../generate.ts';
import { replay } from '../replay.ts';
import { sampleHost } from '../sample-host.ts';
import type { Side } from '../side.ts';
import type { TestPath } from '../test-path.ts';
import { usualMoves } from '../moves.ts';
import type { Exercise } from './exercise.ts';
import { loneExercise, pathExercises } from './host-exercises.ts';

// A reducer has no memory. These questions show one that has: several hosts at once, the same question again, and more
// hosts than a cache holds.

interface Scope {
  readonly sides: readonly Side[];
  readonly policies: readonly HealthFailurePolicy[];
}

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

/** A life for each host in each rollout, on each side and under each policy, all at once. */
function interleavedLives({ sides, policies }: Scope): readonly TestPath[] {
  return sides.flatMap((side) =>
    policies.flatMap((onHealthFailure) => {
      const options = { criterion: { kind: 'full', name: 'validTransitions' }, side, onHealthFailure } as const;
      const { plans } = planPaths(options);
      return starts().flatMap((start, index) => {
        const plan = plans[index % plans.length];
        return plan === undefined ? [] : [pathOf(plan, `interleaved ${start.hostname}`, index + 1, options, start)];
      });
    }),
  );
}

/** One event of each path in turn. */
function* inTurn(paths: readonly TestPath[]): Generator<Exercise> {
  let open: readonly Iterator<Exercise>[] = paths.map((path) => pathExercises(path));
  while (open.length > 0) {
    const still: Iterator<Exercise>[] = [];
    for (const exercises of open) {
      const next = exercises.next();
      if (next.done === true) continue;
      yield { ...next.value, showsMemory: 'otherHosts' };
      still.push(exercises);
    }
    open = still;
  }
}

const again = (exercise: Exercise): Exercise => ({ ...exercise, showsMemory: 'repetition' });

/** More hosts than a program would keep by mistake: a first event for each, then a second for each. */
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

const MAX_REPEATED = 250;

/** What shows that a peer remembers something that the question does not say. */
export function* memoryExercises(scope: Scope): Generator<Exercise> {
  const lives = interleavedLives(scope);
  yield* inTurn(lives);
  const [side] = scope.sides;
  const [policy] = scope.policies;
  if (side === undefined || policy === undefined) return;
  yield* inTurn(manyHosts(side, policy));
  const repeated = lives.flatMap((path) => [...pathExercises(path)]).slice(0, MAX_REPEATED);
  for (const exercise of repeated) {
    const { visit, group } = exercise;
    const asked = { ...exercise, group: `twice in a row, ${group}` };
    yield again(asked);
    // A restart between two events changes nothing.
    if (visit !== null) {
      const question = { op: 'rehydrate', state: visit.before } as const;
      yield again(loneExercise(`rehydration, ${group}`, `rehydrate ${visit.before.state}`, question));
    }
    yield again(asked);
  }
}
