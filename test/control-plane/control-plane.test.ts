import { expect, test } from 'vitest';
import { controlPlaneCore } from '../../src/control-plane/control-plane.ts';
import type { ControlPlaneInput } from '../../src/control-plane/inputs.ts';
import type { ControlPlane } from '../../src/control-plane/state.ts';
import { GATES } from '../../src/control-plane/gates/gates.ts';
import { isInFlight } from '../../src/machine/host-states.ts';
import type { OutboundEvent } from '../../src/machine/events.ts';
import { manifest } from './support/manifests.ts';

const ID = 'stable@r1';
const nameOf = (index: number): string => `host-${String(index).padStart(6, '0')}`;

interface Cost {
  /** Calls of the rules. */
  readonly asked: number;
  /** Values of objects and arrays that were made anew. */
  readonly copied: number;
}

/** A rollout in two waves, the first half as large, with a budget that keeps most hosts waiting. */
function costs(hosts: number, inputs: readonly ControlPlaneInput[]): readonly Cost[] {
  let asked = 0;
  const core = controlPlaneCore({
    gates: GATES.map((gate) => ({
      ...gate,
      check: (context, candidate) => ((asked += 1), gate.check(context, candidate)),
    })),
    needsDispatch: (target, running) => ((asked += 1), target !== running),
    countsAgainstBudget: (state, isOutstanding) => ((asked += 1), isOutstanding || isInFlight(state)),
  });
  const names = Array.from({ length: hosts }, (_, index) => nameOf(index));
  const release = manifest({
    waves: [names.slice(0, hosts / 2), names.slice(hosts / 2)],
    budgets: [{ key: 'k', hosts: names, limit: 10 }],
  });
  let controlPlane = core.handle(core.start(), { type: 'ManifestsVerified', rollouts: [release] }, 0).controlPlane;
  return inputs.map((input) => {
    asked = 0;
    const next = core.handle(controlPlane, input, 1_000).controlPlane;
    const cost = { asked, copied: copied(controlPlane, next) };
    controlPlane = next;
    return cost;
  });
}

/** What `after` does not share with `before`, following both in step. */
function copied(before: unknown, after: unknown): number {
  if (before === after || typeof after !== 'object' || after === null) return 0;
  const old = typeof before === 'object' && before !== null ? before : {};
  if (after instanceof Map) return after.size;
  let count = 0;
  for (const [key, value] of Object.entries(after)) count += 1 + copied(Reflect.get(old, key), value);
  return count;
}

const post = (index: number, event: OutboundEvent): ControlPlaneInput => ({
  type: 'EventReceived',
  envelope: { hostname: nameOf(index), rolloutId: ID, event, signature: null },
});
const beat = (index: number): ControlPlaneInput => ({
  type: 'HeartbeatReceived',
  heartbeat: { hostname: nameOf(index), rolloutId: null, currentClosure: 'old', at: 0, rollouts: [], undelivered: [] },
  isComplete: true,
});

const inputs: readonly ControlPlaneInput[] = [
  beat(3),
  post(3, { type: 'DispatchAck', currentClosureAtDispatch: 'old', receivedAt: 1, seq: 1 }),
  post(3, {
    type: 'ActivationCompleted',
    observedCurrentClosure: `${nameOf(3)}-r1`,
    exitCode: 0,
    completedAt: 1,
    seq: 2,
  }),
  post(3, {
    type: 'ProbeResult',
    probeName: 'p',
    mode: 'enforce',
    status: 'fail',
    observedAt: 1,
    failureReason: null,
    subResults: null,
    seq: 3,
  }),
  post(3, {
    type: 'ProbeResult',
    probeName: 'p',
    mode: 'enforce',
    status: 'pass',
    observedAt: 2,
    failureReason: null,
    subResults: null,
    seq: 4,
  }),
  post(3, { type: 'Converged', convergedAt: 600_001, currentClosure: `${nameOf(3)}-r1`, seq: 5 }),
  beat(400),
  { type: 'PlanTick' },
];

test('an input costs the same with 30,000 hosts as with 1,000', () => {
  const small = costs(1_000, inputs);
  const large = costs(30_000, inputs);
  inputs.forEach((input, at) => {
    const [few, many] = [small[at], large[at]];
    if (few === undefined || many === undefined) throw new Error(input.type);
    // The same questions are asked; of the tries, a level or two more are copied in each.
    expect(many.asked, input.type).toBe(few.asked);
    expect(many.asked).toBeLessThan(60);
    expect(many.copied).toBeLessThan(few.copied + 400);
    expect(many.copied).toBeLessThan(1_200);
  });
});

test('with an empty database, the cost of a heartbeat does not depend on the number of hosts heard before', () => {
  const last = (hosts: number): number => {
    const core = controlPlaneCore();
    const names = Array.from({ length: hosts }, (_, index) => nameOf(index));
    const release = manifest({ waves: [names] });
    let controlPlane = core.handle(
      core.start({ dispatchFrom: 1_000_000 }),
      { type: 'ManifestsVerified', rollouts: [release] },
      0,
    ).controlPlane;
    let before = controlPlane;
    for (let index = 0; index < hosts; index += 1) {
      before = controlPlane;
      controlPlane = core.handle(controlPlane, beat(index), 1_000).controlPlane;
    }
    return copied(before, controlPlane);
  };
  expect(last(5_000)).toBeLessThan(last(500) + 200);
});

test('a duplicate and a poll copy nothing', () => {
  const core = controlPlaneCore();
  const before: ControlPlane = core.handle(
    core.start(),
    { type: 'ManifestsVerified', rollouts: [manifest({ others: ['a'] })] },
    0,
  ).controlPlane;
  const ack = {
    type: 'EventReceived',
    envelope: {
      hostname: 'a',
      rolloutId: ID,
      event: { type: 'DispatchAck', currentClosureAtDispatch: 'old', receivedAt: 1, seq: 1 },
      signature: null,
    },
  } as const;
  const once = core.handle(before, ack, 1).controlPlane;
  expect(copied(once, core.handle(once, ack, 2).controlPlane)).toBeLessThan(20);
  expect(core.handle(once, { type: 'DispatchPolled', hostname: 'a' }, 2).controlPlane).toBe(once);
});
