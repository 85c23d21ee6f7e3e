/** The ports alone: their types need no types of Node, unlike those of `index.ts`. */
export type * from './ports.ts';
export type { Clock } from '../shared/clock.ts';
