import fc from 'fast-check';
import { rolloutsOf } from '../../../src/control-plane/reads.ts';
import type { RolloutManifest } from '../../../src/fleet/rollout-manifest.ts';
import { manifest, type BudgetSketch } from './manifests.ts';
import { snapshot, type World } from './world.ts';

const HOSTS = ['a0', 'a1', 'a2', 'a3', 'b0', 'b1', 'b2'] as const;
const CHANNELS = ['edge', 'stable'] as const;

const hostsOn = (channel: string): readonly string[] =>
  HOSTS.filter((host) => host.startsWith(channel === 'edge' ? 'a' : 'b'));

const budgets = fc.array(
  fc.record({ key: fc.constantFrom('k1', 'k2', 'k3'), hosts: fc.subarray([...HOSTS]), limit: fc.option(fc.nat(3)) }),
  { maxLength: 3 },
) satisfies fc.Arbitrary<BudgetSketch[]>;

const release = fc.record({
  type: fc.constant('release' as const),
  channel: fc.constantFrom(...CHANNELS),
  ref: fc.constantFrom('r1', 'r2', 'r3', 'r4'),
  waveOf: fc.array(fc.constantFrom(-1, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3), {
    minLength: HOSTS.length,
    maxLength: HOSTS.length,
  }),
  waves: fc.option(fc.integer({ min: 1, max: 4 }), { freq: 4 }),
  edges: fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { maxLength: 2, size: '-1' }),
  gated: fc.boolean(),
  budgets,
  sharedTarget: fc.boolean(),
});

const WAYS = [
  'ack',
  'start',
  'complete',
  'defer',
  'fail',
  'revert',
  'converge',
  'probe-fails',
  'probe-passes',
  'stale',
] as const;

/** Mostly the good way: one failure halts a rollout, and little is left to see then. */
function nextWay(state: string, random: number): (typeof WAYS)[number] {
  switch (state) {
    case 'Pending':
      return 'ack';
    case 'Activating':
      return random < 50 ? 'complete' : random < 98 ? 'defer' : 'fail';
    case 'Deferred':
      return 'complete';
    case 'Soaking':
      return random < 40 ? 'probe-fails' : random < 60 ? 'probe-passes' : 'converge';
    default:
      return 'revert';
  }
}

const act = fc.record({
  type: fc.constant('act' as const),
  host: fc.constantFrom(...HOSTS),
  age: fc.constantFrom(0, 0, 0, 0, 0, 1, 2),
  how: fc.constantFrom(...WAYS, 'next', 'next', 'next', 'next', 'next', 'next', 'next'),
  /** Chooses among what the host's state allows next. */
  random: fc.nat(99),
});

const beat = fc.record({
  type: fc.constant('beat' as const),
  host: fc.constantFrom(...HOSTS),
  closure: fc.constantFrom('old', 'target', null),
  age: fc.constantFrom(0, 0, 0, 1),
  tells: fc.option(
    fc.constantFrom(
      'Activating' as const,
      'Soaking' as const,
      'Failed' as const,
      'Reverted' as const,
      'Deferred' as const,
    ),
    { freq: 2 },
  ),
});

const tick = fc.record({ type: fc.constant('tick' as const) });
const expire = fc.record({
  type: fc.constant('expire' as const),
  channel: fc.constantFrom(...CHANNELS),
  ref: fc.constantFrom('r1', 'r2', 'r3'),
});

const move = fc.oneof(
  { weight: 1, arbitrary: release },
  { weight: 30, arbitrary: act },
  { weight: 4, arbitrary: beat },
  { weight: 1, arbitrary: tick },
  { weight: 1, arbitrary: expire },
);

/** Two releases, and what becomes of them. */
export const history = fc
  .tuple(release, release, fc.array(move, { minLength: 10, maxLength: 70 }))
  .map(([first, second, moves]): readonly Move[] => [first, second, ...moves]);

type Move = typeof move extends fc.Arbitrary<infer M> ? M : never;

