import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The Chromium that browser tests launch: `chromium.launch({ executablePath: inject('browserPath') })`. */
    readonly browserPath: string;
  }
}

/** A global setup: browser tests find a browser, or one sentence that says what to install. */
export default async function provideBrowser(project: TestProject): Promise<void> {
  // All global setups are imported before the first of them runs, and this needs what that one builds.
  const { findBrowser } = await import('../../scripts/find-browser.mjs');
  project.provide('browserPath', findBrowser({ install: true }));
}
