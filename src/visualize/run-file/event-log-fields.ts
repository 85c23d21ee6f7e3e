import { isObject, type Fields } from '../../text/index.ts';
import { hostStates } from '../../machine/host-states.ts';
import { rolloutMachine } from '../../rollout/rollout.machine.ts';
import type { RunEvent } from '../../simulator/run-events.ts';

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

const isHold: Check = (value) => isObject(value) && isText(value['gate']);
const isEvent: Check = (value) => isObject(value) && isText(value['type']) && isNumber(value['seq']);

const ofHost = { rolloutId: isText, hostname: isText };

/** What is read of each kind of line; of the others nothing is. */
const promised = {
  HostTransition: { ...ofHost, from: isHostState, to: isHostState },
  RecordTakenOver: { ...ofHost, state: isHostState },
  HostDispatched: { ...ofHost, wave: isWave, soakDueRunMs: isTimeOrNull },
  HostHeld: { ...ofHost, hold: isHold },
  DispatchWithdrawn: { ...ofHost, because: isText },
  EventAccepted: { ...ofHost, event: isEvent },
  WaveAdvanced: { rolloutId: isText, fromWave: isNumber, toWave: isNumber },
  RolloutOpened: { rolloutId: isText },
  RolloutTransition: { rolloutId: isText, from: isRolloutState, to: isRolloutState },
  HostUnreachable: { hostname: isText },
  HostReachable: { hostname: isText },
  Fault: { fault: isText, hostname: isTextOrNull, params: isObject },
  ClosureQuarantined: { channel: isText, closure: isText },
  ReleasePublished: { rolloutIds: isTexts },
  InvariantBroken: { invariant: isText, message: isText },
} as const satisfies { readonly [Type in RunEvent['type']]?: Readonly<Record<string, Check>> };

const checks: ReadonlyMap<unknown, readonly (readonly [field: string, isRight: Check])[]> = new Map(
  Object.entries(promised).map(([type, fields]) => [type, Object.entries(fields)]),
);

/** Whether a line of an event log has the fields that lines of its type have, as far as they are read. */
export const hasWhatItsTagPromises = (line: Fields): boolean =>
  (checks.get(line['type']) ?? []).every(([field, isRight]) => isRight(line[field]));
