import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests of the built package: they import it by name or start its command, so it is built before them. */
const builtTests = [
  'test/hygiene/**/*.test.ts',
  'test/docs/**/*.test.ts',
  'test/cli/{main,conform-command,conform-cheats,rehearse-once}.test.ts',
  'test/runtime/{agent,rehearse}/**/*.test.ts',
  'test/testing/ports/**/*.test.ts',
];
const browserTests = ['test/browser/**/*.test.ts'];
/** In Firefox and WebKit; only `npm run test:browsers` runs them. */
const otherBrowserTests = ['test/other-browsers/**/*.test.ts'];

/** The slowest tests, so that they do not start last. */
const longest = [
  'test/runtime/rehearse/kills',
  'test/cli/conform-cheats',
  'test/runtime/rehearse/rehearse',
  'test/docs/qa-guide',
  'test/testing/ports/ports',
  'test/browser/layout',
  'test/browser/fleet-controls',
  'test/browser/page',
  'test/browser/play',
  'test/browser/compare',
];

/** Starts with the slowest tests. Vitest knows them only after a first run, which a fresh clone has not had. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const placeOf = ({ moduleId }: TestSpecification) => {
      const place = longest.findIndex((path) => moduleId.includes(path));
      return place === -1 ? longest.length : place;
    };
    // Projects stay together, because a worker serves only one.
    const partOf = ({ project }: TestSpecification) => ['built', 'browser', 'unit'].indexOf(project.name);
    return sorted.sort((a, b) => partOf(a) - partOf(b) || placeOf(a) - placeOf(b));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    pool: 'threads',
    // By default, Vitest would reserve one core for itself.
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      // Only what must be fully covered, because counting slows down every test. See `scripts/test.mjs`.
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
          // The tested code has no global state, and reloading xstate and zod for every file takes longer than the tests.
          isolate: false,
          setupFiles: ['test/support/seed-properties.ts'],
          // A property over thousands of cases is slow on a busy machine, not wrong.
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'built',
          include: builtTests,
          // Built code is imported as users do, not transformed again.
          server: { deps: { external: [/\/(?:bench|dist)\//] } },
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
          // As above, and the files of one worker share a browser.
          isolate: false,
          // The default is a second, but a busy machine is slow, not wrong.
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
