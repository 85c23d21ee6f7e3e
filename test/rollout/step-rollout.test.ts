import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createActor } from 'xstate';
import {
  openRollout,
  rolloutMachine,
  stepRollout,
  type RolloutEvent,
  type RolloutRecord,
} from '../../src/rollout/index.ts';
import { rolloutDraftOf } from '../../src/rollout/rollout-record.ts';
import { deepFreeze } from '../support/deep-freeze.ts';
import { rolloutEvent, rolloutRecord } from '../support/rollout-arbitraries.ts';
import { rolloutEventTypes, rolloutOracle, rolloutStates } from '../support/rollout-oracle.ts';

const opened = openRollout({ rolloutId: 'stable@r1', channel: 'stable', targetRef: 'r1', openedAt: 1_000 });

const crowded: RolloutRecord = {
  ...opened,
  currentWave: 2,
  openedEventLogSeq: 11,
  lastTransitionEventLogSeq: 12,
  terminalAt: 2_000,
  supersededAt: 3_000,
};

/** Every shape of event that some cell tells apart. */
const events: readonly RolloutEvent[] = [
  { type: 'RolloutOpened', rolloutId: 'stable@r1', channel: 'stable', targetRef: 'r1', at: 5_000 },
  { type: 'HostJoined', rolloutId: 'stable@r1', hostId: 'web-01', wave: 4, at: 5_001 },
  ...(['Soaking', 'Converged', 'Failed', 'Reverted'] as const).map((to): RolloutEvent => ({
    type: 'HostStateChanged',
    rolloutId: 'stable@r1',
    hostId: 'web-01',
    from: 'Activating',
    to,
    at: 5_002,
  })),
  ...[
    [0, 1],
    [1, 2],
    [2, 3],
    [2, 2],
    [3, 3],
    [4, 1],
  ].map(([fromWave = 0, toWave = 0]): RolloutEvent => ({
    type: 'WaveAdvanced',
    rolloutId: 'stable@r1',
    fromWave,
    toWave,
    at: 5_003,
  })),
  { type: 'RolloutTerminal', rolloutId: 'stable@r1', at: 5_004 },
  { type: 'SuccessorOpened', supersededRolloutId: 'other@1', successorRolloutId: 'other@2', at: 5_005 },
  { type: 'RetentionExpired', rolloutId: 'stable@r1', at: 5_006 },
  { type: 'OperatorClearance', rolloutId: 'other@9', operator: 'eva', reason: 'checked by hand', at: 5_007 },
];

function answer(record: RolloutRecord, event: RolloutEvent): unknown {
  const result = stepRollout(deepFreeze(record), deepFreeze(event), 9_999);
  if (result.ok) return result;
  const { message, ...error } = result.error;
  expect(message).toContain(record.state);
  return { ok: false, error };
}

/** XState drops what it refuses without a word. */
function actorAnswer(record: RolloutRecord, event: RolloutEvent) {
  const actor = createActor(rolloutMachine, {
    snapshot: rolloutMachine.resolveState({ value: record.state, context: record }),
    input: record,
  });
  const effects: unknown[] = [];
  actor.on('*', (effect) => effects.push(effect));
  actor.start();
  const canTake = actor.getSnapshot().can(event);
  if (canTake) actor.send(event);
  const { value, context } = actor.getSnapshot();
  return { canTake, value, record: rolloutDraftOf(context), effects };
}

