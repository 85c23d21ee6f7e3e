import type { RunEvent } from './run-events.ts';

/**
 * One line of the event log, without its end: a JSON object with the fields in the order of its type. The same run
 * gives the same bytes.
 */
export function encodeRunEvent(event: RunEvent): string {
  return JSON.stringify(event);
}
