import type { Replayed, ReplayDifference } from '../runtime/control-plane/index.ts';
import { count, excerpt, printable } from '../text/index.ts';

const MAX_SHOWN = 400;

/** The result of a replay as lines of text. */
export function replayWords({ inputs, difference }: Pick<Replayed, 'inputs' | 'difference'>): readonly string[] {
  if (difference === null) return [`${count(inputs, 'input')} replayed; all decisions match the log.`];
  return [
    ...whereWords(difference),
    `  recorded: ${valueWords(difference.recorded)}`,
    `  decided:  ${valueWords(difference.decided)}`,
  ];
}

function whereWords({ seq, at, input }: ReplayDifference): readonly string[] {
  const time = new Date(at).toISOString();
  return input === null
    ? [`The snapshot after input ${seq} (${time}) does not match the log.`]
    : [`Input ${seq}, ${input} at ${time}, leads to another decision.`];
}

function valueWords(value: unknown): string {
  return value === null ? 'nothing' : printable(excerpt(JSON.stringify(value), MAX_SHOWN));
}
