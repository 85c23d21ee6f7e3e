import { gateOf, holdReason, hostOf, isOutstanding } from '../control-plane/index.ts';
import type { RolloutManifest } from '../fleet/index.ts';
import { isAtEnd, type HostRolloutState, isOrderingEligible } from '../machine/index.ts';
import { isDispatching } from '../rollout/index.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { Simulation } from './simulation.ts';
import type { RolloutBook } from './ledger.ts';

/**
 * Whether nothing in the simulator's own books keeps a waiting host from being dispatched: the gates of the
 * specification once more, apart from the core, so that a core that holds a host back for nothing is found out.
 */
function isFreeToGo(simulation: Simulation, manifest: RolloutManifest, hostname: string): boolean {
  const { ledger } = simulation;
  const { book, at } = ledger.find(manifest.rolloutId, hostname);
  const planned = manifest.hosts[at];
  if (book === null || planned === undefined || !planned.staged) return false;
  if (ledger.quarantined.get(manifest.channel)?.has(planned.targetClosure) === true) return false;
  for (const { gates } of manifest.channelEdges) {
    const gating = ledger.manifestOfChannel(gates);
    if (gating === null || gating.hosts.length === 0) continue;
    if (ledger.books.get(gating.rolloutId)?.state !== 'Terminal') return false;
  }
  if (isEarlierWaveOpen(book, planned.wave)) return false;
  for (const { gated, gates } of manifest.edges) {
    const state = gated === hostname ? book.states[ledger.positionIn(book, gates)] : undefined;
    if (state !== undefined && !isOrderingEligible(state)) return false;
  }
  for (const { selectorKey, hosts, limit } of manifest.budgets) {
    if (limit !== null && hosts.includes(hostname) && ledger.inFlight(selectorKey) >= limit) return false;
  }
  return !hasFailuresBefore(book, planned.wave);
}

function isEarlierWaveOpen({ waves }: RolloutBook, wave: number): boolean {
  return waves.slice(0, wave).some(({ hosts, eligible }) => eligible < hosts);
}

function hasFailuresBefore({ failures, manifest }: RolloutBook, wave: number): boolean {
  return manifest.hosts.some(
    (host, at) => host.wave < wave && [...(failures[at]?.values() ?? [])].some((count) => count > 0),
  );
}

/** A host that could go on, and does not. */
export interface Stranded {
  readonly hostname: string;
  readonly rolloutId: string;
  readonly message: string;
}

/**
 * Every host that nothing keeps from going on although the run has ended by itself, judged by what really is and not
 * by what was reported. A run that was cut short says nothing of this: whatever was missing may have been under way.
 */
export function findStranded(simulation: Simulation): readonly Stranded[] {
  if (simulation.ended !== 'finished' && simulation.ended !== 'stuck') return [];
  return simulation.newestRollouts.flatMap((manifest) =>
    manifest.hosts.flatMap(({ hostname }) => {
      const node = simulation.nodeOf.get(hostname);
      const record = hostOf(simulation.controlPlane.state, manifest.rolloutId, hostname);
      if (node === undefined || record === null) return [];
      const message = whyStranded(simulation, manifest, node, record);
      return message === null ? [] : [{ hostname, rolloutId: manifest.rolloutId, message }];
    }),
  );
}

/** `null` if it is at an end, or something keeps it from going on. */
function whyStranded(
  simulation: Simulation,
  manifest: RolloutManifest,
  node: SimulatedHost,
  record: HostRolloutState,
): string | null {
  const { ledger, controlPlane } = simulation;
  const { name } = node;
  const rollout = ledger.books.get(manifest.rolloutId)?.state ?? null;
  if (isAtEnd(record.state, manifest.policy.onHealthFailure) || rollout === 'Superseded') return null;
  if (record.state === 'Pending' && !isOutstanding(controlPlane.state, manifest.rolloutId, name)) {
    if (rollout === null || !isDispatching(rollout)) return null;
    return whyNotDispatched(simulation, manifest, name);
  }
  if (isAway(node) || isCutOff(simulation, node)) return null;
  switch (record.state) {
    case 'Pending':
      return hasRecordOfBefore(node, manifest)
        ? null
        : `${name} was dispatched and has not acknowledged it, and nothing is under way.`;
    case 'Activating':
      return node.work !== null ? null : `${name} is Activating, and nothing is under way.`;
    case 'Deferred':
      if (node.closure === record.targetClosure)
        return `${name} is Deferred and was rebooted, and nobody concludes it.`;
      return node.bootClosure === node.closure && !node.wasSwitchedByHand
        ? `${name} is Deferred, its boot did not bring the target, and nobody concludes it.`
        : null;
    case 'Soaking':
      return whySoaking(simulation, node, record);
    case 'Failed':
      return null;
    case 'Converged':
    case 'Reverted':
      throw new Error(`${name} is ${record.state}, which is an end.`);
  }
}

function whyNotDispatched(simulation: Simulation, manifest: RolloutManifest, name: string): string | null {
  const hold = gateOf(simulation.controlPlane.state, manifest.rolloutId, name);
  if (hold === null) return isAwayByName(simulation, name) ? null : `${name} is Pending, and no gate holds it.`;
  return isFreeToGo(simulation, manifest, name)
    ? `${name} is held by ${hold.gate}, and nothing there holds it: ${holdReason(name, hold)}`
    : null;
}

const isAway = (node: SimulatedHost): boolean => !node.isOn || (node.epoch === 0 && node.agent === null);

function isAwayByName({ nodeOf }: Simulation, name: string): boolean {
  const node = nodeOf.get(name);
  return node === undefined || isAway(node);
}

function isCutOff({ now, controlPlane }: Simulation, { faults }: SimulatedHost): boolean {
  if (!controlPlane.isUp) return true;
  return faults?.links.some(({ isCut, untilMs }) => isCut && untilMs > now) === true;
}

/** It ignores the dispatch: it has a record of the rollout from before, which the control plane does not know. */
function hasRecordOfBefore({ agent }: SimulatedHost, { rolloutId }: RolloutManifest): boolean {
  const record = agent?.rollouts.find((rollout) => rollout.rolloutId === rolloutId)?.record ?? null;
  return record !== null && record.state !== 'Pending';
}

/** The soak is over and the host does not converge: some enforce probe has not reported, or fails. */
function whySoaking(simulation: Simulation, node: SimulatedHost, record: HostRolloutState): string | null {
  const { name } = node;
  if (record.soakDueAt !== null && node.clock.read(simulation.now) < record.soakDueAt) return null;
  const own = node.agent?.rollouts.find(({ rolloutId }) => rolloutId === record.rolloutId)?.record ?? record;
  const enforced = (simulation.scenario.probeSets[node.probeSet] ?? []).filter(
    ({ mode }) => mode !== 'observe' && mode !== 'disabled',
  );
  const silent = enforced.find(({ probeName }) => !Object.hasOwn(own.probes, probeName));
  if (silent !== undefined)
    return isLost(node, record.rolloutId, silent.probeName)
      ? `The probe ${silent.probeName} of ${name} was not started, or its results are lost.`
      : null;
  const failing = enforced.find(({ probeName }) => own.probes[probeName]?.status === 'fail');
  if (failing !== undefined)
    return isOverdue(simulation, node, own)
      ? `The probe ${failing.probeName} of ${name} fails for too long, and the host has not failed.`
      : null;
  // A host that was switched by hand since does not converge on what it does not run.
  const runsTarget = own.currentClosure === own.targetClosure && node.closure === own.targetClosure;
  return runsTarget ? `${name} has soaked and does not converge.` : null;
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
