import type { HostStateChanged, OperatorClearance, RolloutEvent, WaveAdvanced } from './rollout-events.ts';
import type { RolloutRecord } from './rollout-record.ts';
import type { RolloutRefusal } from './rollout-refusals.ts';

/** The named conditions of the rollout chart. */
export const rolloutGuards = {
  hostFailed: (_record: RolloutRecord, event: HostStateChanged) => event.to === 'Failed',
  hostReverted: (_record: RolloutRecord, event: HostStateChanged) => event.to === 'Reverted',

  goesOn: (_record: RolloutRecord, event: WaveAdvanced) => event.toWave > event.fromWave,

  /** False for a duplicate: the cursor has already passed this wave. */
  passesCursor: (record: RolloutRecord, event: WaveAdvanced) => event.toWave > record.currentWave,

  /** The effect of a clearance is not defined yet, so it is never accepted. */
  clearanceIsDefined: (_record: RolloutRecord, _event: OperatorClearance) => false,
};

export type RolloutGuardName = keyof typeof rolloutGuards;

const refusal = (
  kind: RolloutRefusal['kind'],
  record: RolloutRecord,
  event: RolloutEvent,
  why: string,
): RolloutRefusal => ({
  kind,
  from: record.state,
  event: event.type,
  rolloutId: record.rolloutId,
  message: `${record.rolloutId} is ${record.state}, and ${why}.`,
});

/** The refusals of guards; the other guards choose between accepted branches. */
export const rolloutGuardRefusals = {
  clearanceIsDefined: (record: RolloutRecord, event: OperatorClearance) =>
    refusal(
      'Unsupported',
      record,
      event,
      `the effect of ${event.type} in this state is not defined yet; release a new ref instead`,
    ),
};

export const illegalForRolloutState = (record: RolloutRecord, event: RolloutEvent): RolloutRefusal =>
  refusal('IllegalForState', record, event, `that state does not accept ${event.type}`);
