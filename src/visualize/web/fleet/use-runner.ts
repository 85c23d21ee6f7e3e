import { useCallback, useEffect, useRef, useState } from 'react';
import type { RunRequest, ScenarioMistake, WorkerAnswer, WorkerOrder } from './run-request.ts';
import RunWorker from './run-worker.ts?worker&inline';

export type RunnerState =
  | { readonly type: 'idle' }
  | { readonly type: 'running'; readonly text: string }
  | { readonly type: 'mistakes'; readonly mistakes: readonly ScenarioMistake[] }
  | { readonly type: 'failed'; readonly message: string };

/** Repeats an open run, to record the messages of these hosts. */
export interface RunAgain {
  readonly id: number;
  readonly messagesOf: ReadonlySet<string>;
}

export interface RunOrder {
  readonly request: RunRequest;
  readonly again: RunAgain | null;
}

/**
 * Runs a scenario in a worker, so that the page stays responsive. A new run cancels the previous one. `onDone` returns
 * a sentence if it cannot use the result.
 */
export function useRunner(onDone: (text: string, order: RunOrder) => string | null) {
  const worker = useRef<Worker | null>(null);
  const done = useRef(onDone);
  done.current = onDone;
  const [state, setState] = useState<RunnerState>({ type: 'idle' });
  const stop = useCallback(() => {
    worker.current?.terminate();
    worker.current = null;
  }, []);
  useEffect(() => stop, [stop]);

  const start = useCallback(
    (request: RunRequest, again: RunAgain | null = null) => {
      stop();
      const running = new RunWorker();
      worker.current = running;
      setState({ type: 'running', text: 'starting' });
      running.addEventListener('message', ({ data }: MessageEvent<WorkerAnswer>) => {
        if (data.type === 'progress') {
          setState({
            type: 'running',
            text: `${Math.round(data.now / 60_000)} simulated minutes, ${data.ended} of ${data.hosts} hosts done`,
          });
          return;
        }
        stop();
        if (data.type === 'mistakes') return setState(data);
        if (data.type === 'failed') return setState({ type: 'failed', message: `The run stopped: ${data.message}` });
        const problem = done.current(data.text, { request, again });
        setState(problem === null ? { type: 'idle' } : { type: 'failed', message: problem });
      });
      running.addEventListener('error', () => {
        stop();
        setState({ type: 'failed', message: 'The run could not be started in this browser.' });
      });
      const order: WorkerOrder = { request, messagesOf: again?.messagesOf ?? new Set() };
      running.postMessage(order);
    },
    [stop],
  );
  const cancel = useCallback(() => {
    stop();
    setState({ type: 'idle' });
  }, [stop]);
  /** Hides a failure once something else is opened. */
  const dismiss = useCallback(() => setState((old) => (old.type === 'running' ? old : { type: 'idle' })), []);
  return { state, start, cancel, dismiss };
}
