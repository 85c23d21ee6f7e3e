import type { FleetDraft } from './fleet-draft.ts';
import { type FleetProblem, FleetProblemList } from './fleet-problem.ts';
import { budgetAllowsSome, budgetPctIsAPercentage, budgetSelectsHosts } from './rules/budget-rules.ts';
import { channelEdgeCanBeMet, edgeCanBeMet } from './rules/deadlock-rules.ts';
import {
  channelEdgeNamesKnownChannels,
  channelEdgesHaveNoCycle,
  edgeNamesKnownHosts,
  edgesEndInTime,
  edgesHaveNoCycle,
  edgeStaysInOneChannel,
} from './rules/edge-rules.ts';
import {
  channelHasKnownPolicy,
  channelHasSomethingToRollOut,
  freshnessWindowCoversTwoSignings,
  hostIsOnKnownChannel,
} from './rules/host-and-channel-rules.ts';
import { type Rule, rule } from './rules/rule.ts';
import {
  hostIsStaged,
  soakAgreesWithPolicy,
  soakIsNotNegative,
  waveHasHostsOfItsChannel,
  waveListsKnownHosts,
  wavesAreOfKnownChannel,
} from './rules/wave-rules.ts';

/** Every rule, in the order in which problems are reported. */
const RULES: readonly Rule[] = [
  rule('host-is-on-known-channel', '$.hosts', hostIsOnKnownChannel),
  rule('channel-has-known-policy', '$.channels', channelHasKnownPolicy),
  rule('edge-names-known-hosts', '$.edges', edgeNamesKnownHosts),
  rule('edge-stays-in-one-channel', '$.edges', edgeStaysInOneChannel),
  rule('edges-have-no-cycle', '$.edges', edgesHaveNoCycle),
  rule('channel-edge-names-known-channels', '$.channelEdges', channelEdgeNamesKnownChannels),
  rule('channel-edges-have-no-cycle', '$.channelEdges', channelEdgesHaveNoCycle),
  rule('wave-lists-known-hosts', '$.waves', waveListsKnownHosts),
  rule('soak-is-not-negative', '$.waves', soakIsNotNegative),
  rule('budget-pct-is-a-percentage', '$.disruptionBudgets', budgetPctIsAPercentage),
  rule('freshness-window-covers-two-signings', '$.channels', freshnessWindowCoversTwoSignings),
  rule('host-is-staged', '$.hosts', hostIsStaged),
  rule('wave-has-hosts-of-its-channel', '$.waves', waveHasHostsOfItsChannel),
  rule('soak-agrees-with-policy', '$.waves', soakAgreesWithPolicy),
  rule('waves-are-of-known-channel', '$.waves', wavesAreOfKnownChannel),
  rule('channel-has-something-to-roll-out', '$.channels', channelHasSomethingToRollOut),
  rule('budget-selects-hosts', '$.disruptionBudgets', budgetSelectsHosts),
  rule('budget-allows-some', '$.disruptionBudgets', budgetAllowsSome),
  rule('edges-end-in-time', '$.edges', edgesEndInTime),
  rule('edge-can-be-met', '$.edges', edgeCanBeMet),
  rule('channel-edge-can-be-met', '$.channelEdges', channelEdgeCanBeMet),
];

/**
 * Checks the readable part of a fleet against every rule of the specification (fleet-manifest, "Validation"). Returns
 * all errors and warnings.
 */
export function validateFleet(fleet: FleetDraft): readonly FleetProblem[] {
  return RULES.flatMap(({ id, path, check }) => {
    const problems = new FleetProblemList(path);
    check(fleet, problems);
    return problems.toArray().map((problem) => ({ ...problem, rule: id }));
  });
}
