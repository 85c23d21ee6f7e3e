import type { FleetProblem } from '../fleet/index.ts';

/** Whether a doubt about a fleet is that hosts have no closure: where every host gets a new one, it is none. */
export const isAboutClosures = ({ message }: FleetProblem): boolean =>
  message.includes('no closureHash') || message.includes('has a closureHash');
