import { recordRun } from '../../run-file/record-run.ts';
import { demoScenario, type DemoChoice } from './demo-scenario.ts';

/** What the worker says while it runs, and when it is done. */
export type WorkerAnswer =
  | { readonly type: 'progress'; readonly now: number; readonly ended: number; readonly hosts: number }
  | { readonly type: 'done'; readonly text: string }
  | { readonly type: 'failed'; readonly message: string };

const answer = (message: WorkerAnswer): void => globalThis.postMessage(message);

globalThis.addEventListener('message', (event: MessageEvent<DemoChoice>) => {
  try {
    const file = recordRun(demoScenario(event.data), ({ now, ended, hosts }) =>
      answer({ type: 'progress', now, ended, hosts }),
    );
    answer({ type: 'done', text: JSON.stringify(file) });
  } catch (error) {
    answer({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
});
