/** Why a run ended. */
export type EndOfRun =
  /** Every rollout has ended, and nothing is under way. */
  | 'finished'
  /** Nothing is under way, and nothing can change any more. */
  | 'stuck'
  /** It reached its time limit. */
  | 'until'
  /** The second phase took longer than allowed. */
  | 'unsettled'
  /** Someone ended a rehearsal. */
  | 'interrupted'
  /** A process of a rehearsal ended unexpectedly. */
  | 'process-failed';
