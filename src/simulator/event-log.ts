import type { RunEvent } from './run-events.ts';
import type { Scenario } from './scenario.ts';

/** The `format` in the first line of an event log. */
export const EVENT_LOG_FORMAT = 'nixfleet-statechart-events';
/** Raised when an older reader could read a newer log wrongly. */
export const EVENT_LOG_VERSION = 2;

/** The first line of every event log. */
export interface EventLogHeader {
  readonly format: typeof EVENT_LOG_FORMAT;
  readonly version: typeof EVENT_LOG_VERSION;
  readonly title: string;
  readonly seed: number;
  /** When the run starts, in epoch milliseconds: what ends in `RunMs` is measured from here. */
  readonly startAt: number;
}

/** The first line of the event log of a scenario, without its end. */
export function encodeEventLogHeader({ title, seed, startAt }: Scenario): string {
  const header: EventLogHeader = { format: EVENT_LOG_FORMAT, version: EVENT_LOG_VERSION, title, seed, startAt };
  return JSON.stringify(header);
}

/**
 * One further line of the event log, without its end: a JSON object with the fields in the order of its type. The same
 * run gives the same bytes.
 */
export function encodeRunEvent(event: RunEvent): string {
  return JSON.stringify(event);
}
