import { byCodeUnit } from '../text/by-code-unit.ts';
import type { AgentInputOf } from './agent-inputs.ts';
import type { UndeliveredEvent } from './agent-state.ts';
import type { OutboxHeader } from './outbox-entry.ts';

/** What a boot finds of one rollout. */
export interface RolloutOnDisk {
  readonly rolloutId: string;
  readonly header: OutboxHeader | null;
  /** Rising by `seq`, each number once. */
  readonly undelivered: readonly UndeliveredEvent[];
}

/**
 * The outbox by rollout, whatever the order in which it was read. Rollouts come in the order in which they were
 * dispatched, those without a header first: without one their age is not known.
 */
export function rolloutsOnDisk({ outbox, headers }: AgentInputOf<'Boot'>): readonly RolloutOnDisk[] {
  const headersById = new Map(headers.map((header) => [header.rolloutId, header]));
  const eventsById = new Map<string, UndeliveredEvent[]>();
  for (const rolloutId of headersById.keys()) eventsById.set(rolloutId, []);
  for (const { rolloutId, event, durable } of outbox) {
    const events = eventsById.get(rolloutId);
    if (events === undefined) eventsById.set(rolloutId, [{ event, durable }]);
    else events.push({ event, durable });
  }
  return [...eventsById]
    .map(([rolloutId, events]) => {
      const header = headersById.get(rolloutId) ?? null;
      return { rolloutId, header, undelivered: inOrder(events) };
    })
    .sort(byAge);
}

function inOrder(events: readonly UndeliveredEvent[]): readonly UndeliveredEvent[] {
  const sorted = events.toSorted((a, b) => a.event.seq - b.event.seq);
  return sorted.filter(({ event }, index) => event.seq !== sorted[index - 1]?.event.seq);
}

function byAge(a: RolloutOnDisk, b: RolloutOnDisk): number {
  const [ageA, ageB] = [dispatchedAt(a), dispatchedAt(b)];
  if (ageA !== ageB) return ageA < ageB ? -1 : 1;
  return byCodeUnit(a.rolloutId, b.rolloutId);
}

const dispatchedAt = ({ header }: RolloutOnDisk): number => header?.record.dispatchedAt ?? -Infinity;
