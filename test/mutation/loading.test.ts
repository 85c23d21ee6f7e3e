import { describe, expect, it } from 'vitest';

/** The entry points of the modules that `npm run mutation` mutates. */
const faces = {
  machine: () => import('../../src/index.ts'),
  rollout: () => import('../../src/rollout/index.ts'),
  agent: () => import('../../src/agent/index.ts'),
  'control-plane': () => import('../../src/control-plane/index.ts'),
  testing: () => import('../../src/testing/node.ts'),
};

// While one module is mutated, the others are unchanged.
const mutated = process.env['MUTATED_ROOM'] ?? '';
const loaded = Object.entries(faces)
  .filter(([module]) => mutated === '' || mutated.split('/').includes(module))
  .map(([module, load]) => [module, load()] as const);
// Outside any test, as other test files load them.
await Promise.allSettled(loaded.map(([, face]) => face));

/**
 * The compiler refuses a broken chart when the chart's module is loaded. A test file that imports it at its top is then
 * a file without a single test, which Stryker takes for one in which nothing failed: here a test fails.
 */
describe('a core module', () => {
  it.each(loaded)('loads: %s', async (_room, face) => {
    expect(Object.keys(await face)).not.toEqual([]);
  });
});
