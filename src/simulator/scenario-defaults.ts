import { DEFAULT_AGENT_SETTINGS, type ProbeDefinition } from '../agent/index.ts';
import { NO_FAULTS } from './faults/index.ts';
import type { Durations, NetworkSettings, Scenario } from './scenario.ts';
import type { Span } from './span.ts';

const DAY_MS = 24 * 3_600_000;

/** A duration that is always the same. */
export function always(ms: number): Span {
  return { minMs: ms, maxMs: ms };
}

/** The channel ref of a release that names neither a ref nor a commit. */
export const REF_WITHOUT_COMMIT = 'simulated';

/** How long things take on a host by default. */
export const DEFAULT_DURATIONS: Durations = Object.freeze({
  activation: always(45_000),
  rollback: always(20_000),
  workerReport: always(500),
  probe: always(2000),
  reboot: always(90_000),
  agentRestart: always(5000),
  controlPlaneRestart: always(20_000),
  operatorReboot: always(15 * 60_000),
  diskFlushMs: 5000,
  planIntervalMs: 15_000,
});

/** How the network behaves by default. */
export const DEFAULT_NETWORK: NetworkSettings = Object.freeze({
  latency: always(40),
  requestTimeoutMs: 10_000,
  longPollMs: 60_000,
  pollAgain: always(2000),
});

/** What a host declares by default. */
export const DEFAULT_PROBES: readonly ProbeDefinition[] = Object.freeze([
  { probeName: 'services', kind: 'systemd', mode: 'enforce', intervalSecs: 60 },
  { probeName: 'http', kind: 'http', mode: 'enforce', intervalSecs: 60 },
]);

/** An empty scenario: no host, no rollout, no fault. Spread it and override. */
export const DEFAULT_SCENARIO: Scenario = Object.freeze({
  title: 'rollout',
  seed: 1,
  startAt: Date.UTC(2026, 0, 1),
  untilMs: 30 * DAY_MS,
  hosts: [],
  probeSets: [DEFAULT_PROBES],
  rollouts: [],
  durations: DEFAULT_DURATIONS,
  network: DEFAULT_NETWORK,
  agent: DEFAULT_AGENT_SETTINGS,
  rates: NO_FAULTS,
  steps: [],
  settle: null,
});
