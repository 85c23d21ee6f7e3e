/** Fleets in simulated time: the two cores, a network, faults, and the invariants that must hold. */
export { simulate, type Progress, type SimulateOptions } from './simulate.ts';
export type * from './scenario.ts';
export type { Span } from './span.ts';
export type { When } from './when.ts';
export type * from './scenario-steps.ts';
export { NO_FAULTS, type FaultRates } from './faults/index.ts';
export { FAULT_NAMES, type FaultName } from './faults/index.ts';
export type { FaultParams, KnownFault } from './faults/index.ts';
export * from './scenario-defaults.ts';
export { fleetScenario, type Assumption, type FleetScenario, type FleetScenarioOptions } from './fleet-scenario.ts';
export { findScenarioProblems } from './check-scenario.ts';
export type * from './run.ts';
export * from './history/index.ts';
export type * from './run-events.ts';
export { runEventOf } from './run-event-of.ts';
export type { MessageContent, MessageFate, RecordedMessages, RunMessage } from './message-tape.ts';
export type { Cores } from './cores.ts';
export type { EndOfRun } from './end-of-run.ts';
export { NO_EXTENSIONS, type Extensions, type Freeze } from './extensions.ts';
export { INVARIANT_NAMES, type InvariantName } from './invariants/index.ts';
export {
  encodeEventLogHeader,
  encodeRunEvent,
  EVENT_LOG_FORMAT,
  EVENT_LOG_VERSION,
  type EventLogHeader,
} from './event-log.ts';
export { judge, type RunStream } from './judge.ts';
export { Judging } from './judging.ts';
export { runSetupOf, type ObservedHost, type RunSetup } from './run-setup.ts';
export type * from './observations.ts';
export {
  decodeRunStream,
  encodeObservation,
  encodeRunSetup,
  RUN_STREAM_FORMAT,
  RUN_STREAM_VERSION,
} from './run-stream.ts';
export { asRunMs, runMsOf, type RunMs } from './run-ms.ts';
export { generateFleet, MAX_FLEET_HOSTS, MAX_GENERATED_WAVES, type GeneratedFleetOptions } from './generate-fleet.ts';
export { leastDurationMs } from './least-duration.ts';
export { unfilledWaves } from './unfilled-waves.ts';
export * from './many-runs/index.ts';
export * from './report/index.ts';
export * from './scenario-file/index.ts';
export * from './shrink/index.ts';
