import fc from 'fast-check';
import type { RolloutEvent, RolloutRecord } from '../../src/rollout/index.ts';
import { hostState, name, time } from './arbitraries.ts';
import { rolloutStates } from './rollout-oracle.ts';

const wave = fc.integer({ min: 0, max: 4 });
const base = { rolloutId: name, at: time };

export const rolloutEvent: fc.Arbitrary<RolloutEvent> = fc.oneof(
  fc.record({ type: fc.constant('RolloutOpened' as const), ...base, channel: name, targetRef: name }),
  fc.record({ type: fc.constant('HostJoined' as const), ...base, hostId: name, wave }),
  fc.record({ type: fc.constant('HostStateChanged' as const), ...base, hostId: name, from: hostState, to: hostState }),
  fc.record({ type: fc.constant('WaveAdvanced' as const), ...base, fromWave: wave, toWave: wave }),
  fc.record({ type: fc.constant('RolloutTerminal' as const), ...base }),
  fc.record({
    type: fc.constant('SuccessorOpened' as const),
    supersededRolloutId: name,
    successorRolloutId: name,
    at: time,
  }),
  fc.record({ type: fc.constant('RetentionExpired' as const), ...base }),
  fc.record({ type: fc.constant('OperatorClearance' as const), ...base, operator: name, reason: name }),
);

const orNull = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: null });

export const rolloutRecord: fc.Arbitrary<RolloutRecord> = fc.record({
  rolloutId: name,
  channel: name,
  targetRef: name,
  // Safe: a test checks that the oracle's states are the chart's.
  state: fc.constantFrom(...(rolloutStates as readonly RolloutRecord['state'][])),
  currentWave: wave,
  openedEventLogSeq: orNull(fc.nat()),
  lastTransitionEventLogSeq: orNull(fc.nat()),
  openedAt: time,
  terminalAt: orNull(time),
  supersededAt: orNull(time),
});
