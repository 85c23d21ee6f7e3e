import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AGENT_RULES, tickDueAt, agentCore, type AgentInput, type AgentRules } from '../../src/agent/index.ts';
import { AgentDriver, answer, dispatch, manifest, NEW_CLOSURE, OLD_CLOSURE, snapshot, START } from './agent-driver.ts';
import { FaultyWorld, ROLLOUT_IDS, type WorldOp } from './faulty-world.ts';

const rolloutIds = fc.constantFrom<string>(...ROLLOUT_IDS, 'stable@unknown');
const closures = fc.constantFrom(OLD_CLOSURE, NEW_CLOSURE, 'sha256-third', '');
const exitCode = fc.integer({ min: -1, max: 5 });
const stderrTail = fc.constant('tail');
const status = fc.constantFrom<'pass' | 'fail'>('pass', 'fail');
const crashAfter = fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(6) });

const workerReports: fc.Arbitrary<AgentInput> = fc.oneof(
  fc.record({
    type: fc.constant('ActivationStarted' as const),
    rolloutId: rolloutIds,
    switchMethod: fc.constant('switch'),
  }),
  fc.record({
    type: fc.constant('ActivationCompleted' as const),
    rolloutId: rolloutIds,
    observedCurrentClosure: closures,
    exitCode,
  }),
  fc.record({
    type: fc.constant('ActivationCompleted' as const),
    rolloutId: rolloutIds,
    observedCurrentClosure: fc.constant(NEW_CLOSURE),
    exitCode,
  }),
  fc.record({
    type: fc.constant('ActivationDeferred' as const),
    rolloutId: rolloutIds,
    component: fc.constant('kernel'),
  }),
  fc.record({ type: fc.constant('ActivationFailed' as const), rolloutId: rolloutIds, exitCode, stderrTail }),
  fc.record({
    type: fc.constant('RollbackCompleted' as const),
    rolloutId: rolloutIds,
    revertedToClosure: closures,
    exitCode,
  }),
  fc.record({ type: fc.constant('RollbackFailed' as const), rolloutId: rolloutIds, exitCode, stderrTail }),
);

const oddInputs: fc.Arbitrary<AgentInput> = fc.oneof(
  fc.record({ type: fc.constant('HeartbeatUnanswered' as const) }),
  fc.record({
    type: fc.constant('EventsDelivered' as const),
    rolloutId: fc.constant('stable@unknown'),
    events: fc.array(
      fc.record({
        seq: fc.integer(),
        outcome: fc.constantFrom('accepted' as const, 'refused' as const, 'not-delivered' as const),
      }),
    ),
  }),
  fc.record({
    type: fc.constant('ProbeOutcome' as const),
    rolloutId: rolloutIds,
    generation: fc.nat(3),
    probeName: fc.string(),
    status,
    failureReason: fc.option(fc.string()),
    subResults: fc.constant(null),
  }),
);

const rollout = fc.nat(ROLLOUT_IDS.length - 1);
const ops: fc.Arbitrary<WorldOp> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ op: fc.constant('feed' as const), input: workerReports, crashAfter }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('feed' as const), input: oddInputs, crashAfter }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('dispatch' as const), rollout, crashAfter }) },
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('probe' as const),
      probeName: fc.constantFrom('http', 'disk', 'off'),
      status,
      crashAfter,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('post' as const),
      rollout,
      fate: fc.constantFrom(
        'answered' as const,
        'answered' as const,
        'lost' as const,
        'answer-lost' as const,
        'delayed' as const,
      ),
      crashAfter,
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('late-post' as const) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('look' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('answer' as const),
      fresh: fc.boolean(),
      replayFrom: fc.option(fc.nat(9)),
      batchLimit: fc.constantFrom(1, 3, 100),
      crashAfter,
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('flush' as const) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('wait' as const), ms: fc.constantFrom(1, 10_000, 130_000) }) },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant('crash' as const), rebooted: fc.boolean(), runsNew: fc.boolean() }),
  },
);

