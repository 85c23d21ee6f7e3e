import { hostStates } from '../../machine/host-states.ts';
import { rolloutMachine } from '../../rollout/rollout.machine.ts';
import type { RunEvent } from '../../simulator/run-events.ts';
import type { Fields } from '../is-object.ts';

type Check = (value: unknown) => boolean;

/** So many columns are drawn for a rollout that names a wave with this number. */
const MOST_WAVES = 10_000;

const rolloutStates = Object.keys(rolloutMachine.states);

const isText: Check = (value) => typeof value === 'string';
const isTextOrNull: Check = (value) => value === null || isText(value);
const isNumber: Check = (value) => Number.isFinite(value);
const isTimeOrNull: Check = (value) => value === null || isNumber(value);
const isWave: Check = (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) < MOST_WAVES;
const isHostState: Check = (value) => hostStates.some((state) => state === value);
const isRolloutState: Check = (value) => rolloutStates.some((state) => state === value);
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);

const ofHost = { rollout: isText, host: isText };

/** What is read of each kind of line; of the others nothing is. */
const promised = {
  HostTransition: { ...ofHost, from: isHostState, to: isHostState },
  RecordTakenOver: { ...ofHost, state: isHostState },
  HostDispatched: { ...ofHost, wave: isWave, soakDueAt: isTimeOrNull },
  HostHeld: { ...ofHost, gate: isText, reason: isText },
  DispatchWithdrawn: { ...ofHost, because: isText },
  EventAccepted: { ...ofHost, event: isText, seq: isNumber, detail: isText },
  WaveAdvanced: { rollout: isText, fromWave: isNumber, toWave: isNumber },
  RolloutOpened: { rollout: isText },
  RolloutTransition: { rollout: isText, from: isRolloutState, to: isRolloutState },
  HostUnreachable: { host: isText },
  HostReachable: { host: isText },
  Fault: { fault: isText, host: isTextOrNull, detail: isText },
  ClosureQuarantined: { channel: isText, closure: isText },
  ReleasePublished: { rollouts: isTexts },
  InvariantBroken: { invariant: isText, message: isText },
} as const satisfies { readonly [Type in RunEvent['type']]?: Readonly<Record<string, Check>> };

const checks: ReadonlyMap<unknown, readonly (readonly [field: string, isRight: Check])[]> = new Map(
  Object.entries(promised).map(([type, fields]) => [type, Object.entries(fields)]),
);

/** Whether a line of an event log has the fields that lines of its type have, as far as they are read. */
export const hasWhatItsTagPromises = (line: Fields): boolean =>
  (checks.get(line['type']) ?? []).every(([field, isRight]) => isRight(line[field]));
