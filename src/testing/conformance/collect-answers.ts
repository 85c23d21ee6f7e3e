import { excerpt, jsonIn, scanNames } from '../../text/index.ts';
import type { BatchEnd, PeerProblem } from './peer.ts';
import type { Request } from './protocol.ts';

/** Deeper than any answer. Values nested hundreds of thousands of levels deep cannot even be printed. */
const MAX_DEPTH = 100;

const depthOf = (json: string): number => scanNames(json, 0, () => {});

const namesIn = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? Object.values(value).reduce(
        (sum: number, each) => sum + namesIn(each),
        Array.isArray(value) ? 0 : Object.keys(value).length,
      )
    : 0;

/** Returns a name that an object has twice. JSON parsers disagree on which of the two counts. */
function repeatedName(json: string, parsed: unknown): string | null {
  // With as many names as there are colons after quotes, none can be there twice.
  if (json.split(/"\s*:/).length - 1 === namesIn(parsed)) return null;
  let repeated: string | null = null;
  scanNames(json, MAX_DEPTH, (_, name) => {
    repeated ??= name;
  });
  return repeated;
}

const hasId = (answer: unknown): answer is { readonly id: number } =>
  typeof answer === 'object' && answer !== null && 'id' in answer && typeof answer.id === 'number';

export interface AnswerCollector {
  /** Whether the batch is over, successfully or not. */
  readonly take: (line: string) => boolean;
  readonly fail: (problem: PeerProblem, repeatedId?: number) => void;
  readonly end: () => BatchEnd;
  readonly open: () => number;
}

/**
 * What one peer was asked. Ids rise by one, so two numbers represent any number of them. An id between them that is not
 * open was answered, because a peer that fails to answer is not asked again.
 */
export interface AskedIds {
  first: number | null;
  last: number | null;
}

/**
 * Describes the first answer that came before the answer to an earlier question. A question that was never answered is
 * not out of order.
 */
function disorderIn(order: readonly number[]): string | null {
  let earliestAfter = Infinity;
  let found: string | null = null;
  for (const id of order.toReversed()) {
    if (id > earliestAfter) found = `It answered ${id} before ${earliestAfter}.`;
    earliestAfter = Math.min(earliestAfter, id);
  }
  return found;
}

/**
 * Assigns the lines of a peer to the requests that they answer.
 *
 * @param asked what this peer has been asked; the new requests are added
 */
export function collectAnswers(batch: readonly Request[], asked: AskedIds): AnswerCollector {
  const open = new Set(batch.map(({ id }) => id));
  for (const id of open) {
    asked.first ??= id;
    asked.last = id;
  }
  const answers = new Map<number, object>();
  let problem: PeerProblem | null = null;
  let repeated: number | undefined;

  const garbage = (line: string, why: string): PeerProblem => ({
    kind: 'garbage',
    message: `It printed a line that ${why}: ${excerpt(line)}`,
  });

  function wasAsked(id: number): boolean {
    return Number.isInteger(id) && asked.first !== null && asked.last !== null && id >= asked.first && id <= asked.last;
  }

  function read(line: string): PeerProblem | null {
    const answer = jsonIn(line);
    if (answer === undefined)
      return garbage(line, 'is not JSON (standard output is for answers alone; logs belong on standard error)');
    if (depthOf(line) > MAX_DEPTH) return garbage(line, `is nested deeper than ${MAX_DEPTH} levels`);
    const repeatedField = repeatedName(line, answer);
    if (repeatedField !== null) return garbage(line, `has ${JSON.stringify(repeatedField)} twice in one object`);
    if (!hasId(answer)) return garbage(line, 'does not repeat the id of a request');
    if (wasAsked(answer.id) && !open.has(answer.id)) {
      repeated = answer.id;
      return { kind: 'unasked', message: `It answered ${answer.id} a second time: ${excerpt(line)}` };
    }
    if (!open.has(answer.id)) {
      return { kind: 'unasked', message: `It answered ${answer.id}, which was not asked: ${excerpt(line)}` };
    }
    open.delete(answer.id);
    answers.set(answer.id, answer);
    return null;
  }

  return {
    take: (line) => {
      problem ??= read(line);
      return problem !== null || open.size === 0;
    },
    fail: (why, repeatedId) => {
      if (problem !== null) return;
      problem = why;
      repeated = repeatedId;
    },
    end: () => ({
      answers,
      problem,
      disorder: disorderIn([...answers.keys()]),
      ...(repeated === undefined ? {} : { repeated }),
    }),
    open: () => open.size,
  };
}
