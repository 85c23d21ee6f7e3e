import { formatDuration } from '../../text/index.ts';
import type { Clock } from '../history/index.ts';
import { DEFAULT_SCENARIO } from '../scenario-defaults.ts';
import type { Scenario } from '../scenario.ts';

const DAY_MS = 86_400_000;

/**
 * Formats times in a report: as the time since the start, or as the time of day (UTC) if the scenario has a start time.
 * Later days are numbered: `+1d 02:10:00`.
 */
export function clockOf({ startAt }: Scenario): Clock {
  if (startAt === DEFAULT_SCENARIO.startAt) return formatDuration;
  const firstDay = Math.floor(startAt / DAY_MS);
  return (runMs) => {
    if (!Number.isFinite(runMs)) return formatDuration(runMs);
    const at = startAt + runMs;
    const day = Math.floor(at / DAY_MS) - firstDay;
    const time = new Date(Math.floor(at)).toISOString().slice(11, 19);
    return day === 0 ? time : `+${day}d ${time}`;
  };
}
