import { criteria, criterionText, type Criterion } from './criterion.ts';
import { acceptedCell, type Dimension, type Visit } from './coverage/dimension.ts';
import { dimensions } from './coverage/dimensions.ts';
import { exploreChart, stateAndProbes, vertexAt, type Edge, type Graph, type Vertex } from './graph.ts';
import { everyMove, oddlyNumberedMoves, usualMoves, type SideMove } from './moves.ts';
import { oddWalks } from './odd-starts.ts';
import { pathName } from './path-name.ts';
import type { PathPlan } from './path-plan.ts';
import { randomWalks } from './random-walk.ts';
import { replay } from './replay.ts';
import { sampleHost } from './sample-host.ts';
import type { Side } from './side.ts';
import type { TestPath } from './test-path.ts';
import { valuePaths } from './values/host-values.ts';
import { tour, type Walkable } from './tour.ts';
import { type HealthFailurePolicy, isAtEnd, type HostRolloutState } from '../machine/index.ts';

/** Records differ by everything that accepted events leave behind, except times and numbers. */
const everythingThatHappened = (record: HostRolloutState): string =>
  [
    stateAndProbes(record),
    record.activationStartedAt === null ? '' : ' started',
    record.probeObservedFirstAt === null ? '' : ' observed',
    record.probeFailureFirstAt === null ? '' : ' failed once',
  ].join('');

interface SimplePaths {
  readonly walks: readonly (readonly Edge[])[];
  /** Whether there are more than the limit. */
  readonly wasCut: boolean;
}

/** Up to `maxPaths` paths of accepted events to an end of the rollout, without repeated vertices. */
function simplePaths({ start, policy, vertices }: Graph, maxPaths: number): SimplePaths {
  const walks: (readonly Edge[])[] = [];
  const way: Edge[] = [];
  const onWay = new Set([start.key]);
  // One iterator per vertex on the path, instead of recursion.
  const open: Iterator<Edge>[] = [waysOn(start)];

  while (open.length > 0) {
    const next = open.at(-1)?.next();
    if (next === undefined || next.done === true) {
      open.pop();
      const left = way.pop();
      if (left !== undefined) onWay.delete(left.to);
      continue;
    }
    const edge = next.value;
    if (onWay.has(edge.to)) continue;
    const vertex = vertexAt(vertices, edge.to);
    way.push(edge);
    onWay.add(edge.to);
    open.push(waysOn(vertex));
    if (!isAtEnd(vertex.record.state, policy.onHealthFailure)) continue;
    if (walks.length === maxPaths) return { walks, wasCut: true };
    walks.push([...way]);
  }
  return { walks, wasCut: false };
}

const waysOn = (vertex: Vertex): Iterator<Edge> => vertex.edges.filter(({ result }) => result.ok).values();

/** Which paths are generated. */
export interface GenerateOptions {
  readonly criterion: Criterion;
  readonly side: Side;
  readonly onHealthFailure: HealthFailurePolicy;
  /** Where the paths start (default: a host that was just dispatched). */
  readonly start?: HostRolloutState;
  /** For random walks. */
  readonly seed?: number;
  readonly maxPathLength?: number;
  /** For simple paths. */
  readonly maxPaths?: number;
}

/** Paths for one criterion, and what they cannot reach. */
export interface Generation {
  readonly criterion: string;
  readonly paths: readonly TestPath[];
  /** What no path from this start, under this policy, can exercise. */
  readonly unreached: readonly string[];
  /** Whether there are more simple paths than `maxPaths`, or a random walk did not reach its percentage in time. */
  readonly wasCut: boolean;
}

/** Like {@link Generation}, before the paths have concrete events. */
export interface Planning {
  readonly criterion: string;
  readonly plans: readonly PathPlan[];
  readonly unreached: readonly string[];
  readonly wasCut: boolean;
}

type Found = Omit<Planning, 'criterion'>;

const MAX_PATH_LENGTH = 200;
const MAX_PATHS = 2_000;
const MAX_RANDOM_STEPS = 20_000;

/**
 * Generates paths through the built machine that meet a criterion, with concrete events and expected results. The same
 * options always give the same paths.
 */
export function generatePaths(options: GenerateOptions): Generation {
  const { side, onHealthFailure } = options;
  if (options.criterion.name === 'values') {
    const own = valuePaths(side, { onHealthFailure });
    return { criterion: criterionText(options.criterion), paths: own, unreached: [], wasCut: false };
  }
  const { criterion, plans, unreached, wasCut } = planPaths(options);
  const paths = plans.map((plan, index) => pathOf(plan, criterion, index + 1, options));
  return { criterion, paths, unreached, wasCut };
}

