import type { FleetDraft } from '../fleet-draft.ts';
import type { FleetProblemList } from '../fleet-problem.ts';

/** A rule about the contents of a fleet file. It adds the problems that it finds, and never throws. */
export interface Rule {
  /** The name under which its warnings can be accepted. */
  readonly id: string;
  /** The section that it checks. */
  readonly path: string;
  readonly check: (fleet: FleetDraft, problems: FleetProblemList) => void;
}

export function rule(id: string, path: string, check: Rule['check']): Rule {
  return { id, path, check };
}
