import type { Hold } from '../control-plane/index.ts';
import type { Time } from '../machine/index.ts';
import type { RunHold } from './run-events.ts';
import { runMsOf } from './run-ms.ts';

/** A hold of the control plane as the event log of a run that started at `startAt` has it. */
export function runHoldOf(hold: Hold, startAt: Time): RunHold {
  if (hold.gate !== 'host-edge') return hold;
  const { gate, gatingHostname, gatingState, notBefore } = hold;
  return { gate, gatingHostname, gatingState, notBeforeRunMs: notBefore === null ? null : runMsOf(notBefore, startAt) };
}
