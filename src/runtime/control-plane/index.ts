/** A control plane as a process: HTTP around the pure core, with its log in a database. */
export {
  findUnusableAddresses,
  runControlPlane,
  type ControlPlaneOptions,
  type OperatorListen,
  type RunningControlPlane,
} from './run-control-plane.ts';
export {
  configuredControlPlane,
  type ConfiguredControlPlane,
  type ConfigureControlPlaneOptions,
  type ReadControlPlane,
} from './configured-control-plane.ts';
export { controlPlaneJsonSchema } from './configuration-schema.ts';
export { replayInputLog, isInputLog, INPUT_LOG_FORMAT, INPUT_LOG_VERSION, type ReplayedLog } from './input-log.ts';
export { verifyStore, type Replayed, type ReplayDifference } from './replay.ts';
export { standingsOf, type Standing } from './standing.ts';
export { RuntimeProblem } from '../shared/runtime-problem.ts';
export type { Caller } from './http/agent-endpoints.ts';
export { fastifyAgents, type FastifyHijack, type FastifyRoutes } from './http/other-servers.ts';
export type { TlsFiles } from './http/client-certificate.ts';
export type { Listen } from './http/listen.ts';
export { controlPlaneLimits, DEFAULT_LIMITS, type ControlPlaneLimits } from './limits.ts';
export { fleetSource, type FleetSourceOptions } from './manifests/fleet-source.ts';
export type { ManifestListener, ManifestSource, VerifiedManifests } from './manifests/manifest-source.ts';
export {
  decodeInput,
  encodeInput,
  type DecodedInput,
  type RecordableInput,
  type RecordedInput,
} from './recorded-input.ts';
export type { StreamHead } from './operator/run-streams.ts';
export { hostsInStore, type HoldView, type OperatorHost, type RolloutView } from './operator/views.ts';
export type { RetentionDays } from './service.ts';
export {
  StoreConflict,
  StoreProblem,
  type Awaitable,
  type ControlPlaneStore,
  type EventQuery,
  type LogEntry,
  type Retention,
  type StoredEvent,
  type StoredSnapshot,
  type StoreProblemCode,
} from './store.ts';
export type { FoldedLog, HoldBook, HoldSince } from './fold.ts';
export { sqliteStore, readSqliteStore } from './sqlite/sqlite-store.ts';
export { systemClock, type CancelTimer, type Clock } from '../shared/clock.ts';
export { openTelemetryTraces, type HostTraces, type TracedTransition } from '../shared/traces.ts';
export { jsonLog, type Log, type LogLine, type ProcessLogCode } from '../shared/log.ts';
