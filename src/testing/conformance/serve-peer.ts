import { answerQuestion } from './answer-question.ts';
import { keepRecords } from './keep-records.ts';
import { lineSplitter } from './line-splitter.ts';
import { missingFields } from './missing-fields.ts';
import type { Request } from './protocol.ts';

const MAX_ECHO_LENGTH = 80;

/** Where answers are written: a `Writable` of Node, described without needing Node's types. */
export interface AnswerOutput {
  /** False when nothing more should be written until `drain`. */
  write(text: string): boolean;
  once(event: 'drain', listener: () => void): unknown;
}

/** Serves our own implementation: writes an answer for every line of `input`, such as standard input. */
export async function servePeer(input: AsyncIterable<Uint8Array | string>, output: AnswerOutput): Promise<void> {
  const splitter = lineSplitter();
  const answer = keepRecords(answerQuestion);
  for await (const chunk of input) {
    const lines = splitter.take(Buffer.from(chunk));
    if (lines === null) {
      output.write(`${JSON.stringify({ id: null, error: 'a line is longer than 4 MiB' })}\n`);
      return;
    }
    if (lines.length === 0) continue;
    const isFull = !output.write(lines.map((line) => `${answerLine(line, answer)}\n`).join(''));
    if (isFull) await new Promise<void>((resolve) => output.once('drain', resolve));
  }
}

/**
 * The answer to one line, or the problem with the line.
 *
 * @param answer keeps the records of sessions; a new one by default
 */
export function answerLine(line: string, answer = keepRecords(answerQuestion)): string {
  let request: Request;
  try {
    // Safe: a value of another shape makes `answer` throw, which is caught below.
    request = JSON.parse(line) as Request;
  } catch {
    return JSON.stringify({ id: null, error: `not a line of JSON: ${line.slice(0, MAX_ECHO_LENGTH)}` });
  }
  const id: unknown = typeof request === 'object' && request !== null ? request.id : undefined;
  if (!Number.isSafeInteger(id)) return JSON.stringify({ id: null, error: 'a request needs an integer id' });
  try {
    const missing = missingFields(request);
    if (missing.length > 0) throw new TypeError(missing.join('; '));
    return JSON.stringify({ id, ...answer(request) });
  } catch (error) {
    return JSON.stringify({
      id,
      error: `the request is malformed: ${error instanceof Error ? error.message : 'unreadable'}`,
    });
  }
}
