import type { FleetProblem } from '../fleet/index.ts';

/** Whether a warning about a fleet is that hosts have no closure: no problem where every host gets a new one. */
export const isAboutClosures = ({ about }: FleetProblem): boolean => about === 'closures';
