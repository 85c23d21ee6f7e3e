import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
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
  'test/browser/fleet-controls',
  'test/browser/layout',
  'test/browser/page',
  'test/cli/conform-cheats',
  'test/browser/compare',
  'test/simulator/random-faults',
  'test/browser/play',
  'test/docs/qa-guide',
  'test/browser/time-axis',
  'test/testing/adequacy',
  'test/testing/ports/ports',
  'test/browser/opened-files',
  'test/runtime/rehearse/rehearse',
  'test/browser/fleet',
  'test/cli/main',
];

/** Tests that wait for a browser or for processes most of the time. */
const isWaiting = ({ moduleId }: TestSpecification): boolean =>
  /[\\/]test[\\/](?:browser|cli|docs|hygiene|runtime)[\\/]/.test(moduleId);

/** Starts with the slowest tests, and spreads those that wait among those that compute, so that no core is idle. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const placeOf = ({ moduleId }: TestSpecification) => longest.findIndex((path) => moduleId.includes(path));
    const slow = sorted.filter((file) => placeOf(file) !== -1).sort((a, b) => placeOf(a) - placeOf(b));
    const others = sorted.filter((file) => placeOf(file) === -1);
    const kinds = [others.filter(isWaiting), others.filter((file) => !isWaiting(file))];
    const mixed = kinds
      .flatMap((kind) => kind.map((file, at) => ({ file, place: (at + 0.5) / kind.length })))
      .sort((a, b) => a.place - b.place);
    // Projects stay together, because a worker serves only one.
    const partOf = ({ project }: TestSpecification) => ['built', 'browser', 'unit'].indexOf(project.name);
    return [...slow, ...mixed.map(({ file }) => file)].sort((a, b) => partOf(a) - partOf(b));
  }
}

/** Built code is imported as users do, not transformed again. */
const deps = { external: [/\/(?:bench|dist)\//] };
/** The default is a second, but a busy machine is slow, not wrong. */
const expect = { poll: { timeout: 60_000 } };
const setupFiles = ['test/support/seed-properties.ts'];
const provideBrowser = 'test/support/provide-browser.ts';

/**
 * For `npm test`, which has built the package: a module is transformed once for all files, and loaded once by each worker.
 */
const whole: TestProjectConfiguration = {
  extends: true,
  test: {
    name: 'whole',
    include: ['test/**/*.test.ts'],
    exclude: otherBrowserTests,
    server: { deps },
    isolate: false,
    setupFiles,
    expect,
    globalSetup: [provideBrowser],
    testTimeout: 300_000,
  },
};

/** For parts of the tests, so that unit tests start without a build. */
const parts: TestProjectConfiguration[] = [
  {
    extends: true,
    test: {
      name: 'unit',
      include: ['test/**/*.test.ts'],
      exclude: [...builtTests, ...browserTests, ...otherBrowserTests],
      // The tested code has no global state, and reloading xstate and zod for every file takes longer than the tests.
      isolate: false,
      setupFiles,
      // A property over thousands of cases is slow on a busy machine, not wrong.
      testTimeout: 120_000,
    },
  },
  {
    extends: true,
    test: {
      name: 'built',
      include: builtTests,
      server: { deps },
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
      expect,
      globalSetup: ['test/support/build-package.ts', provideBrowser],
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
];

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    pool: 'threads',
    // One more than the cores of a small machine, because many tests wait.
    maxWorkers: 3,
    coverage: {
      provider: 'v8',
      // Only what must be fully covered, because counting slows down every test. See `scripts/test.mjs`.
      include: ['src/machine/**', 'src/rollout/**', 'src/control-plane/gates/**'],
      reportOnFailure: true,
      reporter: [['text', { skipFull: true }], 'json-summary', 'html'],
      thresholds: { lines: 100, branches: 100, functions: 100, statements: 100 },
    },
    projects: process.env['NIXFLEET_BUILT'] === '1' ? [whole] : parts,
  },
});
