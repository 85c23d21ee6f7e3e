import { hostStates } from '../../machine/host-states.ts';
import {
  openRollout,
  rolloutMachine,
  type RolloutEvent,
  type RolloutRecord,
  type RolloutState,
} from '../../rollout/index.ts';
import type { Exercise } from './exercise.ts';
import { loneExercise } from './host-exercises.ts';

// XState types the keys of its state nodes as strings; the chart has exactly the states of `RolloutState`.
const rolloutStates = Object.keys(rolloutMachine.states) as RolloutState[];

const opened = openRollout({
  rolloutId: 'stable@a1b2c3d',
  channel: 'stable',
  targetRef: 'a1b2c3d',
  openedAt: 1_778_925_600_125,
});

/** Each field with a value of its own, so that one that is touched by mistake shows. */
const crowded: RolloutRecord = {
  ...opened,
  currentWave: 2,
  openedEventLogSeq: 41,
  lastTransitionEventLogSeq: 57,
  terminalAt: 1_778_925_700_001,
  supersededAt: 1_778_925_800_002,
};

const AT = 1_778_926_000_321;

/** From and to, so that each comparison with the cursor at 0 and at 2 comes out in every way. */
const waves = [
  [0, 1],
  [1, 2],
  [2, 3],
  [1, 4],
  [0, 0],
  [2, 2],
  [3, 3],
  [3, 1],
] as const;

/** By type, so that one that is forgotten fails to compile. */
type EachEvent = { readonly [Event in RolloutEvent as Event['type']]: readonly Event[] };

/** Every event, in each of the ways that some cell tells apart. Their rolloutId is another's where one is given. */
export function rolloutEvents(rolloutId: string): readonly RolloutEvent[] {
  const base = { rolloutId, at: AT };
  const moved = { type: 'HostStateChanged', ...base, hostId: 'web-01', from: 'Activating' } as const;
  const each: EachEvent = {
    RolloutOpened: [{ type: 'RolloutOpened', ...base, channel: 'stable', targetRef: 'a1b2c3d' }],
    HostJoined: [{ type: 'HostJoined', ...base, hostId: 'web-01', wave: 3 }],
    HostStateChanged: hostStates.map((to) => ({ ...moved, to })),
    WaveAdvanced: waves.map(([fromWave, toWave]) => ({ type: 'WaveAdvanced', ...base, fromWave, toWave })),
    RolloutTerminal: [{ type: 'RolloutTerminal', ...base }],
    SuccessorOpened: [
      { type: 'SuccessorOpened', supersededRolloutId: rolloutId, successorRolloutId: 'stable@e4f5a6b', at: AT },
    ],
    RetentionExpired: [{ type: 'RetentionExpired', ...base }],
    OperatorClearance: [{ type: 'OperatorClearance', ...base, operator: 'eva', reason: 'the disk was replaced' }],
  };
  return Object.values(each).flat();
}

/** The whole table of the rollout machine: each state and event, on a fresh record and on a full one. */
export function* rolloutExercises(): Generator<Exercise> {
  const { rolloutId, channel, targetRef, openedAt } = opened;
  const rollout = { rolloutId, channel, targetRef, openedAt };
  yield loneExercise('start of a rollout', 'rollout_start', { op: 'rollout_start', rollout });
  for (const state of rolloutStates) {
    for (const base of [opened, crowded]) {
      for (const event of [...rolloutEvents(rolloutId), ...rolloutEvents('edge@0000000')]) {
        const question = { op: 'rollout_step', record: { ...base, state }, event, now: AT + 17 } as const;
        yield loneExercise(`rollout machine, ${state}`, `rollout ${state}.${event.type}`, question);
      }
    }
  }
}
