import { hostOf } from '../control-plane/index.ts';
import type { RolloutManifest } from '../fleet/index.ts';
import { isOrderingEligible } from '../machine/index.ts';
import type { RolloutBook } from './ledger.ts';
import type { Simulation } from './simulation.ts';

/**
 * Whether nothing in the simulator's own books keeps a waiting host from being dispatched: the gates of the
 * specification once more, apart from the core, so that a core that holds a host back for nothing is found out.
 */
export function isFreeToGo(simulation: Simulation, manifest: RolloutManifest, hostname: string): boolean {
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
  return !hasFailuresBefore(simulation, manifest, planned.wave);
}

function isEarlierWaveOpen({ waves }: RolloutBook, wave: number): boolean {
  return waves.slice(0, wave).some(({ hosts, eligible }) => eligible < hosts);
}

function hasFailuresBefore({ controlPlane }: Simulation, { rolloutId, hosts }: RolloutManifest, wave: number): boolean {
  return hosts.some((host) => {
    if (host.wave >= wave) return false;
    const probes = hostOf(controlPlane.state, rolloutId, host.hostname)?.probes ?? {};
    return Object.values(probes).some(({ mode, status }) => mode === 'enforce' && status === 'fail');
  });
}
