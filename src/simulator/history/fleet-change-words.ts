import { appendTo, count, namesInWords, namesOf } from '../../text/index.ts';
import type { FleetChanged } from '../run-events.ts';

const MAX_NAMES = 6;

/** The hosts that join, leave and move, as a sentence without a full stop. */
export function fleetChangeWords({ joined, left, moved }: Pick<FleetChanged, 'joined' | 'left' | 'moved'>): string {
  const parts = [...change(joined, 'joins', 'join'), ...change(left, 'leaves', 'leave')];
  const ways = new Map<string, string[]>();
  for (const { hostname, from, to } of moved) appendTo(ways, `from ${from} to ${to}`, hostname);
  for (const [way, names] of ways) parts.push(...change(names, `moves ${way}`, `move ${way}`));
  return `the fleet changes: ${parts.join('; ')}`;
}

function change(names: readonly string[], one: string, many: string): readonly string[] {
  if (names.length === 0) return [];
  const who =
    names.length > MAX_NAMES
      ? `${count(names.length, 'host')} (${namesOf(names, MAX_NAMES)})`
      : namesInWords(names, MAX_NAMES);
  return [`${who} ${names.length === 1 ? one : many}`];
}
