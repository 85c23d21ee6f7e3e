import { stepKindOf } from '../faults/index.ts';
import { timeWords } from '../faults/words.ts';
import type { ScenarioStep } from '../scenario-steps.ts';
import { namesOf } from '../../text/index.ts';

const MAX_NAMES = 6;

/** When a step happens, or from when on: `2m after web-01 is Soaking`. */
export function momentWords({ when, do: action }: ScenarioStep): string {
  if (when.type === 'At') return `${stepKindOf(action).isArmed ? 'from' : 'at'} ${timeWords(when.atMs)}`;
  const cause =
    when.type === 'WaveStarts' ? `wave ${when.wave} of ${when.channel} starts` : `${when.host} is ${when.state}`;
  return when.afterMs === 0 ? `when ${cause}` : `${timeWords(when.afterMs)} after ${cause}`;
}

/** What a step does, and to whom. */
export function stepWords({ do: action }: ScenarioStep): string {
  const words = stepKindOf(action).words(action);
  return 'hosts' in action ? `${namesOf(action.hosts, MAX_NAMES)}: ${words}` : words;
}