/** Few random histories would get as far as a soaking host, where most can go wrong. */
const untilSoaking: readonly WorldOp[] = [
  { op: 'answer', fresh: true, replayFrom: null, batchLimit: 1, crashAfter: null },
  { op: 'dispatch', rollout: 0, crashAfter: null },
  {
    op: 'feed',
    input: { type: 'ActivationCompleted', rolloutId: ROLLOUT_IDS[0], observedCurrentClosure: NEW_CLOSURE, exitCode: 0 },
    crashAfter: null,
  },
];
const histories = fc
  .tuple(fc.nat(untilSoaking.length), fc.array(ops, { minLength: 15, maxLength: 80, size: 'max' }))
  .map(([steps, rest]) => [...untilSoaking.slice(0, steps), ...rest]);

function live(parts: Partial<AgentRules>, history: readonly WorldOp[]): FaultyWorld {
  const world = new FaultyWorld(parts);
  for (const op of history) world.run(op);
  world.settle();
  return world;
}

describe('whatever is fed, lost, delayed or crashed between any two effects', () => {
  test('no number is used for two events, nothing durable is lost, order is kept, nothing throws or is mutated', () => {
    let emitted = 0;
    let crashes = 0;
    fc.assert(
      fc.property(histories, (history) => {
        const world = live({}, history);
        emitted += world.emittedCount;
        crashes += world.crashes;
      }),
      { numRuns: 1500 },
    );
    // A world in which nothing happens would hold every promise.
    expect(emitted).toBeGreaterThan(5000);
    expect(crashes).toBeGreaterThan(2000);
  });

  const broken: Readonly<Record<string, Partial<AgentRules>>> = {
    'numbers that go on from the record alone': { nextSeq: ({ record }) => (record?.lastEventSeq ?? 0) + 1 },
    'events that are given up without an answer': {
      settleDelivery: (settled, report) =>
        AGENT_RULES.settleDelivery(settled, {
          ...report,
          events: report.events.map(({ seq }) => ({ seq, outcome: 'accepted' })),
        }),
    },
    'work that does not wait for the answer': { awaitsAnswer: () => false },
    'snapshots that move a record back': {
      takeOverSnapshot: (record, taken) =>
        AGENT_RULES.takeOverSnapshot(record === null ? null : { ...record, lastEventSeq: 0 }, taken),
    },
    'a backlog that drops what is durable': {
      compactBacklog: (backlog) => ({
        kept: backlog.slice(0, 1),
        droppedSeqs: backlog.slice(1).map(({ event }) => event.seq),
      }),
    },
  };
  test.each(Object.keys(broken))('%s would be noticed', (name) => {
    const { failed } = fc.check(
      fc.property(histories, (history) => void live(broken[name] ?? {}, history)),
      { numRuns: 3000, endOnFailure: true },
    );
    expect(failed).toBe(true);
  });
});

test('before tickDueAt a tick does nothing', () => {
  const core = agentCore();
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          workerReports,
          oddInputs,
          fc.constantFrom<AgentInput>(
            { type: 'Tick' },
            dispatch(),
            answer({
              bootstrapRollouts: [snapshot({ state: 'Soaking', lastEventSeq: 3, dispatchAckedAt: START })],
              manifests: [manifest()],
            }),
          ),
          fc.record({ op: fc.constantFrom('http', 'disk'), status }),
        ),
        { maxLength: 30 },
      ),
      fc.array(fc.nat(70_000), { minLength: 30, maxLength: 30 }),
      (inputs, waits) => {
        const driver = new AgentDriver().start();
        for (const [index, input] of inputs.entries()) {
          driver.now += waits[index] ?? 0;
          if ('op' in input) driver.probe(input.op, input.status);
          else driver.feed(input);
          const dueAt = Math.min(tickDueAt(driver.agent), driver.now + 1_000_000);
          if (dueAt <= driver.now) continue;
          const turn = core.handle(driver.agent, { type: 'Tick' }, dueAt - 1);
          expect(turn.effects).toEqual([]);
          expect(turn.agent).toBe(driver.agent);
          const isDue = tickDueAt(driver.agent) === dueAt;
          const changes = core.handle(driver.agent, { type: 'Tick' }, dueAt).agent !== driver.agent;
          expect(changes).toBe(isDue);
        }
      },
    ),
    { numRuns: 300 },
  );
});
