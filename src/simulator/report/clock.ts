import { startClock, type StartTime } from '../../text/index.ts';
import type { Clock } from '../history/index.ts';
import { DEFAULT_SCENARIO } from '../scenario-defaults.ts';
import type { Scenario } from '../scenario.ts';

/** When the run starts, if the scenario sets it. */
export function startOf({ startAt, startOffsetMinutes }: Scenario): StartTime | null {
  if (startOffsetMinutes !== undefined) return { startAt, offsetMinutes: startOffsetMinutes };
  return startAt === DEFAULT_SCENARIO.startAt ? null : { startAt, offsetMinutes: 0 };
}

/** Writes the moments of a run: as clock times if the scenario sets a start, otherwise as the time since the start. */
export const clockOf = (scenario: Scenario): Clock => startClock(startOf(scenario), 'seconds');
