import { useEffect, useRef, useState } from 'react';
import type { DemoChoice } from './demo-scenario.ts';
import RunWorker from './run-worker.ts?worker&inline';
import type { WorkerAnswer } from './run-worker.ts';

export type RunnerState =
  | { readonly type: 'idle' }
  | { readonly type: 'running'; readonly text: string }
  | { readonly type: 'failed'; readonly message: string };

/** Runs a scenario beside the page, so that the page stays responsive; a new run ends the one before. */
export function useRunner(onDone: (text: string) => void) {
  const worker = useRef<Worker | null>(null);
  const [state, setState] = useState<RunnerState>({ type: 'idle' });
  const stop = () => {
    worker.current?.terminate();
    worker.current = null;
  };
  useEffect(() => stop, []);

  const start = (choice: DemoChoice) => {
    stop();
    const running = new RunWorker();
    worker.current = running;
    setState({ type: 'running', text: 'starting' });
    running.addEventListener('message', ({ data }: MessageEvent<WorkerAnswer>) => {
      if (data.type === 'progress') {
        setState({
          type: 'running',
          text: `${Math.round(data.now / 60_000)} simulated minutes, ${data.ended} of ${data.hosts} hosts at an end`,
        });
        return;
      }
      stop();
      if (data.type === 'failed') return setState({ type: 'failed', message: `The run stopped: ${data.message}` });
      setState({ type: 'idle' });
      onDone(data.text);
    });
    running.addEventListener('error', () => {
      stop();
      setState({ type: 'failed', message: 'The run could not be started in this browser.' });
    });
    running.postMessage(choice);
  };
  return { state, start };
}
