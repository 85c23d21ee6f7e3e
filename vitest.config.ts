import { defineConfig } from 'vitest/config';

/** Tests of the built package: they import it by name or start its command, so it is built before them. */
const builtTests = [
  'test/hygiene/**/*.test.ts',
  'test/docs/**/*.test.ts',
  'test/cli/{main,conform-command,conform-cheats}.test.ts',
  'test/runtime/{agent,rehearse}/**/*.test.ts',
  'test/testing/ports/**/*.test.ts',
];
const browserTests = ['test/browser/**/*.test.ts'];
/** In Firefox and WebKit; only `npm run test:browsers` runs them. */
const otherBrowserTests = ['test/other-browsers/**/*.test.ts'];

export default defineConfig({
  test: {
    pool: 'threads',
    // Vitest would leave one core to itself, and use only the other.
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      // Only what must be covered in full: counting makes every test slower. See `scripts/test.mjs`.
      include: ['src/machine/**', 'src/rollout/**', 'src/control-plane/gates/**'],
      reportOnFailure: true,
      reporter: [['text', { skipFull: true }], 'json-summary', 'html'],
      thresholds: { lines: 100, branches: 100, functions: 100, statements: 100 },
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...builtTests, ...browserTests, ...otherBrowserTests],
          // What is tested has no state of its own, and loading xstate and zod afresh for every file takes longer than
          // the tests do.
          isolate: false,
          setupFiles: ['test/support/seed-properties.ts'],
          // A property over thousands of cases is slow on a busy machine, and not wrong.
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'built',
          include: builtTests,
          isolate: false,
          globalSetup: ['test/support/build-package.ts'],
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: browserTests,
          // As above; and the files of one worker share a browser.
          isolate: false,
          // A busy machine is slow, and not wrong; a second would be the default.
          expect: { poll: { timeout: 60_000 } },
          globalSetup: ['test/support/build-package.ts', 'test/support/provide-browser.ts'],
          testTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'other-browsers',
          include: otherBrowserTests,
          globalSetup: ['test/support/build-package.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
