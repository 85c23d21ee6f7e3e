import { step, type HostRolloutState } from '../../machine/index.ts';
import { allCriteria, suitePaths, suitePolicies, type SuiteOptions } from '../suite.ts';
import { sides } from '../side.ts';
import type { TestPath } from '../test-path.ts';
import type { Exercise } from './exercise.ts';
import { pathExercises } from './host-exercises.ts';
import { manyHosts } from './memory-exercises.ts';

// In a session, the peer keeps the record of each host. Paths of many hosts run side by side: hosts share rollouts,
// rollouts share hosts, and some names are similar.

const rollouts = ['stable@a1b2c3d', 'stable@e4f5a6b', 'edge@a1b2c3d', '__proto__@a1b2c3d'];
const hostnames = ['web-01', 'WEB-01', 'web-02', 'web-0', '10', '', 'constructor', 'caf\u00e9', 'cafe\u0301'];

const MAX_AT_ONCE = rollouts.length * hostnames.length;

/** The same events on another record, with their results. */
export function onRecord(path: TestPath, start: HostRolloutState, steps: TestPath['steps'] = path.steps): TestPath {
  let record = start;
  const expected = steps.map((each) => {
    const result = step(record, each.event, each.now, path.policy);
    if (result.ok) record = result.state;
    return { ...each, expected: result };
  });
  return { ...path, start, steps: expected };
}

/** What a session asks for a path: `open`, each event, `close`. */
export function sessionExercises(path: TestPath): readonly Exercise[] {
  const { start, policy } = path;
  const { rolloutId, hostname } = start;
  const events = [...pathExercises(path)].map((exercise, index): Exercise => {
    const found = path.steps[index];
    if (found === undefined) throw new Error('A path has an exercise for each step.');
    const { event, now } = found;
    return { ...exercise, inSession: { op: 'event', rolloutId, hostname, event, now } };
  });
  const [first, last] = [events[0], events.at(-1)];
  if (first === undefined || last === undefined) return [];
  const end = path.steps.reduce((record, { expected }) => (expected.ok ? expected.state : record), start);
  const open = { op: 'open', state: start, policy } as const;
  const close = { op: 'close', rolloutId, hostname } as const;
  return [
    { ...first, place: 'open', inSession: open, expected: { ok: {} }, visit: null },
    ...events,
    { ...last, place: 'close', inSession: close, expected: { ok: { state: end } }, visit: null },
  ];
}

/** Whether a path starts at the sample host. Only one path at a time can use it. */
const isSample = ({ rolloutId, hostname }: HostRolloutState): boolean =>
  rolloutId === rollouts[0] && hostname === hostnames[0];

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('There is nothing to take turns with.');
  return item;
}

/** Gives the sample host of a path another name and rollout. Paths that start at odd records keep theirs. */
function renamed(path: TestPath, number: number): TestPath {
  if (!isSample(path.start)) return path;
  const rolloutId = at(rollouts, Math.floor(number / hostnames.length));
  return onRecord(path, { ...path.start, rolloutId, hostname: at(hostnames, number) });
}

const keyOf = ({ start }: TestPath): string => JSON.stringify([start.rolloutId, start.hostname]);

/** Paths that run side by side, one for each host in each rollout. */
export function* groupsOf(paths: Iterable<TestPath>): Generator<readonly TestPath[]> {
  let group = new Map<string, TestPath>();
  for (const path of paths) {
    const next = renamed(path, group.size);
    if (group.size === MAX_AT_ONCE || group.has(keyOf(next))) {
      yield [...group.values()];
      group = new Map();
    }
    const first = renamed(path, group.size);
    group.set(keyOf(first), first);
  }
  if (group.size > 0) yield [...group.values()];
}

/** How many of the first paths run again at the end. */
const REPEATED = MAX_AT_ONCE;

/** The default. There are many simple paths, and they show nothing new. */
const sessionCriteria = allCriteria.filter(({ name }) => name !== 'simplePaths');

/**
 * The paths of a suite for sessions, in groups that run side by side. The last groups have more hosts at once than a
 * cache would keep, and the first paths again.
 */
export function* sessionGroups(options: SuiteOptions = {}): Generator<readonly TestPath[]> {
  const { criteria = sessionCriteria, sides: wanted = sides, policies = suitePolicies } = options;
  const first: TestPath[] = [];
  for (const group of groupsOf(suitePaths({ ...options, criteria }))) {
    if (first.length < REPEATED) first.push(...group.slice(0, REPEATED - first.length));
    yield group;
  }
  const [side] = wanted;
  const [policy] = policies;
  if (side !== undefined && policy !== undefined) yield manyHosts(side, policy);
  yield* groupsOf(first.map((path) => ({ ...path, name: `again, ${path.name}` })));
}
