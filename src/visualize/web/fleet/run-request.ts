import type { DemoChoice } from '../../play/run-place.ts';
import type { ScenarioVariant } from './scenario-variant.ts';

/** What the worker is to run. */
export type RunRequest =
  | { readonly type: 'generated'; readonly choice: DemoChoice }
  /** A `fleet.resolved.json`, as text. */
  | { readonly type: 'fleet'; readonly name: string; readonly text: string }
  /** `files` are those that the scenario may name, by file name. */
  | {
      readonly type: 'scenario';
      readonly text: string;
      readonly files: ReadonlyMap<string, string>;
      /** Whether the page itself runs it, because nothing else is open. */
      readonly isExample: boolean;
    }
  /** The run of another request with one change. */
  | { readonly type: 'variant'; readonly of: RunRequest; readonly variant: ScenarioVariant };

/** A message to the worker. */
export interface WorkerOrder {
  readonly request: RunRequest;
  /** The hosts whose messages are recorded. */
  readonly messagesOf: ReadonlySet<string>;
}

/** A problem in a scenario. Lines and columns count from 1. */
export interface ScenarioMistake {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly remedy: string;
}

/** Messages from the worker while it runs and when it is done. */
export type WorkerAnswer =
  | { readonly type: 'progress'; readonly now: number; readonly ended: number; readonly hosts: number }
  | { readonly type: 'done'; readonly text: string }
  | { readonly type: 'mistakes'; readonly mistakes: readonly ScenarioMistake[] }
  | { readonly type: 'failed'; readonly message: string };
