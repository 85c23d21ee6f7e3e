import type { HealthFailurePolicy } from '../machine/events.ts';
import type { HostRolloutState } from '../machine/record.ts';
import { criteria, criterionText, type Criterion } from './criterion.ts';
import { dimensions } from './coverage/dimensions.ts';
import { exploreChart, stateAndProbes, type Edge } from './graph.ts';
import { everyMove, oddlyNumberedMoves, usualMoves, type SideMove } from './moves.ts';
import { oddWalks } from './odd-starts.ts';
import { pathName } from './path-name.ts';
import { randomWalks } from './random-walk.ts';
import { replay } from './replay.ts';
import { sampleHost } from './sample-host.ts';
import type { Side } from './side.ts';
import { everythingThatHappened, simplePaths } from './simple-paths.ts';
import type { TestPath } from './test-path.ts';
import { tour } from './tour.ts';

export interface GenerateOptions {
  readonly criterion: Criterion;
  readonly side: Side;
  readonly onHealthFailure: HealthFailurePolicy;
  /** Where the paths begin; by default a host that was dispatched a moment ago. */
  readonly start?: HostRolloutState;
  /** Of random walks. */
  readonly seed?: number;
  readonly maxPathLength?: number;
  /** Of simple paths. */
  readonly maxPaths?: number;
}

export interface Generation {
  readonly criterion: string;
  readonly paths: readonly TestPath[];
  /** What the criterion asks for and no path from this start, under this policy, can exercise. */
  readonly unreached: readonly string[];
  /** There are more simple paths than `maxPaths`, or chance did not reach the percentage within its bound. */
  readonly wasCut: boolean;
}

interface Walk {
  readonly start: HostRolloutState;
  readonly moves: readonly SideMove[];
  readonly about?: string;
}

interface Walks {
  readonly walks: readonly Walk[];
  readonly unreached: readonly string[];
  readonly wasCut: boolean;
}

const MAX_PATH_LENGTH = 200;
const MAX_PATHS = 2_000;
const MAX_RANDOM_STEPS = 20_000;

/**
 * Paths through the built machine that fulfil a criterion, each with concrete events and what the machine makes of
 * them. The same options always give the same paths.
 */
export function generatePaths(options: GenerateOptions): Generation {
  const { side, criterion } = options;
  const policy = { onHealthFailure: options.onHealthFailure };
  const { walks, unreached, wasCut } = walksFor(options);
  const text = criterionText(criterion);
  const paths = walks.map(({ start, moves, about }, index): TestPath => {
    const steps = replay(start, policy, moves);
    const name = pathName({ criterion: text, number: index + 1, side, policy, start, steps, about: about ?? null });
    return { name, side, policy, start, steps };
  });
  return { criterion: text, paths, unreached, wasCut };
}

function walksFor(options: GenerateOptions): Walks {
  const { criterion } = options;
  if (criterion.kind === 'random') return randomly(options, criterion.percent);
  if (criterion.name === 'simplePaths') return simply(options);
  return thoroughly(options);
}

/** What criterion, side and policy of the options mean. */
function aimOf({ criterion, side, onHealthFailure, start = sampleHost }: GenerateOptions) {
  const dimension = dimensions[criteria[criterion.name].dimension];
  const isAboutGuards = criterion.name === 'guardOutcomes';
  return {
    dimension,
    isAboutGuards,
    start,
    policy: { onHealthFailure },
    wanted: dimension.universe({ sides: [side], policies: [onHealthFailure] }),
    moves: isAboutGuards ? [...everyMove(side), ...oddlyNumberedMoves(side)] : usualMoves(side),
  };
}

function thoroughly(options: GenerateOptions): Walks {
  const { dimension, isAboutGuards, start, policy, wanted, moves } = aimOf(options);
  const graph = exploreChart({ start, policy, moves, keyOf: stateAndProbes });
  const found = tour(graph, dimension, wanted, options.maxPathLength ?? MAX_PATH_LENGTH);
  const walks: Walk[] = found.walks.map((edges) => walkOf(start, edges));
  if (!isAboutGuards) return { walks, unreached: found.unreached, wasCut: false };

  const odd = oddWalks(start, policy, options.side);
  const missing = new Set(found.unreached);
  for (const walk of odd) {
    let record = walk.start;
    for (const { event, expected } of replay(walk.start, policy, walk.moves)) {
      const visit = { before: record, event, policy, result: expected, previous: null };
      for (const item of dimension.touched(visit)) missing.delete(item);
      if (expected.ok) record = expected.state;
    }
  }
  return { walks: [...walks, ...odd], unreached: [...missing], wasCut: false };
}

function simply(options: GenerateOptions): Walks {
  const { start, policy } = aimOf(options);
  const failing = everyMove(options.side).filter(({ move }) => move.name === null || move.name === 'fail');
  const graph = exploreChart({ start, policy, moves: failing, keyOf: everythingThatHappened });
  const { walks, wasCut } = simplePaths(graph, options.maxPaths ?? MAX_PATHS);
  return { walks: walks.map((edges) => walkOf(start, edges)), unreached: [], wasCut };
}

function randomly(options: GenerateOptions, percent: number): Walks {
  const aim = aimOf(options);
  const { walks, touched } = randomWalks({
    ...aim,
    percent,
    seed: options.seed ?? 1,
    maxWalkLength: options.maxPathLength ?? MAX_PATH_LENGTH,
    maxSteps: MAX_RANDOM_STEPS,
  });
  const wasCut = touched * 100 < percent * aim.wanted.length;
  return { walks: walks.map((moves) => ({ start: aim.start, moves })), unreached: [], wasCut };
}

const walkOf = (start: HostRolloutState, edges: readonly Edge[]): Walk => ({
  start,
  moves: edges.map(({ move }) => move),
});
