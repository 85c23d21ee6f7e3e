import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  agentCore,
  agentSettings,
  type Agent,
  type AgentInput,
  type AgentManifest,
  type OutboxHeader,
} from '../../src/agent/index.ts';
import { snapshotOf } from '../../src/wire/index.ts';
import { hostRolloutState, outboundEvent, rolloutPolicy, time } from '../support/arbitraries.ts';
import { deepFreeze } from '../control-plane/support/deep-freeze.ts';
import { boot } from './agent-driver.ts';

const HOST = 'web-01';
const rolloutId = fc.constantFrom('c@1', 'c@2', '__proto__');
const closure = fc.constantFrom('old', 'new', '');
const seq = fc.constantFrom(0, 1, 2, 64, 65, Number.MAX_SAFE_INTEGER);
const exitCode = fc.constantFrom(0, 1, null);

const manifest: fc.Arbitrary<AgentManifest> = fc.record({
  rolloutId,
  hostname: fc.constantFrom(HOST, HOST, 'web-02'),
  channel: fc.constant('c'),
  targetClosure: closure,
  policy: rolloutPolicy,
});
const record = fc
  .tuple(hostRolloutState, manifest, seq)
  .map(([state, fixed, lastEventSeq]) => ({ ...state, ...fixed, lastEventSeq }));
const header: fc.Arbitrary<OutboxHeader> = fc.tuple(manifest, record, seq).map(([fixed, known, numberedTo]) => ({
  rolloutId: fixed.rolloutId,
  manifest: fixed,
  record: { ...known, rolloutId: fixed.rolloutId },
  numberedTo,
  bootId: null,
  activation: null,
}));
const fields = {
  outbox: fc.array(fc.record({ rolloutId, event: outboundEvent, durable: fc.boolean() }), { maxLength: 3 }),
  headers: fc.array(header, { maxLength: 2 }),
  manifests: fc.array(manifest, { maxLength: 2 }),
};
const type = <Type extends AgentInput['type']>(name: Type) => fc.constant(name);

const workers = fc.array(fc.record({ kind: fc.constantFrom('switch' as const, 'rollback' as const), rolloutId }), {
  maxLength: 2,
});

/** Anything at any time: reports of work that nobody asked for, strange snapshots, boots in the middle of things. */
const input: fc.Arbitrary<AgentInput> = fc.oneof(
  fc.record({
    type: type('Boot'),
    runningClosure: closure,
    bootId: fc.constantFrom('boot-1', 'boot-2'),
    workers,
    ...fields,
  }),
  {
    weight: 3,
    arbitrary: fc.record({ type: type('Dispatch'), manifest, soakDueAt: fc.option(time), dispatchedAt: time }),
  },
  fc.record({ type: type('ActivationStarted'), rolloutId, switchMethod: closure }),
  {
    weight: 3,
    arbitrary: fc.record({ type: type('ActivationCompleted'), rolloutId, observedCurrentClosure: closure, exitCode }),
  },
  fc.record({ type: type('ActivationDeferred'), rolloutId, component: closure }),
  fc.record({ type: type('ActivationFailed'), rolloutId, exitCode, stderrTail: closure }),
  fc.record({ type: type('RollbackFailed'), rolloutId, exitCode, stderrTail: closure }),
  fc.record({ type: type('RollbackCompleted'), rolloutId, revertedToClosure: closure, exitCode }),
  fc.record({
    type: type('ProbeOutcome'),
    rolloutId,
    generation: fc.constantFrom(0, 1, 2),
    probeName: fc.constantFrom('__proto__', 'p', 'unknown'),
    status: fc.constantFrom('pass' as const, 'fail' as const),
    failureReason: fc.constant(null),
    subResults: fc.constant(null),
  }),
  fc.record({ type: type('Tick') }),
  fc.record({ type: type('HeartbeatUnanswered') }),
  fc.record({
    type: type('HeartbeatAnswered'),
    replayFrom: fc.option(seq),
    bootstrapRollouts: fc.array(record.map(snapshotOf), { maxLength: 3 }),
    manifests: fields.manifests,
    batchLimit: fc.constantFrom(1, 100),
  }),
  fc.record({
    type: type('EventsDelivered'),
    rolloutId,
    events: fc.array(
      fc.record({
        seq,
        outcome: fc.constantFrom('accepted' as const, 'refused' as const, 'not-delivered' as const),
      }),
      { maxLength: 3 },
    ),
  }),
  fc.record({ type: type('RunningClosureChanged'), runningClosure: closure }),
);

/** A runtime that drives many agents leaves it out. */
function isSilentAnswer(next: AgentInput, { batchLimit }: Agent): boolean {
  return (
    next.type === 'HeartbeatAnswered' &&
    next.replayFrom === null &&
    next.bootstrapRollouts.length === 0 &&
    next.batchLimit === batchLimit
  );
}

test('whatever it is fed, an agent does not throw, changes no argument, uses no number twice in one life, and is the same in place', () => {
  const core = agentCore();
  const inPlace = agentCore({}, { inPlace: true });
  const config = deepFreeze({
    hostname: HOST,
    runningClosure: 'old',
    probes: ['__proto__', 'p'].map((probeName) => ({
      probeName,
      kind: 'http',
      mode: 'unheard-of',
      intervalSecs: Number.NaN,
    })),
    settings: agentSettings({ maxRollouts: 2, maxUndeliveredEvents: 4 }),
  });
  const steps = fc.array(fc.tuple(input, fc.constantFrom(0, 1000, 60_000, 200_000, -5000)), { maxLength: 40 });
  fc.assert(
    fc.property(steps, (further) => {
      let agent = core.start(config);
      let usedUp = inPlace.start(config);
      let now = 0;
      let used = new Set<string>();
      for (const [next, laterMs] of [[boot(), 0] as const, ...further]) {
        now += laterMs;
        if (next.type === 'Boot') used = new Set();
        const turn = deepFreeze(core.handle(deepFreeze(agent), deepFreeze(next), now));
        const other = inPlace.handle(usedUp, next, now);
        usedUp = other.agent;
        expect(other).toEqual(turn);
        expect(turn.hasChanged).toBe(turn.agent !== agent);
        if (isSilentAnswer(next, agent) && agent.phase === 'working')
          expect(other).toMatchObject({ hasChanged: false, effects: [] });
        for (const effect of turn.effects) {
          if (effect.type !== 'LocalEmitEvent') continue;
          const number = `${effect.payload.seq} of ${effect.rolloutId}`;
          expect(used, number).not.toContain(number);
          expect(effect.payload.seq).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER);
          used.add(number);
        }
        agent = turn.agent;
      }
    }),
    { numRuns: process.env['NIGHTLY'] === '1' ? 20_000 : 800 },
  );
});
