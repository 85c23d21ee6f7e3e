import { defineConfig } from 'vitest/config';

/** For `npm run mutation`: the tests of the mutated rooms, without those that need the built package or a browser. */
export default defineConfig({
  test: {
    pool: 'threads',
    include: ['test/{machine,rollout,agent,control-plane,model-based}/**/*.test.ts'],
  },
});
