import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** By the paths from here, in the order in which they are to run. */
const files = (process.env['MUTATED_TESTS'] ?? '').split(',');

/** The examples before the properties, which take longer: the first failure is the end of a mutant. */
class AsNamed extends BaseSequencer {
  override sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => files.findIndex((file) => moduleId.endsWith(file));
    return Promise.resolve(specifications.toSorted((a, b) => place(a) - place(b)));
  }
}

/** For `npm run mutation` (scripts/mutate.mjs), which names the tests of the room that it is at. */
export default defineConfig({
  test: {
    pool: 'threads',
    // Every mutant gets a worker of its own, in which the charts are built and compiled again; its files share it.
    isolate: false,
    include: files,
    // Stryker has its own patience; a property that is slow on a busy machine has found nothing.
    testTimeout: 120_000,
    sequence: { sequencer: AsNamed },
    setupFiles: ['test/mutation/same-properties.ts'],
  },
});
