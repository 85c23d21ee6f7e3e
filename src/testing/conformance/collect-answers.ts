import type { PeerProblem } from './peer-problem.ts';
import type { BatchEnd } from './peer.ts';
import type { Request } from './protocol.ts';

const MAX_EXCERPT = 160;

const excerpt = (line: string): string =>
  line.length <= MAX_EXCERPT ? line : `${line.slice(0, MAX_EXCERPT)}… (${line.length} characters)`;

const hasId = (answer: unknown): answer is { readonly id: number } =>
  typeof answer === 'object' && answer !== null && 'id' in answer && typeof answer.id === 'number';

export interface AnswerCollector {
  /** Whether the batch is over, well or badly. */
  readonly take: (line: string) => boolean;
  readonly fail: (problem: PeerProblem) => void;
  readonly end: () => BatchEnd;
  readonly open: () => number;
}

/** Sorts the lines that come back to the requests that they answer. */
export function collectAnswers(batch: readonly Request[]): AnswerCollector {
  const open = new Set(batch.map(({ id }) => id));
  const answers = new Map<number, object>();
  let problem: PeerProblem | null = null;
  let disorder: string | null = null;

  const garbage = (line: string, why: string): PeerProblem => ({
    kind: 'garbage',
    message: `It printed a line that ${why}: ${excerpt(line)}`,
  });

  function read(line: string): PeerProblem | null {
    let answer: unknown;
    try {
      answer = JSON.parse(line);
    } catch {
      return garbage(line, 'is not JSON (standard output is for answers alone; logs belong on standard error)');
    }
    if (!hasId(answer)) return garbage(line, 'does not repeat the id of a request');
    if (!open.has(answer.id)) {
      return {
        kind: 'unasked',
        message: `It answered ${answer.id}, which was not asked, or not any more: ${excerpt(line)}`,
      };
    }
    const [first] = open;
    if (disorder === null && first !== answer.id) disorder = `It answered ${answer.id} before ${first}.`;
    open.delete(answer.id);
    answers.set(answer.id, answer);
    return null;
  }

  return {
    take: (line) => {
      problem ??= read(line);
      return problem !== null || open.size === 0;
    },
    fail: (why) => {
      problem ??= why;
    },
    end: () => ({ answers, problem, disorder }),
    open: () => open.size,
  };
}
