/** Why a run ended. */
export type EndOfRun =
  /** Every rollout is at an end, and nothing is under way. */
  | 'finished'
  /** Nothing is under way and nothing can change any more. */
  | 'stuck'
  /** It was not to go on longer. */
  | 'until'
  /** The second phase took longer than it may. */
  | 'unsettled';
