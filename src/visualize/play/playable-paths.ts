import {
  criteria,
  criterionNames,
  type CriterionName,
  generatePaths,
  type Generation,
  generateRolloutPaths,
  rolloutCriteria,
  type RolloutPath,
  type TestPath,
} from '../../testing/index.ts';
import { coverageOfPaths, type Coverage } from './coverage.ts';
import { sessionOfPath } from './fixture-of-session.ts';
import { jump, newSession, replaySession, type Session } from './session.ts';

/** A path of either machine, ready to play from its start. */
export interface PlayablePath {
  readonly name: string;
  readonly steps: number;
  readonly session: Session;
}

export interface PlayablePaths {
  readonly paths: readonly PlayablePath[];
  /** What no path can exercise, and why paths may be missing, as text; `''` if nothing. */
  readonly remark: string;
  readonly coverage: () => Coverage;
}

/** The criteria for which paths can be generated for a session's chart. */
export const criteriaOf = ({ machine }: Session): readonly CriterionName[] =>
  machine === 'rollout' ? rolloutCriteria : criterionNames;

/** The paths of a criterion for a session's chart, side and policy. */
export function playablePaths(session: Session, criterion: CriterionName): PlayablePaths {
  const { title } = criteria[criterion];
  if (session.machine === 'rollout') {
    const own = rolloutCriteria.find((name) => name === criterion) ?? 'validTransitions';
    const paths = generateRolloutPaths(own).map(ofRollout);
    return { paths, remark: '', coverage: () => coverageOfSessions(title, paths) };
  }
  const side = session.side === 'both' ? 'agent' : session.side;
  const { onHealthFailure } = session;
  const generation = generatePaths({ criterion: { kind: 'full', name: criterion }, side, onHealthFailure });
  const { paths } = generation;
  return {
    paths: playable(paths),
    remark: remarkOn(generation),
    coverage: () => coverageOfPaths(title, paths, [side], [onHealthFailure]),
  };
}

/** Remarks about the paths, as further parts of a sentence. */
export function remarkOn({ unreached, wasCut }: Pick<Generation, 'unreached' | 'wasCut'>): string {
  const missed = unreached.length > 0 ? `; ${unreached.length} cannot be reached under this policy` : '';
  return `${missed}${wasCut ? '; stopped at its limit' : ''}`;
}

/** The paths of a file, always for the host machine. Each names its side and policy. */
export function playableFile(paths: readonly TestPath[]): PlayablePaths {
  const sides = [...new Set(paths.map(({ side }) => side))];
  const policies = [...new Set(paths.map(({ policy }) => policy.onHealthFailure))];
  return {
    paths: playable(paths),
    remark: '',
    coverage: () => coverageOfPaths('the paths of the file', paths, sides, policies),
  };
}

/** The session if the paths of a file belong to its chart; otherwise a new one of the first path's chart. */
export function sessionForPaths(session: Session, paths: readonly TestPath[]): Session {
  const [first] = paths;
  const isOfHost = session.machine === 'host';
  const isShown = isOfHost && (session.side === 'both' || paths.some(({ side }) => side === session.side));
  if (first === undefined || isShown) return session;
  return { ...newSession, side: first.side, onHealthFailure: first.policy.onHealthFailure };
}

const playable = (paths: readonly TestPath[]): readonly PlayablePath[] =>
  paths.map((path) => ({ name: path.name, steps: path.steps.length, session: sessionOfPath(path) }));

const ofRollout = ({ name, start, steps }: RolloutPath): PlayablePath => ({
  name,
  steps: steps.length,
  session: {
    ...newSession,
    machine: 'rollout',
    side: 'control-plane',
    start: { kind: 'record', record: start, title: name },
    events: steps.map(({ event }) => event),
    cursor: 0,
  },
});

/** How often the paths exercise each cell, counted by playing them. */
function coverageOfSessions(title: string, paths: readonly PlayablePath[]): Coverage {
  const cells = new Map<string, number>();
  for (const { session } of paths) {
    for (const { before, event } of replaySession(jump(session, session.events.length))) {
      const cell = `${before.state}.${event.type}`;
      cells.set(cell, (cells.get(cell) ?? 0) + 1);
    }
  }
  return { title, cells };
}
