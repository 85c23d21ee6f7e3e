import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Paths from here, in the order in which to run them. */
const files = (process.env['MUTATED_TESTS'] ?? '').split(',');

/** Examples before properties, which take longer: the first failure kills a mutant. */
class AsNamed extends BaseSequencer {
  override sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => files.findIndex((file) => moduleId.endsWith(file));
    return Promise.resolve(specifications.toSorted((a, b) => place(a) - place(b)));
  }
}

/** For `npm run mutation` (scripts/mutate.mjs), which names the tests of each module. */
export default defineConfig({
  test: {
    pool: 'threads',
    // Every mutant gets its own worker, shared by its files, in which the charts are built and compiled again.
    isolate: false,
    include: files,
    // Stryker has its own timeout. A property that is slow on a busy machine has found nothing.
    testTimeout: 120_000,
    sequence: { sequencer: AsNamed },
    setupFiles: ['test/mutation/same-properties.ts'],
  },
});
