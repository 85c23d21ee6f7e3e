import { field, type FieldTable, type ValuesOf } from '../machine/index.ts';

const common = { rolloutId: field('rolloutId'), at: field('time') } as const satisfies FieldTable;
const text = field('text');
const wave = field('count');

/** The events of one rollout and their fields (specification: rollout-machine, "Events"). The only list of them. */
export const rolloutEventTable = {
  RolloutOpened: { ...common, channel: text, targetRef: text },
  HostJoined: { ...common, hostId: text, wave },
  HostStateChanged: { ...common, hostId: text, from: field('hostState'), to: field('hostState') },
  WaveAdvanced: { ...common, fromWave: wave, toWave: wave },
  RolloutTerminal: common,
  SuccessorOpened: {
    supersededRolloutId: field('rolloutId'),
    successorRolloutId: field('rolloutId'),
    at: field('time'),
  },
  RetentionExpired: common,
  OperatorClearance: { ...common, operator: text, reason: text },
} as const satisfies Readonly<Record<string, FieldTable>>;

/** The name of an event of a rollout. */
export type RolloutEventType = keyof typeof rolloutEventTable;

type Form<Type extends RolloutEventType> = { readonly type: Type } & ValuesOf<(typeof rolloutEventTable)[Type]>;

/** A channel ref was seen. This starts a record, so no state accepts it. */
export interface RolloutOpened extends Form<'RolloutOpened'> {}

/** A host joined the rollout. Its wave never moves the current one. */
export interface HostJoined extends Form<'HostJoined'> {}

/** A host's machine moved from one state to another. */
export interface HostStateChanged extends Form<'HostStateChanged'> {}

/** The planner advanced to `toWave`; `toWave` = `fromWave` means that the current wave has finished. */
export interface WaveAdvanced extends Form<'WaveAdvanced'> {}

/** Every host of every wave has converged. */
export interface RolloutTerminal extends Form<'RolloutTerminal'> {}

/** A newer rollout on the same channel opened; it names both. */
export interface SuccessorOpened extends Form<'SuccessorOpened'> {}

/** The record's retention period is over. */
export interface RetentionExpired extends Form<'RetentionExpired'> {}

/** An operator cleared a failed rollout. Its effect is not defined yet, so it is always refused. */
export interface OperatorClearance extends Form<'OperatorClearance'> {}

/** An event of the rollout machine, fed by the control plane. */
export type RolloutEvent =
  | RolloutOpened
  | HostJoined
  | HostStateChanged
  | WaveAdvanced
  | RolloutTerminal
  | SuccessorOpened
  | RetentionExpired
  | OperatorClearance;

// The keys of the table are the names of the type.
/** Every event of a rollout, in the order of the specification. */
export const rolloutEventTypes = Object.keys(rolloutEventTable) as readonly RolloutEventType[];