describe('stepRollout', () => {
  it('knows the states and events of the specification', () => {
    expect(Object.keys(rolloutMachine.states).sort()).toEqual([...rolloutStates].sort());
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(rolloutEventTypes));
    expect([rolloutStates.length, rolloutEventTypes.length]).toEqual([8, 8]);
  });

  it.each(rolloutStates)('does in %s what the table says', (state) => {
    for (const base of [opened, crowded]) {
      // The test before this one makes sure of the names.
      const record = { ...base, state: state as RolloutRecord['state'] };
      for (const event of events) expect(answer(record, event), event.type).toEqual(rolloutOracle(record, event));
    }
  });

  it('does what the table says on any record and event', () => {
    fc.assert(
      fc.property(rolloutRecord, rolloutEvent, (record, event) => {
        expect(answer(record, event)).toEqual(rolloutOracle(record, event));
      }),
    );
  });

  it('does what XState makes of the same chart, event after event', () => {
    fc.assert(
      fc.property(rolloutRecord, fc.array(rolloutEvent, { maxLength: 12 }), (start, happened) => {
        let record = start;
        for (const event of happened) {
          const byStep = stepRollout(record, event, 0);
          const byActor = actorAnswer(record, event);
          if (byStep.ok) record = byStep.record;
          expect(byActor).toEqual({
            canTake: byStep.ok,
            value: record.state,
            record,
            effects: byStep.ok ? byStep.effects : [],
          });
        }
      }),
    );
  });

  it('returns the events of a rollout from its opening to its pruning in order', () => {
    const life: readonly RolloutEvent[] = [
      { type: 'HostJoined', rolloutId: 'stable@r1', hostId: 'web-01', wave: 0, at: 1 },
      { type: 'WaveAdvanced', rolloutId: 'stable@r1', fromWave: 0, toWave: 1, at: 2 },
      { type: 'WaveAdvanced', rolloutId: 'stable@r1', fromWave: 1, toWave: 1, at: 3 },
      { type: 'RolloutTerminal', rolloutId: 'stable@r1', at: 4 },
      { type: 'SuccessorOpened', supersededRolloutId: 'stable@r1', successorRolloutId: 'stable@r2', at: 5 },
      { type: 'RetentionExpired', rolloutId: 'stable@r1', at: 6 },
    ];
    let record = opened;
    const effects = life.flatMap((event) => {
      const result = stepRollout(record, event, 0);
      if (!result.ok) throw new Error(result.error.message);
      record = result.record;
      return result.effects.map((effect) => (effect.type === 'UpdateCurrentWave' ? `wave ${effect.wave}` : effect.to));
    });
    expect(effects).toEqual(['Active', 'wave 1', 'Converging', 'Terminal', 'Superseded', 'Pruned']);
    expect(record).toEqual({ ...opened, state: 'Pruned', currentWave: 1, terminalAt: 4, supersededAt: 5 });
  });

  it('names the state and the refused event', () => {
    const result = stepRollout(opened, { type: 'RetentionExpired', rolloutId: 'stable@r1', at: 1 }, 0);
    expect(result.ok ? '' : result.error.message).toBe(
      'stable@r1 is Opening, and that state does not accept RetentionExpired.',
    );
  });

  it('explains to an operator why a clearance is refused', () => {
    const clearance: RolloutEvent = {
      type: 'OperatorClearance',
      rolloutId: 'stable@r1',
      operator: 'eva',
      reason: '',
      at: 1,
    };
    const result = stepRollout({ ...opened, state: 'Failed' }, clearance, 0);
    expect(result.ok ? '' : result.error.message).toContain('release a new ref');
  });
});

describe('the rollout chart', () => {
  it('begins where openRollout begins', () => {
    const actor = createActor(rolloutMachine, { input: opened }).start();
    expect(actor.getSnapshot().value).toBe('Opening');
    expect(rolloutDraftOf(actor.getSnapshot().context)).toEqual(opened);
  });

  it('says what it needs, when it is run without input', () => {
    // @ts-expect-error the input is missing
    const snapshot = createActor(rolloutMachine).getSnapshot();
    expect(snapshot).toMatchObject({ status: 'error', error: { message: expect.stringContaining('openRollout') } });
  });

  it('says in tags which states dispatch, and which let a successor channel go on', () => {
    const tagged = (tag: string) =>
      rolloutStates.filter((state) => rolloutMachine.states[state]?.tags.some((each) => each === tag));
    expect(tagged('dispatching')).toEqual(['Opening', 'Active', 'Converging']);
    expect(tagged('terminal-for-ordering')).toEqual(['Terminal', 'Superseded']);
  });

  it('describes every state', () => {
    for (const state of Object.values(rolloutMachine.states)) expect(state.description).toMatch(/^[A-Z].*\.$/);
  });

  it('has its name, and is done once it is pruned', () => {
    expect(rolloutMachine.id).toBe('rollout');
    const status = (state: RolloutRecord['state']) =>
      rolloutMachine.resolveState({ value: state, context: { ...opened, state } }).status;
    expect(rolloutStates.filter((state) => status(state as RolloutRecord['state']) === 'done')).toEqual(['Pruned']);
  });
});
