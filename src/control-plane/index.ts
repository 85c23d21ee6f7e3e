export type * from './control-plane-effects.ts';
export type * from './control-plane-inputs.ts';
export type * from './control-plane-replies.ts';
export type { ControlPlane, FleetMember, WaveCount } from './control-plane-state.ts';
export { DEFAULT_CONFIG, type ControlPlaneConfig } from './control-plane-config.ts';
export { controlPlaneCore, type ControlPlaneCore, type Handled } from './control-plane-core.ts';
export { DEFAULT_PARTS, type ControlPlaneParts } from './control-plane-parts.ts';
export { GATES } from './gates/gates.ts';
export type * from './gates/gate.ts';
export type * from './gates/hold.ts';
export { holdReason } from './gates/hold-reason.ts';
export { performControlPlaneEffects, type ControlPlaneEffectHandlers } from './perform-effects.ts';
export * from './reads.ts';
export { SNAPSHOT_VERSION } from './snapshot.ts';
export type {
  ControlPlaneSnapshot,
  HostSnapshot,
  MemberSnapshot,
  QuarantineSnapshot,
  RolloutSnapshot,
} from './snapshot.ts';
export type { HeartbeatEvidence } from './synthesize.ts';
