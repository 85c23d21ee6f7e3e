/** An agent as a process: the pure core of `nixfleet-statechart/agent`, with disk, network and processes. */
export { runAgent, type AgentEnd, type AgentHandle, type RunAgentOptions } from './run-agent.ts';
export { configuredAgent, type ConfiguredAgent, type ConfigureOptions, type ReadAgent } from './configured-agent.ts';
export { agentJsonSchema } from './configuration-schema.ts';
export type { AgentWatch } from './agent-run.ts';
export { agentMetricsOf, type AgentStanding } from './metrics.ts';
export type { MeasuredDurations, ProbeStats } from './stats.ts';
export type * from './ports.ts';
export { FileOutbox } from './file-outbox.ts';
export { HttpTransport, type HttpTransportOptions } from './http-transport.ts';
export type { ClientTls } from './http-request.ts';
export { CommandActivation, LOCKED_EXIT_CODE, type CommandActivationOptions } from './command-activation.ts';
export { HostProbes, type HostProbe, type ProbeCheck } from './host-probes.ts';
export { runningSystem, type ClosureSource, type RunningSystemOptions } from './running-system.ts';
export { FleetManifests, type FleetManifestsOptions } from './fleet-manifests.ts';
export { type CancelTimer, type Clock, systemClock } from '../shared/clock.ts';
export { openTelemetryTraces, type HostTraces, type TracedTransition } from '../shared/traces.ts';
export { jsonLog, type Log, type LogLine, type ProcessLogCode } from '../shared/log.ts';
export { RuntimeProblem } from '../shared/runtime-problem.ts';
