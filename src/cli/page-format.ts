import type { PageFormat } from '../simulator/index.ts';
import type { Io } from './io.ts';

const MIN_WIDTH = 60;
const MAX_WIDTH = 140;
const DEFAULT_WIDTH = 100;

/** How reports are laid out: to the terminal, or without one to COLUMNS and without colour. */
export function pageFormat({ stdout, env }: Io): PageFormat {
  const asked = stdout.isTerminal ? stdout.columns : Number(env['COLUMNS'] ?? DEFAULT_WIDTH);
  // An empty variable, or a terminal that does not know its width, comes as 0.
  const width = Number.isInteger(asked) && asked > 0 ? asked : DEFAULT_WIDTH;
  return {
    width: Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width)),
    colour: stdout.isTerminal && (env['NO_COLOR'] ?? '') === '',
  };
}
