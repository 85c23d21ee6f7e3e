import { and, setup } from 'xstate';
import { chartParts, type Rows } from '../machine/index.ts';
import { rolloutEffects, rolloutUpdates } from './actions.ts';
import { rolloutGuards, type RolloutGuardName } from './guards.ts';
import type { RolloutMachineEffect } from './rollout-effects.ts';
import type { RolloutEvent } from './rollout-events.ts';
import { openRollout, rolloutDraftOf, type RolloutRecord, type RolloutState } from './rollout-record.ts';

/** What a state means outside the rollout. */
export type RolloutTag =
  /** Dependent channels may start. */
  | 'terminal-for-ordering'
  /** Hosts may still be dispatched. */
  | 'dispatching';

/** The input of a machine: the argument of `openRollout`. */
export type RolloutInput = Parameters<typeof openRollout>[0];

type RolloutRows = Rows<RolloutState, RolloutEvent, typeof rolloutUpdates & typeof rolloutEffects>;
type ActionName = keyof typeof rolloutUpdates | keyof typeof rolloutEffects;

/** Created once, because creating an error takes longer than a transition. */
const INPUT_MISSING = new Error('rolloutMachine needs input: the fields that openRollout takes.');

const parts = chartParts<RolloutRecord, RolloutEvent, RolloutState, RolloutMachineEffect>(rolloutDraftOf, () => null);

/** The rollout moves to `to`: the record first, then the effects in order. */
const go = <const To extends RolloutState, const Names extends readonly ActionName[]>(to: To, ...names: Names) => ({
  target: to,
  actions: [...names, 'enter' as const].map((type: Names[number] | 'enter') => ({ type, params: { to } })),
});

/** The event is accepted and the rollout stays in its state. */
const stay = <const Names extends readonly ActionName[]>(...names: Names) => ({
  actions: names.map((type: Names[number]) => ({ type, params: { to: null } })),
});

/** The event is accepted and changes nothing. */
const nothing = stay('leaveAsIs');

/** `branch`, but only if these guards hold. */
const when = <B extends object>(names: readonly RolloutGuardName[], branch: B) => ({
  ...branch,
  guard: and([...names]),
});

const superseded = go('Superseded', 'markSuperseded', 'recordTransition');
const pruned = go('Pruned', 'recordTransition');
const hostStateChanged = [
  when(['hostFailed'], go('Failed', 'recordTransition')),
  when(['hostReverted'], go('Reverted', 'recordTransition')),
  nothing,
] as const;

/** A failed or reverted rollout waits for its successor; the effect of a clearance is not defined yet. */
const halted = {
  HostJoined: nothing,
  HostStateChanged: nothing,
  WaveAdvanced: nothing,
  RolloutTerminal: nothing,
  SuccessorOpened: superseded,
  RetentionExpired: pruned,
  OperatorClearance: when(['clearanceIsDefined'], nothing),
} as const satisfies RolloutRows;

/**
 * One rollout as a whole, on the control plane (specification: rollout-machine). It checks legality only: the control
 * plane counts hosts. Events without a row are refused.
 */
export const rolloutMachine = setup({
  types: {
    context: {} as RolloutRecord,
    events: {} as RolloutEvent,
    input: {} as RolloutInput,
    emitted: {} as RolloutMachineEffect,
    tags: {} as RolloutTag,
  },
  guards: parts.guards(rolloutGuards),
  actions: { ...parts.updates(rolloutUpdates), ...parts.effects(rolloutEffects) },
}).createMachine({
  id: 'rollout',
  context: ({ input }) => {
    // The types require input, but XState's own `transition()` starts an actor without it on every call.
    if ((input as RolloutInput | undefined) === undefined) throw INPUT_MISSING;
    return openRollout(input);
  },
  initial: 'Opening',
  states: {
    Opening: {
      description: 'The ref was seen and the rollout exists; no host has been dispatched.',
      tags: ['dispatching'],
      on: {
        HostJoined: go('Active', 'recordTransition'),
        SuccessorOpened: superseded,
      } satisfies RolloutRows,
    },
    Active: {
      description: 'At least one host takes part.',
      tags: ['dispatching'],
      on: {
        HostJoined: nothing,
        HostStateChanged: hostStateChanged,
        WaveAdvanced: [
          when(['goesOn', 'passesCursor'], stay('moveCursor', 'updateCurrentWave')),
          when(['goesOn'], nothing),
          go('Converging', 'recordTransition'),
        ],
        RolloutTerminal: go('Terminal', 'markTerminal', 'recordTransition'),
        SuccessorOpened: superseded,
      } satisfies RolloutRows,
    },
    Converging: {
      description: 'The current wave is done; later waves, or the last convergences, remain.',
      tags: ['dispatching'],
      on: {
        HostJoined: nothing,
        HostStateChanged: hostStateChanged,
        WaveAdvanced: [
          when(['goesOn', 'passesCursor'], go('Active', 'moveCursor', 'recordTransition', 'updateCurrentWave')),
          when(['goesOn'], go('Active', 'recordTransition')),
          nothing,
        ],
        RolloutTerminal: go('Terminal', 'markTerminal', 'recordTransition'),
        SuccessorOpened: superseded,
      } satisfies RolloutRows,
    },
    Terminal: {
      description: 'Every host of every wave has converged.',
      tags: ['terminal-for-ordering'],
      on: {
        HostJoined: nothing,
        HostStateChanged: nothing,
        RolloutTerminal: nothing,
        SuccessorOpened: superseded,
        RetentionExpired: pruned,
      } satisfies RolloutRows,
    },
    Reverted: {
      description: 'Some host rolled back. Nothing more is dispatched.',
      on: halted,
    },
    Failed: {
      description: 'Some host failed and stayed there. Nothing more is dispatched.',
      on: halted,
    },
    Superseded: {
      description: 'A newer rollout on the same channel opened.',
      tags: ['terminal-for-ordering'],
      on: {
        HostJoined: nothing,
        HostStateChanged: nothing,
        WaveAdvanced: nothing,
        RolloutTerminal: nothing,
        SuccessorOpened: nothing,
        RetentionExpired: pruned,
      } satisfies RolloutRows,
    },
    Pruned: {
      description: 'Retention is over; the record is kept for audit only.',
      type: 'final',
    },
  },
});