/** The concrete path of a plan, by default from the plan's own start. */
export function pathOf(
  plan: PathPlan,
  criterion: string,
  number: number,
  { side, onHealthFailure }: Pick<GenerateOptions, 'side' | 'onHealthFailure'>,
  start: HostRolloutState = plan.start,
): TestPath {
  const policy = { onHealthFailure };
  const steps = replay(start, policy, plan.moves);
  const name = pathName({ criterion, number, side, policy, start, steps, about: plan.about });
  return { name, side, policy, start, steps };
}

/** The moves of the paths. None for `values`: its records cannot be reached, so no plan leads to them. */
export function planPaths(options: GenerateOptions): Planning {
  return { criterion: criterionText(options.criterion), ...findPlans(options) };
}

function findPlans(options: GenerateOptions): Found {
  const { criterion } = options;
  if (criterion.kind === 'random') return randomly(options, criterion.percent);
  if (criterion.name === 'simplePaths') return simply(options);
  if (criterion.name === 'values') return { plans: [], unreached: [], wasCut: false };
  return thoroughly(options);
}

/** Resolves the criterion, side and policy. */
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

function thoroughly(options: GenerateOptions): Found {
  const { dimension, isAboutGuards, start, policy, wanted, moves } = aimOf(options);
  const graph = exploreChart({ start, policy, moves, keyOf: stateAndProbes });
  const touchedAtStart = new Set('atStart' in dimension ? dimension.atStart(start) : []);
  const found = tour(walkable(graph, dimension), {
    wanted: wanted.filter((item) => !touchedAtStart.has(item)),
    maxWalkLength: options.maxPathLength ?? MAX_PATH_LENGTH,
  });
  const plans = found.walks.map((edges) => planOf(start, edges));
  if (!isAboutGuards) return { plans, unreached: found.unreached, wasCut: false };

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
  const all = [...plans, ...odd];
  return { plans: all, unreached: [...missing, ...unusedMoves(all, moves)], wasCut: false };
}

/** The explored chart, with the items of a dimension that each edge exercises. */
function walkable({ start, policy, vertices }: Graph, dimension: Dimension): Walkable<Edge> {
  const visitOf = (from: string, { event, result }: Edge, previous: string | null): Visit => ({
    before: vertexAt(vertices, from).record,
    event,
    policy,
    result,
    previous,
  });
  return {
    start: start.key,
    edgesFrom: (key) => vertexAt(vertices, key).edges,
    touched: (from, edge, previous) => dimension.touched(visitOf(from, edge, previous)),
    acceptedCell: (from, edge) => acceptedCell(visitOf(from, edge, null)),
  };
}

/** Declared moves that no path takes. */
function unusedMoves(plans: readonly PathPlan[], moves: readonly SideMove[]): readonly string[] {
  const used = new Set(plans.flatMap((plan) => plan.moves.map(({ move }) => move)));
  return moves
    .filter(({ move, numbering }) => numbering === 'next' && !used.has(move))
    .map(({ move }) => `the move ${move.type}${move.name === null ? '' : `, ${move.name}`}`);
}

function simply(options: GenerateOptions): Found {
  const { start, policy } = aimOf(options);
  const failing = everyMove(options.side).filter(({ move }) => move.name === null || move.name === 'fail');
  const graph = exploreChart({ start, policy, moves: failing, keyOf: everythingThatHappened });
  const { walks, wasCut } = simplePaths(graph, options.maxPaths ?? MAX_PATHS);
  return { plans: walks.map((edges) => planOf(start, edges)), unreached: [], wasCut };
}

function randomly(options: GenerateOptions, percent: number): Found {
  const aim = aimOf(options);
  const { walks, touched } = randomWalks({
    ...aim,
    percent,
    seed: options.seed ?? 1,
    maxWalkLength: options.maxPathLength ?? MAX_PATH_LENGTH,
    maxSteps: MAX_RANDOM_STEPS,
  });
  const wasCut = touched * 100 < percent * aim.wanted.length;
  return { plans: walks.map((moves) => ({ start: aim.start, moves, about: null })), unreached: [], wasCut };
}

const planOf = (start: HostRolloutState, edges: readonly Edge[]): PathPlan => ({
  start,
  moves: edges.map(({ move }) => move),
  about: null,
});
