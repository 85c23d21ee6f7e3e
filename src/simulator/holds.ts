import { gateOf, holdReason, hostOf, isOutstanding } from '../control-plane/index.ts';
import type { RolloutManifest } from '../fleet/index.ts';
import type { HostRolloutState } from '../machine/record.ts';
import { isAtEnd } from '../machine/host-states.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { Holding } from './run.ts';
import type { RunSummary } from './run-summary.ts';
import { isFreeToGo } from './free-to-go.ts';
import type { Simulation } from './simulation.ts';

type Found = Pick<Holding, 'heldBy' | 'reason' | 'until'>;

/** Names what keeps each host of the newest rollouts from an end, when a run is over. */
export function findHolds(simulation: Simulation, summary: RunSummary): readonly Holding[] {
  const holds: Holding[] = [];
  for (const manifest of simulation.newestRollouts) {
    for (const { hostname } of manifest.hosts) {
      const node = simulation.nodeOf.get(hostname);
      if (node === undefined) continue;
      const record = hostOf(simulation.controlPlane.state, manifest.rolloutId, hostname);
      const state = record?.state ?? 'Pending';
      if (isAtEnd(state, manifest.policy.onHealthFailure)) continue;
      const found = record === null ? notOpened(manifest, node) : holdOf(simulation, manifest, node, record);
      const track = summary.trackOf(manifest.rolloutId, hostname);
      const entered = track?.since ?? summary.openedAtOf(manifest.rolloutId) ?? 0;
      const held = track?.heldBack.at(-1) ?? null;
      // What holds a host that was dispatched does so since then, unless it became Pending later: a database was lost.
      const pending = held === null ? Math.max(track?.dispatchedAt ?? 0, entered) : (held.untilMs ?? held.fromMs);
      const since = state === 'Pending' ? pending : entered;
      holds.push({ host: hostname, rollout: manifest.rolloutId, state, ...found, since });
    }
  }
  return holds;
}

function notOpened({ rolloutId }: RolloutManifest, { name }: SimulatedHost): Found {
  return { heldBy: 'rollout-stopped', reason: `${rolloutId} is not open, so ${name} has nothing to do.`, until: null };
}

function holdOf(
  simulation: Simulation,
  manifest: RolloutManifest,
  node: SimulatedHost,
  record: HostRolloutState,
): Found {
  const { startAt } = simulation.scenario;
  if (simulation.ledger.books.get(manifest.rolloutId)?.state === 'Superseded') {
    const reason = `${manifest.rolloutId} was superseded, and the release that names it again does not open it again.`;
    return { heldBy: 'rollout-stopped', reason, until: null };
  }
  const offline = offlineHold(node);
  switch (record.state) {
    case 'Pending':
      return pendingHold(simulation, manifest, node, offline);
    case 'Activating':
      if (offline !== null) return offline;
      return node.work !== null || simulation.ended === 'until'
        ? { heldBy: 'worker', reason: `${node.name} is switching to ${record.targetClosure}.`, until: null }
        : { heldBy: 'unexplained', reason: `${node.name} is Activating, and nothing is under way.`, until: null };
    case 'Deferred':
      if (offline !== null) return offline;
      return node.closure !== record.targetClosure || simulation.ended === 'until'
        ? { heldBy: 'reboot', reason: `${node.name} waits for somebody to reboot it.`, until: null }
        : {
            heldBy: 'unexplained',
            reason: `${node.name} is Deferred and was rebooted, and nobody concludes it.`,
            until: null,
          };
    case 'Soaking': {
      if (offline !== null) return offline;
      const due = record.soakDueAt === null ? 0 : record.soakDueAt - startAt;
      if (due > simulation.now) return { heldBy: 'soak', reason: `${node.name} soaks.`, until: due };
      return soakHold(simulation, node, record);
    }
    case 'Failed':
      if (offline !== null) return offline;
      return failedHold(node, record);
    case 'Converged':
    case 'Reverted':
      return { heldBy: 'unexplained', reason: `${node.name} is at an end.`, until: null };
  }
}

function offlineHold(node: SimulatedHost): Found | null {
  if (!node.isOn) return { heldBy: 'offline', reason: `${node.name} is off.`, until: null };
  if (node.epoch === 0 && node.agent === null)
    return { heldBy: 'offline', reason: `${node.name} has not joined yet.`, until: null };
  return null;
}

function pendingHold(
  simulation: Simulation,
  manifest: RolloutManifest,
  node: SimulatedHost,
  offline: Found | null,
): Found {
  const { state } = simulation.controlPlane;
  if (isOutstanding(state, manifest.rolloutId, node.name)) {
    return offline ?? notAcknowledged(simulation, manifest, node);
  }
  const rollout = simulation.ledger.books.get(manifest.rolloutId)?.state ?? null;
  if (rollout === 'Failed' || rollout === 'Reverted' || rollout === 'Superseded') {
    return { heldBy: 'rollout-stopped', reason: `The rollout is ${rollout}: it dispatches nothing more.`, until: null };
  }
  const hold = gateOf(state, manifest.rolloutId, node.name);
  if (hold === null) {
    return offline ?? { heldBy: 'unexplained', reason: `${node.name} is Pending, and no gate holds it.`, until: null };
  }
  if (simulation.ended !== 'until' && isFreeToGo(simulation, manifest, node.name)) {
    return {
      heldBy: 'unexplained',
      reason: `${node.name} is held by ${hold.gate}, and nothing there holds it: ${holdReason(node.name, hold)}`,
      until: null,
    };
  }
  const notBefore = hold.gate === 'host-edge' ? hold.notBefore : null;
  const until = notBefore === null ? null : notBefore - simulation.scenario.startAt;
  return { heldBy: hold.gate, reason: holdReason(node.name, hold), until };
}

