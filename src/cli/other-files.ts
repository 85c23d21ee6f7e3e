import { EVENT_LOG_FORMAT } from '../simulator/index.ts';
import { RUN_FILE_FORMAT } from '../visualize/index.ts';
import type { Problem } from '../text/index.ts';

/** Files that the other commands write, by their format. */
const OTHER_FILES: Readonly<Record<string, Omit<Problem, 'path'>>> = {
  [RUN_FILE_FORMAT]: {
    message: 'this is a recorded run, not a fleet or a scenario',
    remedy: 'Open it with visualize FILE, or give the fleet or scenario that was simulated.',
  },
  [EVENT_LOG_FORMAT]: {
    message: 'this is an event log, not a fleet or a scenario',
    remedy: 'Open it with visualize FILE, or give the fleet or scenario that was simulated.',
  },
  'nixfleet-statechart-report': {
    message: 'this is the report of a run, not a fleet or a scenario',
    remedy: 'Give the fleet or scenario that was simulated.',
  },
  'nixfleet-statechart-many-runs': {
    message: 'this is the report of many runs, not a fleet or a scenario',
    remedy: 'Give the fleet or scenario that was simulated.',
  },
  'nixfleet-host-paths': {
    message: 'this is a file of test paths, not a fleet or a scenario',
    remedy: 'Open it in the page of visualize.',
  },
};

/** Enough for the start of a header, and to see whether a file is text. */
const HEAD_LENGTH = 4096;

/** Says what a file is that is neither a fleet nor a scenario; `null` if it may be one of them. */
export function otherFile(text: string): Omit<Problem, 'path'> | null {
  const head = text.slice(0, HEAD_LENGTH);
  if (head.includes('\0') || head.includes('\uFFFD'))
    return { message: 'this is not UTF-8 text', remedy: 'Give a fleet.resolved.json, or a scenario in YAML.' };
  const format = /^\s*\{\s*"format"\s*:\s*"([^"]+)"/.exec(head)?.[1];
  return format !== undefined && Object.hasOwn(OTHER_FILES, format) ? (OTHER_FILES[format] ?? null) : null;
}
