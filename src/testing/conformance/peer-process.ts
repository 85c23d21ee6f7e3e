import { spawn } from 'node:child_process';
import { collectAnswers, type AnswerCollector, type AskedIds } from './collect-answers.ts';
import { realTimer, type Cancel, type StartTimer } from './in-time.ts';
import { lineSplitter } from './line-splitter.ts';
import type { BatchEnd, Peer, PeerProblem } from './peer.ts';

export interface PeerProcessOptions {
  /** A command line for the shell. */
  readonly command: string;
  /** How long it may be silent while requests are open. */
  readonly timeoutMs: number;
  /** Measures silence. */
  readonly startTimer?: StartTimer;
  /** Kills it and everything it has started. */
  readonly signal?: AbortSignal;
}

/** How much of standard error is kept, to show why it ended. */
const MAX_STDERR = 2_000;
/** How long a peer may take to exit after its input has ended. */
const CLOSE_MS = 1_000;

/** Starts a peer in its own process group, which ends with it. */
export function startPeerProcess(options: PeerProcessOptions): Peer {
  try {
    return runPeerProcess(options);
  } catch (error) {
    // For an empty command line, or one too long for the system, `spawn` throws instead of emitting `error`.
    const why = error instanceof Error ? error.message : 'unknown reason';
    const problem: PeerProblem = { kind: 'ended', message: `It could not be started: ${why}.` };
    const end: BatchEnd = { answers: new Map(), problem, disorder: null };
    return { ask: () => Promise.resolve(end), close: () => Promise.resolve(undefined) };
  }
}

function runPeerProcess({ command, timeoutMs, signal, startTimer = realTimer }: PeerProcessOptions): Peer {
  const child = spawn(command, { shell: true, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  const splitter = lineSplitter();
  let stderr = '';
  let gone: { readonly problem: PeerProblem; readonly repeated: number | undefined } | null = null;
  const asked: AskedIds = { first: null, last: null };
  let current: { readonly collector: AnswerCollector; readonly settle: () => void } | null = null;

  const fail = (problem: PeerProblem, repeated?: number): void => {
    gone ??= { problem, repeated };
    kill();
    current?.collector.fail(problem, repeated);
    current?.settle();
  };
  // Prefixed, because build servers interpret some lines as commands.
  const said = (): string =>
    stderr.trim() === '' ? '' : ` It last wrote to standard error: ${stderr.trim().replaceAll(/[\r\n]+/g, '\n   | ')}`;

  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('utf8')).slice(-MAX_STDERR);
  });
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = gone === null ? splitter.take(chunk) : [];
    if (lines === null) fail({ kind: 'unasked', message: 'It printed more than 4 MiB without ending the line.' });
    for (const line of lines ?? []) {
      if (current === null) failUnasked(line);
      else if (current.collector.take(line)) {
        const { problem, repeated } = current.collector.end();
        if (problem === null) current.settle();
        else fail(problem, repeated);
      }
    }
  });
  const onAbort = (): void => fail({ kind: 'ended', message: 'It was stopped.' });
  signal?.addEventListener('abort', onAbort);
  // Also if this process crashes: a peer that ignores the end of its input would survive.
  process.on('exit', kill);
  // Writing to a peer that has ended fails; `close` reports that it ended.
  child.stdin.on('error', () => {});
  child.on('error', (error) => fail({ kind: 'ended', message: `It could not be started: ${error.message}.` }));
  // A child that outlives the peer may keep its pipes open, so they are closed a while after it ends.
  child.on('exit', () => {
    setTimeout(() => {
      child.stdout.destroy();
      child.stderr.destroy();
    }, CLOSE_MS).unref();
  });
  const ended = new Promise<void>((resolve) => {
    child.on('close', (code, by) => {
      signal?.removeEventListener('abort', onAbort);
      process.off('exit', kill);
      const how = by === null ? `with exit code ${code ?? 'unknown'}` : `by ${by}`;
      fail({ kind: 'ended', message: `It ended ${how}.${said()}` });
      resolve();
    });
  });

  /** Handles a line while nothing is open: a second answer, or an answer without a question. */
  function failUnasked(line: string): void {
    const collector = collectAnswers([], asked);
    collector.take(line);
    const { problem, repeated } = collector.end();
    if (problem !== null && repeated !== undefined) fail(problem, repeated);
    else fail({ kind: 'unasked', message: `It printed a line while nothing was asked: ${line.slice(0, 160)}` });
  }

  function kill(): void {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      // Only the process group that `detached` created.
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      child.kill('SIGKILL');
    }
  }

  return {
    ask: (batch) =>
      new Promise((resolve) => {
        const collector = collectAnswers(batch, asked);
        let openBefore = collector.open();
        // Restarted each time, so that the timeout applies to each answer rather than the batch.
        const watch = (): Cancel =>
          startTimer(() => {
            if (collector.open() === openBefore) {
              fail({ kind: 'silent', message: `It did not answer within ${timeoutMs} ms.${said()}` });
              return;
            }
            openBefore = collector.open();
            stopWatching = watch();
          }, timeoutMs);
        let stopWatching = watch();
        const settle = (): void => {
          stopWatching();
          current = null;
          resolve(collector.end());
        };
        if (gone !== null) {
          collector.fail(gone.problem, gone.repeated);
          settle();
          return;
        }
        current = { collector, settle };
        child.stdin.write(batch.map((request) => `${JSON.stringify(request)}\n`).join(''));
      }),
    close: async () => {
      child.stdin.end();
      const patience = setTimeout(kill, CLOSE_MS);
      await ended;
      clearTimeout(patience);
      // It was asked to exit.
      if (gone === null || gone.problem.kind === 'ended') return undefined;
      const { problem, repeated } = gone;
      return { answers: new Map(), problem, disorder: null, ...(repeated === undefined ? {} : { repeated }) };
    },
  };
}
