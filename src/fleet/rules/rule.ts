import type { FleetDraft } from '../fleet-draft.ts';
import type { FleetProblemList } from '../fleet-problem.ts';

/** One thing that must hold, or should, of what a fleet file says. It adds what it finds and never throws. */
export interface Rule {
  /** The section whose content it is about. */
  readonly path: string;
  readonly check: (fleet: FleetDraft, problems: FleetProblemList) => void;
}

export function rule(path: string, check: Rule['check']): Rule {
  return { path, check };
}
