/** The history of a run, read from its event log, for reports, run files, timelines and the page. */
export { blockerWords } from './blocker-words.ts';
export { causeWords } from './cause-words.ts';
export { fleetChangeWords } from './fleet-change-words.ts';
export { openHold, type HeldBack, type HostCause, type HostView, type ProbeView } from './host-view.ts';
export { Moment } from './moment.ts';
export { overdrawnBudgets, type OverdrawnBudget } from './overdrawn-budgets.ts';
export { remedyWords } from './remedy-words.ts';
export { rolloutResults, type HostResult, type RolloutResult, type WaveResult } from './rollout-results.ts';
export { AT_END, isMessageFault, RunHistory, type HostTrack, type Keep, type RolloutTrack } from './run-history.ts';
export {
  runRolloutOf,
  runRolloutsOf as rolloutsOf,
  type RunBudget,
  type RunRollout,
  type RunWave,
} from './run-rollout.ts';
export { numbersOf, verdictOf, type Numbers, type Verdict } from './verdict.ts';
export { numbersWords, verdictWords, type FormatTime as Clock } from './verdict-words.ts';
export {
  holdingOf as whatHolds,
  holdingsAt as whatIsHeld,
  holdingsInSteps,
  type Blocker,
  type HeldBy,
  type Holding,
} from './holding.ts';
export { whyLines, type WhyLine } from './why-words.ts';
export { blockingHosts, failureOf, rootCauses, whyWaiting, type HostFailure, type RootCause, type Why } from './why.ts';
