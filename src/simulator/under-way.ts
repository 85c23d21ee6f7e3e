import { hostOf, type ControlPlane } from '../control-plane/index.ts';
import type { RolloutManifest } from '../fleet/index.ts';
import type { HostRolloutState } from '../machine/index.ts';
import type { SimulatedClock } from './clock.ts';
import { asRunMs, type RunMs } from './run-ms.ts';
import type { Scenario } from './scenario.ts';
import type { SimulatedHost } from './simulated-host.ts';

/** Whether something is under way on a host that will end on its own. */
export function isUnderWay(node: SimulatedHost, waitsForOperators: boolean): boolean {
  if (!node.isOn) return false;
  // It is restarting, and will resume what was under way.
  if (node.agent?.phase !== 'working') return true;
  if (waitsForOperators && node.bootClosure !== node.closure) return true;
  if (node.work !== null || !node.disk.isEmpty) return true;
  const record = recordOf(node);
  if (record?.state === 'Deferred') return record.targetClosure === node.closure;
  return record?.state === 'Activating' || record?.state === 'Soaking';
}

/**
 * Until when something on a host or its link can still change the rollout: a soak or a threshold by the host's own
 * clock, a link that lets messages through again, a probe that stops failing. `now` if nothing can.
 */
export function underWayUntil(node: SimulatedHost, sustainedFailureMs: number, now: RunMs): RunMs {
  if (!node.isOn) return now;
  const { clock, faults } = node;
  let until = linkFaultsUntil(node, now);
  const record = recordOf(node);
  if (record?.state === 'Soaking') {
    for (const probe of faults?.probes ?? []) until = later(until, probe.untilMs);
    if (record.soakDueAt !== null) until = later(until, clock.whenItShows(record.soakDueAt));
    if (record.probeFailureFirstAt !== null)
      until = later(until, clock.whenItShows(record.probeFailureFirstAt + sustainedFailureMs));
  }
  return asRunMs(until);
}

/** When the last fault of a host's link ends; `now` if there is none. */
export function linkFaultsUntil({ faults }: SimulatedHost, now: RunMs): number {
  return (faults?.links ?? []).reduce((until: number, link) => later(until, link.untilMs), now);
}

/** Ignores what never ends. */
const later = (until: number, other: number): number => (Number.isFinite(other) ? Math.max(until, other) : until);

/** The agent's record of the rollout that it is in. */
export function recordOf({ agent }: SimulatedHost): HostRolloutState | null {
  return agent?.rollouts.find(({ rolloutId }) => rolloutId === agent.activeRolloutId)?.record ?? null;
}

/** Whether an agent that has lost its disk gets its record back with the answer to a heartbeat. */
export function getsRecordBack(
  controlPlane: ControlPlane,
  newest: readonly RolloutManifest[],
  node: SimulatedHost,
): boolean {
  if (!node.isOn || recordOf(node) !== null) return false;
  return newest.some(({ rolloutId }) => {
    const known = hostOf(controlPlane, rolloutId, node.name)?.state;
    return known === 'Activating' || known === 'Deferred' || known === 'Soaking' || known === 'Failed';
  });
}

/**
 * When the control plane can first learn the agent's record from heartbeats: a Converged one only once the soak is over
 * by the control plane's clock. `null` if there is nothing to learn. Numbers that differ while events are undelivered
 * do not count: with frequent probes, some always are.
 */
export function learnsFrom(controlPlane: ControlPlane, clock: SimulatedClock, node: SimulatedHost): number | null {
  const own = node.isOn ? recordOf(node) : null;
  const known = own === null ? null : hostOf(controlPlane, own.rolloutId, own.hostname);
  if (own === null || known === null) return null;
  const isBehind = own.state !== known.state || (own.lastEventSeq !== known.lastEventSeq && node.disk.isEmpty);
  if (!isBehind) return null;
  const soakDueAt = Math.max(known.soakDueAt ?? 0, own.soakDueAt ?? 0);
  return own.state !== 'Converged' || soakDueAt === 0 ? 0 : clock.whenItShows(soakDueAt);
}

/** Until when a control plane that lost its database waits for the agents; 0 if it does not. */
export function waitsForAgentsUntil({ config: { dispatchFrom } }: ControlPlane, clock: SimulatedClock): number {
  return dispatchFrom === null ? 0 : clock.whenItShows(dispatchFrom);
}

/** Heartbeats are sent at ticks, so the interval is a multiple of the tick. */
function heartbeatIntervalMs({ heartbeatSecs, tickSecs }: Scenario['agent']): number {
  return Math.ceil(heartbeatSecs / tickSecs) * tickSecs * 1000;
}

/**
 * How long it may take to settle a difference: until the second heartbeat in a row that shows it (specification:
 * control-plane, "Heartbeats"), after one that was already in flight.
 */
export function settlingMs({ agent, network, durations }: Scenario): number {
  return 3 * heartbeatIntervalMs(agent) + 2 * network.latency.maxMs + durations.planIntervalMs;
}

const MIN_QUIET_MS = 600_000;

/**
 * How long nothing may change, with nothing under way, before a run counts as stuck. Longer than any repeated activity,
 * including a message that has to be sent several times.
 */
export function quietMs({ agent, probeSets, network, durations, rates }: Scenario): number {
  const probeMs = Math.max(0, ...probeSets.flat().map(({ intervalSecs }) => intervalSecs * 1000));
  const oneWayMs = network.latency.maxMs + (rates.slowLink > 0 ? rates.slowLinkExtra.maxMs : 0);
  const retryMs = agent.retry.capMs + network.requestTimeoutMs + 2 * oneWayMs;
  const longest = Math.max(
    heartbeatIntervalMs(agent) * 3,
    agent.sustainedFailureSecs * 1000,
    agent.bootAnswerSecs * 1000,
    agent.tickSecs * 1000,
    probeMs + durations.probe.maxMs,
    network.longPollMs + 2 * oneWayMs,
    network.pollAgain.maxMs,
    durations.planIntervalMs,
    retryMs,
  );
  return Math.max(MIN_QUIET_MS, longest * 3);
}
