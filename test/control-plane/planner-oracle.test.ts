import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DeferDispatch, QueueDispatch } from '../../src/control-plane/effects.ts';
import type { ControlPlane } from '../../src/control-plane/state.ts';
import { gateOf, inFlightOf, rolloutsOf } from '../../src/control-plane/reads.ts';
import { fleetView } from './support/fleet-view.ts';
import { history, play } from './support/histories.ts';
import {
  naiveDispatch,
  naiveInFlight,
  naiveIsThrough,
  naiveWave,
  type NaiveDecision,
  type NaiveFleet,
} from './support/naive-planner.ts';
import { World } from './support/world.ts';

const RUNS = process.env['NIGHTLY'] === '1' ? 3_000 : 120;

const keyOf = ({ rolloutId, host }: { readonly rolloutId: string; readonly host: string }): string =>
  `${rolloutId} ${host}`;

/** What the naive planner has told of each host, so that it too tells of changes only. */
type Told = Map<string, string>;

function changesOnly(decisions: readonly NaiveDecision[], told: Told): readonly string[] {
  const asking = new Set(decisions.map(keyOf));
  for (const key of told.keys()) if (!asking.has(key)) told.delete(key);
  const lines: string[] = [];
  for (const decision of decisions) {
    const key = keyOf(decision);
    const hold = `${decision.gate} ${decision.waitsFor}`;
    if (decision.gate === null) lines.push(`${key} queued`);
    else if (told.get(key) !== hold) lines.push(`${key} ${decision.gate}`);
    if (decision.gate === null) told.delete(key);
    else told.set(key, hold);
  }
  return lines.sort();
}

function decided(world: World): readonly (QueueDispatch | DeferDispatch)[] {
  return world.effects.filter(
    (effect): effect is QueueDispatch | DeferDispatch =>
      effect.type === 'QueueDispatch' || effect.type === 'DeferDispatch',
  );
}

function planned(world: World): boolean {
  const types = new Set(world.effects.map(({ type }) => type));
  return world.lastPlanned || types.has('TakeOverRecord') || types.has('RecordTransition');
}

function checkWaves(before: ControlPlane, fleet: NaiveFleet, didPlan: boolean): void {
  const waveBefore = new Map(
    rolloutsOf(before).map(({ rolloutId, currentWave, state }) => [rolloutId, { currentWave, state }]),
  );
  for (const rollout of fleet.rollouts) {
    const { rolloutId, state, currentWave } = rollout.record;
    const was = waveBefore.get(rolloutId) ?? { currentWave: 0, state: 'Active' };
    if (!['Active', 'Converging'].includes(state)) {
      expect(currentWave).toBe(was.currentWave);
      continue;
    }
    const expected = didPlan ? naiveWave(rollout, was.currentWave) : was.currentWave;
    expect(currentWave).toBe(expected);
    if (!didPlan) continue;
    const stays = was.state === 'Converging' && expected === was.currentWave;
    expect(state).toBe(stays || naiveIsThrough(rollout) ? 'Converging' : 'Active');
  }
}

function checkStep(before: ControlPlane, world: World, told: Told): void {
  const didPlan = planned(world);
  const queued = new Set(
    decided(world)
      .filter(({ type }) => type === 'QueueDispatch')
      .map(keyOf),
  );
  const fleet = fleetView(world.state, queued);
  checkWaves(before, fleet, didPlan);
  const dispatching = new Set(
    fleet.rollouts
      .filter(({ record }) => ['Active', 'Converging'].includes(record.state))
      .map(({ record }) => record.rolloutId),
  );
  const lines = decided(world)
    .filter(({ rolloutId }) => dispatching.has(rolloutId))
    .map((decision) => `${keyOf(decision)} ${decision.type === 'QueueDispatch' ? 'queued' : decision.gate}`);
  if (didPlan) expect([...lines].sort()).toEqual(changesOnly(naiveDispatch(fleet), told));
  else {
    expect(lines).toEqual([]);
    const asking = new Set(naiveDispatch(fleetView(world.state, queued)).map(keyOf));
    for (const key of told.keys()) if (!asking.has(key)) told.delete(key);
  }
  const after = fleetView(world.state, new Set());
  for (const key of ['k1', 'k2', 'k3']) expect(inFlightOf(world.state, key)).toBe(naiveInFlight(after, key));
  if (!didPlan) return;
  for (const { rolloutId, host, gate } of naiveDispatch(after))
    expect(gateOf(world.state, rolloutId, host)?.gate).toBe(gate);
}

test("the planner decides what the specification's planner decides that looks at every host", () => {
  fc.assert(
    fc.property(history, (moves) => {
      const world = new World();
      const told: Told = new Map();
      for (const step of moves) {
        const before = world.state;
        play(world, step);
        checkStep(before, world, told);
      }
    }),
    { numRuns: RUNS },
  );
});

test('the histories reach the gates, quarantines, withdrawals and synthesis, so that the comparison means something', () => {
  const reached = new Set<string>();
  for (const moves of fc.sample(history, { numRuns: 300, seed: 7 })) {
    const world = new World();
    for (const step of moves) play(world, step);
    for (const effect of world.log) reached.add(effect.type === 'DeferDispatch' ? effect.gate : effect.type);
  }
  const wanted = [
    'quarantine',
    'channel-edges',
    'wave-promotion',
    'wave-promotion-host-unstaged',
    'host-edge',
    'disruption-budget',
  ];
  const effects = ['WithdrawDispatch', 'SynthesizeEvent', 'TakeOverRecord', 'AdvanceWave', 'WaveWithoutHosts'];
  expect([...wanted, ...effects].filter((name) => !reached.has(name))).toEqual([]);
});

test('dispatches of one pass leave in order of rollout id, then host name', () => {
  fc.assert(
    fc.property(history, (moves) => {
      const world = new World();
      for (const step of moves) {
        play(world, step);
        const order = decided(world)
          .filter(({ type }) => type === 'QueueDispatch')
          .map(keyOf);
        expect(order).toEqual([...order].sort());
      }
    }),
    { numRuns: 100 },
  );
});
