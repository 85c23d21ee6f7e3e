import type { ChartModel } from '../chart-model.ts';
import { playEngines } from './engine.ts';
import type { SessionMoment, Session } from './session.ts';

/** The transition of an accepted event. */
export interface Taken {
  readonly state: string;
  readonly event: string;
  /** `null` if the state did not change. */
  readonly target: string | null;
  /** The first of the event's branches all of whose guards hold. */
  readonly branch: number;
}

/** `null` for an event that was refused. */
export function takenBy(
  model: ChartModel,
  session: Session,
  { before, event, after, result }: SessionMoment,
): Taken | null {
  if (!result.ok) return null;
  const { guardHolds } = playEngines[session.machine];
  const policy = { onHealthFailure: session.onHealthFailure };
  const cell = model.states.find(({ name }) => name === before.state)?.events.find(({ type }) => type === event.type);
  return {
    state: before.state,
    event: event.type,
    target: before.state === after.state ? null : after.state,
    branch:
      cell?.branches.findIndex(({ guards }) => guards.every((guard) => guardHolds(guard, before, event, policy))) ?? -1,
  };
}
