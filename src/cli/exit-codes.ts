/** What the command's exit code says. */
export const EXIT = {
  /** Everything asked for was done; for `simulate`: every rollout is Terminal. */
  ok: 0,
  /** The command line or a file cannot be used. */
  badInput: 1,
  /** A run ended, but not with every rollout Terminal. */
  notTerminal: 2,
  /** A run broke an invariant of the protocol. */
  invariantBroken: 3,
  /** `conform`: another implementation answered something wrongly. */
  differs: 2,
  /** `conform`: another implementation could not be asked everything. */
  peerFailed: 3,
  /** `paths` and `conform`: less was exercised than was asked for. */
  belowThreshold: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
