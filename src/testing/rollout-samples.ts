import { hostStates } from '../machine/index.ts';
import {
  openRollout,
  rolloutEventTypes,
  type RolloutEvent,
  type RolloutEventType,
  type RolloutRecord,
} from '../rollout/index.ts';

/** A newly opened rollout. */
export const sampleRollout: RolloutRecord = openRollout({
  rolloutId: 'stable@a1b2c3d',
  channel: 'stable',
  targetRef: 'a1b2c3d',
  openedAt: 1_778_925_600_125,
});

type Maker<Type extends RolloutEventType> = (
  record: RolloutRecord,
  at: number,
) => Omit<Extract<RolloutEvent, { readonly type: Type }>, 'type'>;

/** A usual event of each type. A forgotten one fails to compile. */
const makers: { readonly [Type in RolloutEventType]: Maker<Type> } = {
  RolloutOpened: ({ rolloutId, channel, targetRef }, at) => ({ rolloutId, channel, targetRef, at }),
  HostJoined: ({ rolloutId, currentWave }, at) => ({ rolloutId, hostId: 'web-01', wave: currentWave, at }),
  HostStateChanged: ({ rolloutId }, at) => ({ rolloutId, hostId: 'web-01', from: 'Soaking', to: 'Converged', at }),
  WaveAdvanced: ({ rolloutId, currentWave }, at) => ({
    rolloutId,
    fromWave: currentWave,
    toWave: currentWave + 1,
    at,
  }),
  RolloutTerminal: ({ rolloutId }, at) => ({ rolloutId, at }),
  SuccessorOpened: ({ rolloutId, channel }, at) => ({
    supersededRolloutId: rolloutId,
    successorRolloutId: `${channel}@e5f6a7b`,
    at,
  }),
  RetentionExpired: ({ rolloutId }, at) => ({ rolloutId, at }),
  OperatorClearance: ({ rolloutId }, at) => ({ rolloutId, operator: 'ada', reason: 'checked by hand', at }),
};

export const sampleRolloutEvent = (type: RolloutEventType, record: RolloutRecord, at: number): RolloutEvent =>
  // Safe: each maker gives the fields of its own type.
  ({ type, ...makers[type](record, at) }) as RolloutEvent;

/** Named forms of this event that lead elsewhere than the usual one. */
export function oddRolloutEvents(
  type: RolloutEventType,
  record: RolloutRecord,
  at: number,
): readonly { readonly name: string; readonly event: RolloutEvent }[] {
  const { rolloutId, currentWave } = record;
  switch (type) {
    case 'HostStateChanged':
      return [
        { name: 'the host failed', event: { type, rolloutId, hostId: 'web-01', from: 'Soaking', to: 'Failed', at } },
        {
          name: 'the host rolled back',
          event: { type, rolloutId, hostId: 'web-01', from: 'Failed', to: 'Reverted', at },
        },
      ];
    case 'WaveAdvanced':
      return [
        { name: 'to the same wave', event: { type, rolloutId, fromWave: currentWave, toWave: currentWave, at } },
        ...(currentWave > 0
          ? [
              {
                name: 'to the current wave, once more',
                event: { type, rolloutId, fromWave: currentWave - 1, toWave: currentWave, at },
              },
            ]
          : []),
      ];
    default:
      return [];
  }
}

/** A record in which every field has a distinct value, so that one touched by mistake shows. */
export const crowdedRollout: RolloutRecord = {
  ...sampleRollout,
  currentWave: 2,
  openedEventLogSeq: 41,
  lastTransitionEventLogSeq: 57,
  terminalAt: 1_778_925_700_001,
  supersededAt: 1_778_925_800_002,
};

/** From and to, so that each comparison with a cursor at 0 and at 2 has every outcome. */
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

/** Every event, in each form that any cell distinguishes, independent of the record. */
export function everyRolloutEvent(record: RolloutRecord, at: number): readonly RolloutEvent[] {
  const { rolloutId } = record;
  return rolloutEventTypes.flatMap((type): readonly RolloutEvent[] => {
    switch (type) {
      case 'HostStateChanged':
        return hostStates.map((to) => ({ type, rolloutId, hostId: 'web-01', from: 'Activating', to, at }));
      case 'WaveAdvanced':
        return waves.map(([fromWave, toWave]) => ({ type, rolloutId, fromWave, toWave, at }));
      case 'HostJoined':
        return [{ type, rolloutId, hostId: 'web-01', wave: 3, at }];
      default:
        return [sampleRolloutEvent(type, record, at)];
    }
  });
}
