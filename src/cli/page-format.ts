import type { PageFormat } from '../simulator/index.ts';
import type { Io } from './io.ts';

const MIN_WIDTH = 60;
const MAX_WIDTH = 140;
const DEFAULT_WIDTH = 100;

/** Formats reports for the terminal. Without one, uses COLUMNS and no colour. */
export function pageFormat({ stdout, env }: Io): PageFormat {
  const asked = stdout.isTerminal ? stdout.columns : Number(env['COLUMNS'] ?? DEFAULT_WIDTH);
  // 0 for an empty variable, or a terminal of unknown width.
  const width = Number.isInteger(asked) && asked > 0 ? asked : DEFAULT_WIDTH;
  return {
    width: Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width)),
    colour: stdout.isTerminal && (env['NO_COLOR'] ?? '') === '',
  };
}
