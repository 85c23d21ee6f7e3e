import { startClock, type StartTime } from '../../text/index.ts';
import type { Clock } from '../history/index.ts';
import { DEFAULT_SCENARIO } from '../scenario-defaults.ts';
import type { Scenario } from '../scenario.ts';

/** When the run starts, if the scenario says so. */
export function startOf({ startAt, startOffsetMinutes }: Scenario): StartTime | null {
  if (startOffsetMinutes !== undefined) return { startAt, offsetMinutes: startOffsetMinutes };
  return startAt === DEFAULT_SCENARIO.startAt ? null : { startAt, offsetMinutes: 0 };
}

/** Writes the moments of a run: clock times if the scenario says when it starts, and the time since the start otherwise. */
export const clockOf = (scenario: Scenario): Clock => startClock(startOf(scenario), 'seconds');