function notAcknowledged(
  { now, ended }: Simulation,
  { rolloutId }: RolloutManifest,
  { name, faults, agent }: SimulatedHost,
): Found {
  const record = agent?.rollouts.find((rollout) => rollout.rolloutId === rolloutId)?.record ?? null;
  if (record !== null && record.state !== 'Pending') {
    const reason = `${name} ignores the dispatch: it has a record of ${rolloutId} from before, which the control plane does not know.`;
    return { heldBy: 'not-acknowledged', reason, until: null };
  }
  const isCutOff = faults !== null && faults.links.some(({ isCut, untilMs }) => isCut && untilMs > now);
  const reason = `${name} was dispatched and has not acknowledged it.`;
  return { heldBy: isCutOff || ended === 'until' ? 'not-acknowledged' : 'unexplained', reason, until: null };
}

function failedHold(
  { name, work, closure }: SimulatedHost,
  { currentClosureAtDispatch: before }: HostRolloutState,
): Found {
  if (work !== null)
    return { heldBy: 'worker', reason: `${name} is going back to ${before ?? 'what it ran'}.`, until: null };
  if (before === null)
    return { heldBy: 'worker', reason: `${name} has failed, and it is not known what it ran before.`, until: null };
  if (closure === before) {
    const reason = `${name} has failed and runs ${before}, as before the dispatch. No rollback of it was reported, so nothing more happens.`;
    return { heldBy: 'worker', reason, until: null };
  }
  return {
    heldBy: 'worker',
    reason: `The rollback of ${name} failed; it is tried again at its next boot.`,
    until: null,
  };
}

/** It is not the probe that is silent: the agent does not run it, or has its result and no record of it. */
function isLost({ agent }: SimulatedHost, rolloutId: string, probeName: string): boolean {
  if (agent === null || agent.activeRolloutId !== rolloutId || agent.phase !== 'working') return false;
  if (!agent.probeRuns.isRunning) return true;
  const index = agent.probes.findIndex((probe) => probe.probeName === probeName);
  return (agent.probeRuns.statuses[index] ?? null) !== null;
}

/** Two ticks more than the threshold is time enough to notice. */
function isOverdue(
  { scenario, now }: Simulation,
  { clock }: SimulatedHost,
  { probeFailureFirstAt }: HostRolloutState,
): boolean {
  const { sustainedFailureSecs, tickSecs } = scenario.agent;
  return (
    probeFailureFirstAt === null || clock.read(now) > probeFailureFirstAt + (sustainedFailureSecs + 2 * tickSecs) * 1000
  );
}

/** The soak is over and the host does not converge: some enforce probe has not reported, or fails. */
function soakHold(simulation: Simulation, node: SimulatedHost, record: HostRolloutState): Found {
  const own = node.agent?.rollouts.find(({ rolloutId }) => rolloutId === record.rolloutId)?.record ?? record;
  const enforced = (simulation.scenario.probeSets[node.probeSet] ?? []).filter(
    ({ mode }) => mode !== 'observe' && mode !== 'disabled',
  );
  const silent = enforced.find(({ probeName }) => !Object.hasOwn(own.probes, probeName));
  if (silent !== undefined && simulation.ended !== 'until' && isLost(node, record.rolloutId, silent.probeName)) {
    return {
      heldBy: 'unexplained',
      reason: `The probe ${silent.probeName} of ${node.name} was not started, or its results are lost.`,
      until: null,
    };
  }
  if (silent !== undefined) {
    return {
      heldBy: 'probe',
      reason: `The probe ${silent.probeName} of ${node.name} has never reported on the new closure.`,
      until: null,
    };
  }
  const failing = enforced.find(({ probeName }) => own.probes[probeName]?.status === 'fail');
  if (failing !== undefined && simulation.ended !== 'until' && isOverdue(simulation, node, own)) {
    return {
      heldBy: 'unexplained',
      reason: `The probe ${failing.probeName} of ${node.name} fails for too long, and the host has not failed.`,
      until: null,
    };
  }
  if (failing !== undefined)
    return { heldBy: 'probe', reason: `The probe ${failing.probeName} of ${node.name} fails.`, until: null };
  if (own.currentClosure !== own.targetClosure) {
    return {
      heldBy: 'worker',
      reason: `${node.name} runs ${own.currentClosure ?? 'nothing known'}, and not ${own.targetClosure}.`,
      until: null,
    };
  }
  return { heldBy: 'unexplained', reason: `${node.name} has soaked and does not converge.`, until: null };
}
