import type { LocalEvent } from '../machine/events.ts';

type Unnumbered<Event> = Event extends LocalEvent ? Omit<Event, 'seq'> : never;

/** An event for the agent's own machine, before it has a number: a refused one never gets any (rule 2). */
export type UnnumberedEvent = Unnumbered<LocalEvent>;

export function withSeq(event: UnnumberedEvent, seq: number): LocalEvent {
  return { ...event, seq };
}
