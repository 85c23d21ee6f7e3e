import type { AgentSettings, ProbeDefinition } from '../agent/index.ts';
import type { Time } from '../machine/index.ts';
import { byCodeUnit } from '../text/index.ts';
import type { Scenario } from './scenario.ts';

/** The initial state of a host. */
export interface ObservedHost {
  readonly hostname: string;
  readonly runningClosure: string;
  /** By index into `RunSetup.probeSets`. */
  readonly probeSet: number;
}

/** What is known about a run before its first observation: the first line of a run stream. */
export interface RunSetup {
  readonly title: string;
  readonly seed: number;
  /** When the run starts, in epoch milliseconds, by the control plane's clock. */
  readonly startAt: Time;
  /** Sorted by name. */
  readonly hosts: readonly ObservedHost[];
  readonly probeSets: readonly (readonly ProbeDefinition[])[];
  readonly agent: AgentSettings;
  readonly planIntervalMs: number;
  /** After this long without an answer, a request counts as unanswered. */
  readonly requestTimeoutMs: number;
  /** The maximum one-way delay of a message without faults. */
  readonly latencyMs: number;
  /** The maximum duration of a probe run without faults. */
  readonly probeMs: number;
  /** How late an agent may come to a tick. 0 in a simulation, where ticks are exact. */
  readonly tickLateMs: number;
}

/** The setup of a scenario's run. */
export function runSetupOf(scenario: Scenario): RunSetup {
  const { title, seed, startAt, hosts, probeSets, agent, durations, network } = scenario;
  return {
    title,
    seed,
    startAt,
    hosts: hosts
      .map(({ hostname, runningClosure, probeSet }) => ({ hostname, runningClosure, probeSet }))
      .sort((a, b) => byCodeUnit(a.hostname, b.hostname)),
    probeSets,
    agent,
    planIntervalMs: durations.planIntervalMs,
    requestTimeoutMs: network.requestTimeoutMs,
    latencyMs: network.latency.maxMs,
    probeMs: durations.probe.maxMs,
    tickLateMs: 0,
  };
}
