import { causeWords, type Moment } from '../../simulator/index.ts';
import { formatClock } from '../../text/index.ts';
import type { ShownRun } from '../run-file/shown-run.ts';

const COLUMNS = ['hostname', 'channel', 'rollout', 'wave', 'state', 'since', 'cause', 'target closure'];

/** The hosts at a moment as CSV (RFC 4180), restricted to `matching`. */
export function hostsCsv(run: ShownRun, moment: Moment, matching: Uint8Array | null): string {
  const rows = run.hosts.flatMap((host) => {
    if (matching?.[host.number] === 0) return [];
    const rollout = run.file.rollouts[host.rollout];
    const { state, dispatch, sinceRunMs, cause, revertedTo } = moment.viewOf(host);
    const hasNotStarted = state === 'Pending' && dispatch === null;
    return [
      [
        host.hostname,
        rollout?.channel ?? '',
        rollout?.rolloutId ?? '',
        String(host.wave),
        hasNotStarted ? 'Not started' : state,
        hasNotStarted ? '' : formatClock(sinceRunMs),
        causeWords(cause, revertedTo),
        host.targetClosure,
      ],
    ];
  });
  return [COLUMNS, ...rows].map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
}

/** Spreadsheets evaluate a cell that starts like a formula. */
function cellOf(text: string): string {
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