function released(step: Extract<Move, { type: 'release' }>): RolloutManifest {
  const hosts = hostsOn(step.channel);
  const waveOf = (host: string): number => step.waveOf[HOSTS.indexOf(host as (typeof HOSTS)[number])] ?? 0;
  const staged = Array.from({ length: step.waves ?? 0 }, (_, wave) => hosts.filter((host) => waveOf(host) === wave));
  const others = hosts.filter((host) => !staged.flat().includes(host));
  // Edges only ever point from a later to an earlier host, so there is no cycle.
  const edges = step.edges.flatMap(([x, y]): [string, string][] => {
    const [gates, gated] = [hosts[Math.min(x, y)], hosts[Math.max(x, y)]];
    return gates === undefined || gated === undefined || gates === gated ? [] : [[gated, gates]];
  });
  const keys = new Map(step.budgets.map((budget) => [budget.key, budget]));
  return manifest({
    channel: step.channel,
    ref: step.ref,
    waves: step.waves === null ? null : staged,
    others,
    edges,
    gatedBy: step.gated && step.channel === 'stable' ? ['edge'] : [],
    budgets: [...keys.values()].sort((a, b) => (a.key < b.key ? -1 : 1)),
    targets: step.sharedTarget ? Object.fromEntries(hosts.map((host) => [host, 'shared'])) : {},
  });
}

/** One input, whatever state the world is in. Moves that make no sense there are sent all the same. */
export function play(world: World, step: Move): void {
  world.now += 1_000;
  if (step.type === 'release') return world.verify(released(step));
  if (step.type === 'tick') return world.tick();
  if (step.type === 'expire') {
    world.handle({ type: 'RetentionExpired', rolloutId: `${step.channel}@${step.ref}` });
    return;
  }
  const opened = rolloutsOf(world.state).filter(
    ({ channel }) => channel === (step.host.startsWith('a') ? 'edge' : 'stable'),
  );
  const rolloutId = opened.at(-1 - step.age)?.rolloutId;
  if (rolloutId === undefined) return world.tick();
  const target = world.targetOf(step.host, rolloutId);
  if (step.type === 'beat') {
    const told =
      step.tells === null
        ? []
        : [snapshot(step.host, rolloutId, { state: step.tells, targetClosure: target, lastEventSeq: 3 })];
    world.heartbeat(step.host, step.closure === 'target' ? target : step.closure, told);
    return;
  }
  const at = world.now;
  const probe = {
    type: 'ProbeResult',
    probeName: 'p',
    mode: 'enforce',
    observedAt: at,
    failureReason: null,
    subResults: null,
  } as const;
  const how = step.how === 'next' ? nextWay(world.stateOf(step.host, rolloutId), step.random) : step.how;
  switch (how) {
    case 'ack':
      return void world.ack(step.host, rolloutId);
    case 'start':
      return void world.send(step.host, rolloutId, {
        type: 'ActivationStarted',
        startedAt: at,
        switchMethod: 'switch',
      });
    case 'complete':
      return void world.send(step.host, rolloutId, {
        type: 'ActivationCompleted',
        observedCurrentClosure: target,
        exitCode: 0,
        completedAt: at,
      });
    case 'defer':
      return void world.send(step.host, rolloutId, { type: 'ActivationDeferred', component: 'kernel', deferredAt: at });
    case 'fail':
      return void world.send(step.host, rolloutId, {
        type: 'ActivationFailed',
        exitCode: 1,
        stderrTail: '',
        failedAt: at,
      });
    case 'revert':
      return void world.send(step.host, rolloutId, {
        type: 'RollbackComplete',
        revertedToClosure: 'old',
        exitCode: 0,
        completedAt: at,
      });
    case 'converge':
      return void world.send(step.host, rolloutId, {
        type: 'Converged',
        convergedAt: at + 10 * 60_000,
        currentClosure: target,
      });
    case 'probe-fails':
      return void world.send(step.host, rolloutId, { ...probe, status: 'fail' });
    case 'probe-passes':
      return void world.send(step.host, rolloutId, { ...probe, status: 'pass' });
    case 'stale':
      return void world.post(step.host, rolloutId, { ...probe, status: 'fail', seq: 1 });
  }
}
