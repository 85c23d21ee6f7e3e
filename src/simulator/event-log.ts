import type { RunEvent } from './run-events.ts';
import type { Scenario } from './scenario.ts';

/** The `format` in the first line of an event log. */
export const EVENT_LOG_FORMAT = 'nixfleet-statechart-events';
/** Incremented when an older reader could misread a newer log. */
export const EVENT_LOG_VERSION = 2;

/** The first line of every event log. */
export interface EventLogHeader {
  readonly format: typeof EVENT_LOG_FORMAT;
  readonly version: typeof EVENT_LOG_VERSION;
  readonly title: string;
  readonly seed: number;
  /** The start of the run in epoch milliseconds. Fields that end in `RunMs` are measured from here. */
  readonly startAt: number;
}

/** The first line of a scenario's event log, without its line break. */
export function encodeEventLogHeader({ title, seed, startAt }: Scenario): string {
  const header: EventLogHeader = { format: EVENT_LOG_FORMAT, version: EVENT_LOG_VERSION, title, seed, startAt };
  return JSON.stringify(header);
}

/**
 * A further line of the event log, without its line break: a JSON object with the fields in the order of its type. The
 * same run gives the same bytes.
 */
export function encodeRunEvent(event: RunEvent): string {
  return JSON.stringify(event);
}
