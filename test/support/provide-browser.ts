import type { TestProject } from 'vitest/node';

import { findBrowser } from '../../scripts/find-browser.mjs';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The Chromium that browser tests launch: `chromium.launch({ executablePath: inject('browserPath') })`. */
    readonly browserPath: string;
  }
}

/** A global setup that gives browser tests a browser, or a sentence that says what to install. */
export default function provideBrowser(project: TestProject): void {
  project.provide('browserPath', findBrowser({ install: true }));
}
