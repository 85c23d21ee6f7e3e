import { getSimplePaths as fromFrozenPackage } from '@xstate/graph';
import { createTestModel, type TestParam } from '@xstate/test';
import { describe, expect, it } from 'vitest';
import { createActor, createMachine, type AnyStateMachine, type EventObject, type Snapshot } from 'xstate';
import { getSimplePaths } from 'xstate/graph';
import {
  hostRolloutMachine,
  hostStates,
  isAtEnd,
  recordOfSnapshot,
  snapshotOfRecord,
  step,
  toHostEvent,
  type HostEvent,
  type HostRolloutState,
  type HostState,
  type OutboundEvent,
} from '../../src/machine/index.ts';
import { chartCells, engines, healthFailurePolicies, recordIn, sampleHost, sides } from '../../src/testing/index.ts';
import { pathsOf } from '../support/generated-paths.ts';

type Side = (typeof sides)[number];

/** The targets of each event of one side, without context, input or actions, which `@xstate/test` can explore. */
const shapeOf = (side: Side) =>
  createMachine({
    id: `shape-${side}`,
    initial: 'Pending',
    states: Object.fromEntries(
      hostStates.map((state) => {
        const cells = chartCells.filter((cell) => cell.side === side && cell.state === state);
        const rows = cells.flatMap(({ event, target }) => {
          if (target === null) return [];
          return [[event, target === state ? { actions: [] } : target] as const];
        });
        return [state, { on: Object.fromEntries(rows) }];
      }),
    ),
  });

/** The subjects: each gets an event, then reports the state of the host. */
interface Subject {
  readonly send: (event: HostEvent) => void;
  readonly record: () => HostRolloutState;
  /** What else must be in the same state. */
  readonly mirror?: () => HostRolloutState;
}

type Policy = { readonly onHealthFailure: (typeof healthFailurePolicies)[number] };

const subjects: Readonly<Record<string, (policy: Policy) => Subject>> = {
  step: (policy) => {
    let record = sampleHost;
    return {
      send: (event) => {
        const result = step(record, event, 0, policy);
        if (result.ok) record = result.state;
      },
      record: () => record,
    };
  },
  'the XState actor': (policy) => {
    const actor = createActor(hostRolloutMachine, {
      snapshot: snapshotOfRecord(sampleHost, policy),
      input: { ...sampleHost, policy },
    });
    actor.start();
    return { send: (event) => actor.send(event), record: () => recordOfSnapshot(actor.getSnapshot()) };
  },
  'agent and mirror': (policy) => {
    let agent = sampleHost;
    let mirror = sampleHost;
    const reportOf = (result: ReturnType<typeof step>): OutboundEvent | null => {
      const effects = result.ok ? result.effects : [];
      const emitted = effects.find((effect) => effect.type === 'LocalEmitEvent');
      return emitted?.type === 'LocalEmitEvent' ? emitted.payload : null;
    };
    return {
      send: (event) => {
        const result = step(agent, event, 0, policy);
        if (result.ok) agent = result.state;
        const report = reportOf(result);
        const remote = report === null ? null : step(mirror, toHostEvent(report), 0, policy);
        if (remote?.ok === true) mirror = remote.state;
      },
      record: () => agent,
      mirror: () => mirror,
    };
  },
};

/** Checks every state, and gives every event as our moves make it for the current record. */
function paramsFor(side: Side, policy: Policy, subject: Subject): TestParam<Snapshot<unknown>, EventObject> {
  const states = hostStates.map((state) => [
    state,
    () => {
      expect(subject.record().state).toBe(state);
      if (subject.mirror !== undefined) expect(subject.mirror().state).toBe(state);
    },
  ]);
  const events = chartCells
    .filter((cell) => cell.side === side)
    .map(({ event }) => [
      event,
      () => {
        const record = subject.record();
        // Safe: the engine of the host makes events of the host.
        subject.send(engines.host.usual(event, record, record.dispatchedAt + 60_000, policy) as HostEvent);
      },
    ]);
  return { states: Object.fromEntries(states), events: Object.fromEntries(events) };
}

interface AnyPath {
  readonly state: Snapshot<unknown>;
  readonly steps: readonly { readonly state: Snapshot<unknown>; readonly event: EventObject }[];
}

const valueOf = (snapshot: Snapshot<unknown>): HostState => {
  const { value } = snapshot as unknown as { readonly value: HostState };
  return value;
};

/** The states on the way, independent of whether a package lists the initial state as a step. */
const wayOf = ({ state, steps }: AnyPath): string => {
  const all = [...steps.map((each) => valueOf(each.state)), valueOf(state)];
  return ['Pending', ...all].filter((each, index, list) => each !== list[index - 1]).join(' ');
};

const isPrefix = (way: string, others: readonly string[]): boolean =>
  others.some((other) => other !== way && other.startsWith(`${way} `));

const longest = (ways: Iterable<string>): readonly string[] => {
  const all = [...new Set(ways)];
  return all.filter((way) => !isPrefix(way, all)).sort();
};

describe.each(sides)('@xstate/test, from the shape of the %s,', (side) => {
  const shape: AnyStateMachine = shapeOf(side);
  const model = createTestModel(shape);
  const shortest = model.getShortestPaths();
  const simple = model.getSimplePaths();
  const names = Object.keys(subjects).filter((name) => side === 'agent' || name !== 'agent and mirror');

  describe.each(names)('tests %s', (name) => {
    it.each(healthFailurePolicies)('along its shortest and its simple paths, under %s', async (onHealthFailure) => {
      const policy = { onHealthFailure };
      const make = subjects[name];
      if (make === undefined) throw new Error(`There is no subject ${name}.`);
      expect(simple.length).toBeGreaterThanOrEqual(6);
      for (const path of [...shortest, ...simple]) await path.test(paramsFor(side, policy, make(policy)));
    });
  });

  it('notices a subject with another transition', async () => {
    const stuck: Subject = { send: () => {}, record: () => recordIn('Pending') };
    for (const path of simple) {
      await expect(path.test(paramsFor(side, { onHealthFailure: 'halt' }, stuck))).rejects.toThrow();
    }
  });

  it('reaches every state by its shortest paths', () => {
    const reached = shortest.flatMap((path) => wayOf(path).split(' '));
    expect(new Set(reached)).toEqual(new Set(hostStates));
  });

  it('finds the simple paths that xstate/graph and @xstate/graph find in the same shape', () => {
    const found = longest(simple.map(wayOf));
    expect(longest(getSimplePaths(shape).map(wayOf))).toEqual(found);
    // The frozen package is typed for another version of XState.
    const frozen = fromFrozenPackage(shape as never) as unknown as readonly AnyPath[];
    expect(longest(frozen.map(wayOf))).toEqual(found);
  });

  it('finds the same ways to an end as our simple paths, on the machine with context and guards', () => {
    const ours = pathsOf('simplePaths')
      .filter((path) => path.side === side)
      .map(({ start, steps }) => {
        const states = steps.flatMap(({ expected }) => (expected.ok ? [expected.state.state] : []));
        return [start.state, ...states].filter((state, index, list) => state !== list[index - 1]).join(' ');
      });
    const toEnds = simple.map(wayOf).filter((way) => isAtEnd(way.split(' ').at(-1) as HostState, 'halt'));
    expect(longest(ours)).toEqual(longest(toEnds));
  });
});
