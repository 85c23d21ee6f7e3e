import { formatDuration } from '../../text/index.ts';
import type { Clock } from '../history/index.ts';
import { DEFAULT_SCENARIO } from '../scenario-defaults.ts';
import type { Scenario } from '../scenario.ts';

const DAY_MS = 86_400_000;

/**
 * How a report writes a moment of the run: as the time since its start, or, where the scenario says when it starts, as
 * the time of day, in UTC. A later day than the first is named by its number: `+1d 02:10:00`.
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
