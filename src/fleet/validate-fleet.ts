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
  rule('$.hosts', hostIsOnKnownChannel),
  rule('$.channels', channelHasKnownPolicy),
  rule('$.edges', edgeNamesKnownHosts),
  rule('$.edges', edgeStaysInOneChannel),
  rule('$.edges', edgesHaveNoCycle),
  rule('$.channelEdges', channelEdgeNamesKnownChannels),
  rule('$.channelEdges', channelEdgesHaveNoCycle),
  rule('$.waves', waveListsKnownHosts),
  rule('$.waves', soakIsNotNegative),
  rule('$.disruptionBudgets', budgetPctIsAPercentage),
  rule('$.channels', freshnessWindowCoversTwoSignings),
  rule('$.hosts', hostIsStaged),
  rule('$.waves', waveHasHostsOfItsChannel),
  rule('$.waves', soakAgreesWithPolicy),
  rule('$.waves', wavesAreOfKnownChannel),
  rule('$.channels', channelHasSomethingToRollOut),
  rule('$.disruptionBudgets', budgetSelectsHosts),
  rule('$.disruptionBudgets', budgetAllowsSome),
  rule('$.edges', edgesEndInTime),
  rule('$.edges', edgeCanBeMet),
  rule('$.channelEdges', channelEdgeCanBeMet),
];

/**
 * Checks the readable part of a fleet against every rule of the specification (fleet-manifest, "Validation"), and
 * returns all errors and warnings.
 */
export function validateFleet(fleet: FleetDraft): readonly FleetProblem[] {
  return RULES.flatMap(({ path, check }) => {
    const problems = new FleetProblemList(path);
    check(fleet, problems);
    return problems.toArray();
  });
}
