import type { LocalEvent } from '../machine/events.ts';

type Unnumbered<Event> = Event extends LocalEvent ? Omit<Event, 'seq'> : never;

/** An event for the agent's own machine, before it has a number: a refused one never gets any (rule 2). */
export type UnnumberedEvent = Unnumbered<LocalEvent>;

export function withSeq(event: UnnumberedEvent, seq: number): LocalEvent {
  if (event.type !== 'LocalProbeResult') return { ...event, seq };
  // Nearly all events are of this kind, and a literal is several times faster to make than a spread.
  const { type, probeName, mode, status, observedAt, failureReason, subResults } = event;
  return { type, probeName, mode, status, observedAt, failureReason, subResults, seq };
}
