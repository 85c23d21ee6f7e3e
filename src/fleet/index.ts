/** Reads and validates the fleet file, and projects rollouts from it (specification: fleet-manifest). */
export { budgetLimit } from './budgets.ts';
export { type DecodedFleet, decodeFleet, parseFleet } from './decode-fleet.ts';
export type {
  Compliance,
  ComplianceMode,
  DisruptionBudget,
  Fleet,
  FleetChannel,
  FleetEdge,
  FleetHost,
  FleetMeta,
  FleetPolicy,
  FleetWave,
  FleetJsonObject as JsonObject,
  PolicyWave,
  RolloutStrategy,
  Selector,
} from './fleet-manifest.ts';
export type { FleetProblem } from './fleet-problem.ts';
export { type ProjectedRollout, type ProjectionOptions, projectRollout } from './project-rollout.ts';
export { agentManifest, type ProjectedRelease, projectRollouts } from './release.ts';
export type {
  RolloutBudget,
  RolloutChannelEdge,
  RolloutEdge,
  RolloutHost,
  RolloutManifest,
  RolloutWave,
} from './rollout-manifest.ts';
export { selectorKey, selectorSummary, selects } from './selector.ts';
