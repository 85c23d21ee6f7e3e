/** Only the ports: unlike `index.ts`, their types do not need Node's. */
export type * from './ports.ts';
export type { Clock } from '../shared/clock.ts';
