import { SAMPLE_SCENARIO } from './sample-scenario.ts';

/** A scenario being written, and the files that it may name. */
export interface ScenarioDraft {
  readonly text: string;
  readonly files: ReadonlyMap<string, string>;
  readonly isShown: boolean;
}

const KEY = 'nixfleet-statechart draft';

/** The draft of the last visit, or the sample. */
export function keptDraft(): ScenarioDraft {
  return { text: read() ?? SAMPLE_SCENARIO, files: new Map(), isShown: false };
}

export function keepDraft(text: string): void {
  try {
    if (text === SAMPLE_SCENARIO) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, text);
  } catch {
    // Without storage, only a reload loses the draft.
  }
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
