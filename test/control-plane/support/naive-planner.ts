import type { RolloutManifest } from '../../../src/fleet/rollout-manifest.ts';
import type { HostRolloutState } from '../../../src/machine/record.ts';
import type { RolloutRecord } from '../../../src/rollout/rollout-record.ts';

/**
 * The planner as the specification tells it, looking at every host of every rollout and counting everything anew.
 * The oracle of the real one.
 */
export interface NaiveRollout {
  readonly manifest: RolloutManifest;
  readonly record: RolloutRecord;
  readonly hosts: readonly NaiveHost[];
  currentWave: number;
}

export interface NaiveHost {
  readonly record: HostRolloutState;
  outstanding: boolean;
  /** A dispatch was queued and taken back. */
  readonly withdrawn: boolean;
  readonly runningClosure: string | null;
  readonly failures: number;
}

export interface NaiveFleet {
  /** In the order in which they opened. */
  readonly rollouts: readonly NaiveRollout[];
  readonly manifests: ReadonlyMap<string, RolloutManifest>;
  readonly quarantine: ReadonlyMap<string, ReadonlySet<string>>;
  /** The rollouts that the last heartbeat of a host named and that say nothing here. */
  readonly busyWith: (hostname: string) => readonly string[];
}

export interface NaiveDecision {
  readonly rolloutId: string;
  readonly host: string;
  /** `null` for a dispatch. */
  readonly gate: string | null;
  readonly waitsFor: string;
}

const isEligible = ({ state }: HostRolloutState): boolean => state === 'Converged' || state === 'Deferred';

/** Where the current wave is after a pass. */
export function naiveWave({ manifest, hosts }: NaiveRollout, from: number): number {
  let wave = from;
  const inWave = (host: string): number => {
    const found = manifest.hosts.find(({ hostname }) => hostname === host);
    return found?.staged === true ? found.wave : -1;
  };
  while (
    wave < manifest.waves.length - 1 &&
    hosts.every(({ record }) => inWave(record.hostname) !== wave || isEligible(record))
  )
    wave += 1;
  return wave;
}

/** Every host of the waves up to the current one is past activation. */
export function naiveIsThrough({ manifest, hosts, currentWave }: NaiveRollout): boolean {
  return manifest.hosts.every(({ hostname, wave, staged }) => {
    const state = hosts.find(({ record }) => record.hostname === hostname)?.record.state;
    return !staged || wave > currentWave || state === 'Soaking' || state === 'Deferred' || state === 'Converged';
  });
}

/** What becomes of every host that asks. Dispatches are entered into `fleet` as they are made. */
export function naiveDispatch(fleet: NaiveFleet): readonly NaiveDecision[] {
  const decisions: NaiveDecision[] = [];
  const dispatching = fleet.rollouts.filter(({ record }) => ['Opening', 'Active', 'Converging'].includes(record.state));
  const ordered = [...dispatching].sort((a, b) => (a.record.rolloutId < b.record.rolloutId ? -1 : 1));
  for (const rollout of ordered) {
    for (const host of rollout.hosts) {
      const { state, targetClosure, hostname } = host.record;
      if (state !== 'Pending' || host.outstanding) continue;
      if (host.runningClosure === targetClosure && !naiveIsBusyElsewhere(fleet, rollout, hostname)) continue;
      const hold = naiveGates(fleet, rollout, host);
      if (hold === null) host.outstanding = true;
      const { rolloutId } = rollout.record;
      decisions.push({ rolloutId, host: hostname, gate: hold?.[0] ?? null, waitsFor: hold?.[1] ?? '' });
    }
  }
  return decisions;
}

/** Another rollout may still change what the host runs; what came before the one that it has started may not. */
function naiveIsBusyElsewhere(fleet: NaiveFleet, rollout: NaiveRollout, hostname: string): boolean {
  const named = fleet.busyWith(hostname).filter((rolloutId) => rolloutId !== rollout.record.rolloutId);
  const mine = fleet.rollouts.flatMap((other) =>
    other.hosts.filter(({ record }) => record.hostname === hostname).map((host) => ({ other, host })),
  );
  const started = mine.findLastIndex(({ host }) => host.record.state !== 'Pending');
  const current = mine.slice(Math.max(0, started)).filter(({ other }) => other !== rollout);
  if (named.some((rolloutId) => !mine.some(({ other }) => other.record.rolloutId === rolloutId))) return true;
  return current.some(({ other, host }) => {
    const { state, rolloutId } = host.record;
    if (named.includes(rolloutId)) return true;
    if (state === 'Pending') return host.outstanding || host.withdrawn;
    if (state === 'Failed')
      return (host.record.policyApplied ?? other.manifest.policy.onHealthFailure) === 'rollback-and-halt';
    return state === 'Activating' || state === 'Deferred' || state === 'Soaking';
  });
}

function naiveGates(fleet: NaiveFleet, rollout: NaiveRollout, { record }: NaiveHost): readonly [string, string] | null {
  const { manifest, hosts } = rollout;
  const { hostname, targetClosure } = record;
  const own = manifest.hosts.find((host) => host.hostname === hostname);
  if (own === undefined) throw new Error(hostname);
  if (fleet.quarantine.get(manifest.channel)?.has(targetClosure) === true) return ['quarantine', targetClosure];
  for (const { gates } of manifest.channelEdges) {
    const gating = fleet.manifests.get(gates);
    if (gating === undefined || gating.hosts.length === 0) continue;
    const found = fleet.rollouts.find((other) => other.record.rolloutId === gating.rolloutId);
    if (found === undefined || found.record.terminalAt === null || found.record.supersededAt !== null)
      return ['channel-edges', gating.rolloutId];
  }
  if (!own.staged) return ['wave-promotion-host-unstaged', ''];
  if (own.wave > rollout.currentWave) return ['wave-promotion', ''];
  for (const { gated, gates } of manifest.edges) {
    const gating = hosts.find((host) => host.record.hostname === gates);
    if (gated === hostname && gating !== undefined && !isEligible(gating.record)) return ['host-edge', gates];
  }
  for (const { selectorKey, hosts: selected, limit } of manifest.budgets) {
    if (limit !== null && selected.includes(hostname) && naiveInFlight(fleet, selectorKey) >= limit)
      return ['disruption-budget', ''];
  }
  const earlier = manifest.hosts.filter(({ wave, staged }) => staged && wave < own.wave).map((host) => host.hostname);
  const failing = hosts.filter((host) => earlier.includes(host.record.hostname) && host.failures > 0);
  return failing.length > 0 ? ['compliance-wave', ''] : null;
}

/** Hosts, not records, that count: a host that started a newer rollout has left the older ones. */
export function naiveInFlight(fleet: NaiveFleet, selectorKey: string): number {
  const counted = new Set<string>();
  const left = new Set<string>();
  for (const { manifest, hosts } of [...fleet.rollouts].reverse()) {
    const selected = manifest.budgets.find((budget) => budget.selectorKey === selectorKey)?.hosts ?? [];
    for (const { record, outstanding } of hosts) {
      if (left.has(record.hostname)) continue;
      const counts = outstanding || record.state === 'Activating' || record.state === 'Soaking';
      if (counts && selected.includes(record.hostname)) counted.add(record.hostname);
      if (record.state !== 'Pending') left.add(record.hostname);
    }
  }
  return counted.size;
}
