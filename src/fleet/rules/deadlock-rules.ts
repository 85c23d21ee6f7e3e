import { sortedEntries, at, showName } from '../../text/index.ts';
import { firstWaves } from '../first-waves.ts';
import type { Draft, FleetDraft } from '../fleet-draft.ts';
import type { DisruptionBudget, FleetEdge, FleetHost } from '../fleet-manifest.ts';
import type { FleetProblemList } from '../fleet-problem.ts';
import { selects } from '../selector.ts';

/*
 * Waits that can never end, judging by the file alone. Reports only the cause of a deadlock, not everything that waits
 * behind it. Unreadable values are assumed to be correct.
 */

/** Finds edges that contradict the waves, or whose gating host is never dispatched. */
export function edgeCanBeMet(fleet: FleetDraft, problems: FleetProblemList): void {
  const dispatching = new Dispatching(fleet);
  for (const [index, edge] of (fleet.edges ?? []).entries()) {
    const reason = dispatching.whyNeverMet(edge);
    if (reason === null) continue;
    const { gated, gates, message, remedy } = reason;
    problems.warn(
      at('$.edges', index),
      `${showName(gated)} waits for ${showName(gates)}, ${message}, so ${showName(gated)} is never dispatched`,
      remedy,
    );
  }
}

/** Finds channels that wait for a rollout that can never be Terminal. */
export function channelEdgeCanBeMet(fleet: FleetDraft, problems: FleetProblemList): void {
  const dispatching = new Dispatching(fleet);
  const stuckOn = new Map<string, string>();
  const edgeOf = new Map<string, string>();
  for (const edge of fleet.edges ?? []) {
    if (dispatching.whyNeverMet(edge) !== null && edge.gated !== undefined && edge.gates !== undefined)
      edgeOf.set(edge.gated, edge.gates);
  }
  for (const [hostname, host] of sortedEntries(fleet.hosts ?? NONE)) {
    if (host.channel === undefined || stuckOn.has(host.channel)) continue;
    if (!rollsOut(host) || host.closureHash === null) continue;
    const gates = edgeOf.get(hostname);
    const why = gates === undefined ? dispatching.whyNever(hostname)?.message : `which waits for ${showName(gates)}`;
    if (why !== undefined) stuckOn.set(host.channel, `${showName(hostname)}, ${why}`);
  }
  for (const [index, { gated, gates }] of (fleet.channelEdges ?? []).entries()) {
    const stuck = gates === undefined ? undefined : stuckOn.get(gates);
    if (gated === undefined || gates === undefined || stuck === undefined) continue;
    problems.warn(
      at('$.channelEdges', index),
      `channel ${showName(gated)} waits for channel ${showName(gates)}, which can never be Terminal because of its host ${stuck}`,
      'Correct what holds the host, or remove the edge.',
    );
  }
}

interface NeverDispatched {
  /** Follows the host's name. */
  readonly message: string;
  readonly remedy: string;
}

/** The hosts that are never dispatched, judging by the file. */
class Dispatching {
  readonly #fleet: FleetDraft;
  readonly #waveOf = new Map<string, ReadonlyMap<string, number>>();
  readonly #frozenBy: readonly Draft<DisruptionBudget>[];

  constructor(fleet: FleetDraft) {
    this.#fleet = fleet;
    for (const [channel, waves] of fleet.waves ?? NONE) {
      const isReadable = waves?.every(({ hosts }) => hosts !== undefined && !hosts.includes(undefined)) === true;
      if (isReadable && waves.length > 0) this.#waveOf.set(channel, firstWaves(waves));
    }
    this.#frozenBy = (fleet.disruptionBudgets ?? []).filter(({ maxInFlight }) => maxInFlight === 0);
  }

  whyNever(hostname: string): NeverDispatched | null {
    const host = this.#fleet.hosts?.get(hostname);
    if (host?.channel === undefined) return null;
    const { channel, tags } = host;
    if (this.#waveOf.get(channel)?.has(hostname) === false) {
      return {
        message: `which is in no wave of channel ${showName(channel)}`,
        remedy: `Put ${showName(hostname)} into a wave, or remove the edge.`,
      };
    }
    if (tags === undefined) return null;
    const isFrozen = this.#frozenBy.some(
      ({ selector }) => selector !== undefined && selects(selector, hostname, { channel, tags }),
    );
    if (!isFrozen) return null;
    return { message: 'which a budget of 0 holds', remedy: 'Set the budget to 1 or more, or remove the edge.' };
  }

  whyNeverMet({
    gated,
    gates,
  }: Draft<FleetEdge>): (NeverDispatched & { readonly gated: string; readonly gates: string }) | null {
    if (gated === undefined || gates === undefined) return null;
    const gatedHost = this.#fleet.hosts?.get(gated);
    const gatesHost = this.#fleet.hosts?.get(gates);
    if (gatedHost?.channel === undefined || gatesHost?.channel !== gatedHost.channel) return null;
    // Edges only apply to hosts of the rollout; others are left out of it.
    if (!rollsOut(gatedHost) || !rollsOut(gatesHost)) return null;
    if (gatesHost.closureHash === null && gatedHost.closureHash !== null) return null;
    const why = this.whyNever(gates);
    if (why !== null) return { gated, gates, ...why };
    const waveOf = this.#waveOf.get(gatedHost.channel);
    const gatedWave = waveOf?.get(gated);
    const gatesWave = waveOf?.get(gates);
    if (gatedWave === undefined || gatesWave === undefined || gatedWave >= gatesWave) return null;
    return {
      gated,
      gates,
      message: `which is in the later wave ${gatesWave} and starts only when wave ${gatedWave} is done`,
      remedy: `Reverse the edge, put ${showName(gates)} into wave ${gatedWave} or an earlier one, or ${showName(gated)} into wave ${gatesWave} or a later one.`,
    };
  }
}

function rollsOut({ pin }: Draft<FleetHost>): boolean {
  return pin === null || pin === undefined;
}

const NONE: ReadonlyMap<string, never> = new Map<string, never>();
