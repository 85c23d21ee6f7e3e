import fc from 'fast-check';
import { looks } from '../../../src/visualize/film/looks.ts';

export const HOSTS = 7;

/** Changes of the looks of seven hosts within 200 ms, in any order. */
export const changes = fc.array(
  fc.record({
    runMs: fc.integer({ min: 0, max: 200 }),
    host: fc.integer({ min: 0, max: HOSTS - 1 }),
    look: fc.integer({ min: 0, max: looks.length - 1 }),
  }),
  { maxLength: 60 },
);
