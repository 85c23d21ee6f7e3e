import type { Scenario } from './scenario.ts';

const MIN_QUIET_MS = 600_000;

/** For so long nothing may change, and nothing be expected, before a run counts as stuck: longer than any interval. */
export function quietMs({ agent, probeSets, network, durations }: Scenario): number {
  const probeMs = Math.max(0, ...probeSets.flat().map(({ intervalSecs }) => intervalSecs * 1000));
  const longest = Math.max(
    agent.heartbeatSecs * 3000,
    agent.sustainedFailureSecs * 1000,
    probeMs,
    network.longPollMs,
    durations.planIntervalMs,
  );
  return Math.max(MIN_QUIET_MS, longest * 3);
}
