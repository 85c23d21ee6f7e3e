export type * from './effects.ts';
export type * from './inputs.ts';
export type * from './inputs.ts';
export type { ControlPlane, FleetMember, WaveCount } from './state.ts';
export { DEFAULT_CONFIG, type ControlPlaneConfig } from './config.ts';
export { controlPlaneCore, type ControlPlaneCore, type Handled } from './control-plane.ts';
export { CONTROL_PLANE_RULES, type ControlPlaneRules } from './rules.ts';
export { GATES } from './gates/gates.ts';
export type * from './gates/gate.ts';
export type * from './gates/hold.ts';
export { holdReason } from './gates/hold-reason.ts';
export { performControlPlaneEffects, type ControlPlaneEffectHandlers } from './effects.ts';
export * from './reads.ts';
export { metricsOf, type Metric } from './metrics.ts';
export type { LogCode } from './transaction.ts';
export { outdated, snapshotParts, SNAPSHOT_VERSION } from './snapshot.ts';
export { slicesOf, withPart, type SnapshotPart } from './snapshot-parts.ts';
export type {
  ControlPlaneSnapshot,
  HostSnapshot,
  MemberSnapshot,
  QuarantineSnapshot,
  RolloutSnapshot,
} from './snapshot.ts';
export type { HeartbeatEvidence } from './heartbeat-rules.ts';
