import { expect, test } from 'vitest';
import { ProgressLine } from '../../src/cli/progress-line.ts';

function drawn(isTerminal: boolean, columns: number, times: readonly number[]): readonly string[] {
  const texts: string[] = [];
  const moments = [0, ...times];
  const output = { write: (text: string | Uint8Array) => texts.push(String(text)), isTerminal, columns };
  const line = new ProgressLine(output, () => moments.shift() ?? 0);
  for (const _ of times) line.show((elapsedMs) => `${elapsedMs} milliseconds`);
  line.clear();
  return texts;
}

test('a progress line is redrawn ten times a second, within the terminal, and cleared', () => {
  expect(drawn(true, 7, [5, 104, 105])).toEqual(['\r\u001b[K6 mill', '\r\u001b[K106 mi', '\r\u001b[K']);
});

test('without a terminal, nothing is written', () => {
  expect(drawn(false, 0, [5, 500])).toEqual([]);
});
