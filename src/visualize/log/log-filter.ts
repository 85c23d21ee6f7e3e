import type { RunEvent, RunHistory } from '../../simulator/index.ts';
import { hostMatcher } from '../../text/index.ts';
import { ROWS_PER_STEP, whatOf, whoOf, type LogRow } from './log-rows.ts';

/** Whether an event is shown. */
export type LogFilter = (event: RunEvent) => boolean;

/**
 * Reads a filter of the log: `host:web-*`, `event:Failed`, `wave:1`, and words that a row must contain. Every part must
 * match.
 */
export function readLogFilter(text: string, history: RunHistory): LogFilter {
  const parts = text
    .split(/\s+/)
    .filter((part) => part !== '')
    .map((part) => partOf(part, history));
  return (event) => parts.every((matches) => matches(event));
}

function partOf(part: string, history: RunHistory): LogFilter {
  const [, token, value = ''] = /^(host|event|wave):(.*)$/.exec(part) ?? [];
  switch (token) {
    case 'host': {
      const isMeant = hostMatcher(value);
      return (event) => 'hostname' in event && event.hostname !== null && isMeant(event.hostname);
    }
    case 'event': {
      const wanted = value.toLowerCase();
      return (event) => nameOf(event).toLowerCase().includes(wanted);
    }
    case 'wave':
      return (event) => String(waveOf(event, history)) === value;
    default: {
      const wanted = part.toLowerCase();
      return (event) => `${whoOf(event)} ${whatOf(event)}`.toLowerCase().includes(wanted);
    }
  }
}

const nameOf = (event: RunEvent): string => {
  if (event.type === 'EventAccepted') return `${event.type} ${event.event.type}`;
  return event.type === 'HostTransition' ? `${event.type} ${event.to}` : event.type;
};

function waveOf(event: RunEvent, history: RunHistory): number | null {
  if ('wave' in event) return event.wave;
  if (!('hostname' in event) || event.hostname === null) return null;
  if (!('rolloutId' in event) || event.rolloutId === null) return null;
  return history.trackOf(event.rolloutId, event.hostname)?.wave ?? null;
}

/** The rows that match a filter; all rows without a filter. */
export function* filteredRows(rows: readonly LogRow[], filter: LogFilter | null): Generator<void, readonly LogRow[]> {
  if (filter === null) return rows;
  const shown: LogRow[] = [];
  for (const [at, row] of rows.entries()) {
    if (filter(row.event)) shown.push(row);
    if (at % ROWS_PER_STEP === 0) yield;
  }
  return shown;
}
