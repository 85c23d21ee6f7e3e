import { field, type FieldTable, type ValuesOf } from '../machine/index.ts';

const common = { rolloutId: field('rolloutId'), at: field('time') } as const satisfies FieldTable;
const text = field('text');
const wave = field('count');

/** The events of one rollout and their fields (specification: rollout-machine, "Events"). The one list of them. */
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

/** The ref of a channel was seen. It begins a record, so no state takes it. */
export interface RolloutOpened extends Form<'RolloutOpened'> {}

/** A host takes part. Its wave never moves the current one. */
export interface HostJoined extends Form<'HostJoined'> {}

/** A host's own machine went from one state to another. */
export interface HostStateChanged extends Form<'HostStateChanged'> {}

/** The planner went on to `toWave`; `toWave` = `fromWave` says that the current wave is through. */
export interface WaveAdvanced extends Form<'WaveAdvanced'> {}

/** Every host of every wave has converged. */
export interface RolloutTerminal extends Form<'RolloutTerminal'> {}

/** A newer rollout on the same channel opened; it names both. */
export interface SuccessorOpened extends Form<'SuccessorOpened'> {}

/** The record has been kept for long enough. */
export interface RetentionExpired extends Form<'RetentionExpired'> {}

/** An operator cleared a failed rollout. What that leads to is not defined yet: it is always refused. */
export interface OperatorClearance extends Form<'OperatorClearance'> {}

/** What the control plane feeds to the rollout machine. */
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
