import { EMPTY_LIST, appendTo } from '../text/index.ts';
import type { RolloutHost, RolloutManifest } from '../fleet/index.ts';
import type { BudgetShare, Candidate } from './gates/gate.ts';
import { entryAt } from './vector.ts';

/**
 * The fixed part of a rollout, from its manifest, arranged so that a planning pass need not look at every host.
 *
 * Hosts that every gate treats alike (same wave, same budgets, no edges) form a group; a host with edges is its own
 * group. A host's *position* is its index in order of name. Its *rank* is its index when sorted by group and then by
 * name, so each group is a range of ranks.
 */
export interface RolloutPlan {
  readonly manifest: RolloutManifest;
  /** By position. */
  readonly hosts: readonly PlannedHost[];
  readonly positionOf: ReadonlyMap<string, number>;
  /** By rank. */
  readonly positionAtRank: readonly number[];
  readonly groups: readonly Group[];
  /** The first position with each target closure, and by position the next one with the same closure, or -1. */
  readonly firstWithTarget: ReadonlyMap<string, number>;
  readonly nextWithTarget: readonly number[];
  /** At least 1: in a channel without waves, all hosts are in wave 0. */
  readonly waveCount: number;
}

/** A host of the rollout, with what gates read. */
export interface PlannedHost extends Candidate {
  readonly soakMinutes: number;
  readonly group: number;
  readonly rank: number;
  /** Its index in `Rollout.waves`: its wave, or the number of waves if it is in none. */
  readonly row: number;
  /**
   * The budgets that select it, as indexes into `ControlPlane.inFlight`. Includes budgets without a limit: another
   * rollout may limit the same selector.
   */
  readonly selectors: readonly number[];
}

/** The ranks from `start` up to, but not including, `end`. */
export interface Group {
  readonly start: number;
  readonly end: number;
}

interface Draft extends Shares {
  readonly host: RolloutHost;
  readonly gatedBy: readonly string[];
}

/** The budgets of a host, shared by all hosts that the same budgets select. */
interface Shares {
  readonly budgets: readonly BudgetShare[];
  readonly selectors: readonly number[];
}

/** @param selectorIndex must have every selector of the manifest's budgets */
export function planRollout(manifest: RolloutManifest, selectorIndex: ReadonlyMap<string, number>): RolloutPlan {
  const waveCount = Math.max(1, manifest.waves.length);
  const drafts = draftHosts(manifest, selectorIndex);
  const groups = groupHosts(drafts);

  const hosts: PlannedHost[] = new Array<PlannedHost>(drafts.length);
  const positionAtRank: number[] = [];
  const ranges: Group[] = [];
  for (const positions of groups) {
    const start = positionAtRank.length;
    for (const position of positions) {
      const draft = entryAt(drafts, position);
      hosts[position] = plannedHostOf(draft, ranges.length, positionAtRank.length, waveCount);
      positionAtRank.push(position);
    }
    ranges.push({ start, end: positionAtRank.length });
  }
  const positionOf = new Map(hosts.map((host, position) => [host.hostname, position]));
  return { manifest, hosts, positionOf, positionAtRank, groups: ranges, ...chainTargets(hosts), waveCount };
}

/** A plan without its hosts, whose size does not depend on their number. */
export function withoutHosts(plan: RolloutPlan): RolloutPlan {
  return {
    manifest: { ...plan.manifest, hosts: EMPTY_LIST, waves: EMPTY_LIST, edges: EMPTY_LIST, budgets: EMPTY_LIST },
    hosts: EMPTY_LIST,
    positionOf: new Map(),
    positionAtRank: EMPTY_LIST,
    groups: EMPTY_LIST,
    firstWithTarget: new Map(),
    nextWithTarget: EMPTY_LIST,
    waveCount: plan.waveCount,
  };
}

function chainTargets(hosts: readonly PlannedHost[]): Pick<RolloutPlan, 'firstWithTarget' | 'nextWithTarget'> {
  const firstWithTarget = new Map<string, number>();
  const nextWithTarget: number[] = new Array<number>(hosts.length);
  for (let position = hosts.length - 1; position >= 0; position -= 1) {
    const target = entryAt(hosts, position).targetClosure;
    nextWithTarget[position] = firstWithTarget.get(target) ?? -1;
    firstWithTarget.set(target, position);
  }
  return { firstWithTarget, nextWithTarget };
}

function draftHosts(manifest: RolloutManifest, selectorIndex: ReadonlyMap<string, number>): readonly Draft[] {
  const gatesOf = new Map<string, string[]>();
  for (const edge of manifest.edges) appendTo(gatesOf, edge.gated, edge.gates);
  const sharesOf = sharesByHost(manifest, selectorIndex);
  return manifest.hosts.map((host) => {
    const { budgets, selectors } = sharesOf(host.hostname);
    return { host, budgets, selectors, gatedBy: gatesOf.get(host.hostname) ?? EMPTY_LIST };
  });
}

function sharesByHost(
  { budgets }: RolloutManifest,
  selectorIndex: ReadonlyMap<string, number>,
): (hostname: string) => Shares {
  const selectedBy = new Map<string, number[]>();
  budgets.forEach(({ hosts }, at) => {
    for (const hostname of hosts) appendTo(selectedBy, hostname, at);
  });
  const known = new Map<string, Shares>();
  return (hostname) => {
    const selecting: readonly number[] = selectedBy.get(hostname) ?? EMPTY_LIST;
    const key = selecting.join();
    let shares = known.get(key);
    if (shares === undefined) {
      const chosen = budgets.filter((_, at) => selecting.includes(at));
      shares = {
        budgets: chosen.flatMap(({ selectorKey, summary, limit }) =>
          limit === null ? [] : [{ selectorKey, summary, limit }],
        ),
        selectors: [...new Set(chosen.flatMap(({ selectorKey }) => selectorIndex.get(selectorKey) ?? []))],
      };
      known.set(key, shares);
    }
    return shares;
  };
}

/** The positions of each group, in rising order. */
function groupHosts(drafts: readonly Draft[]): readonly (readonly number[])[] {
  const groups: number[][] = [];
  const known = new Map<string, number[]>();
  drafts.forEach(({ host, budgets, gatedBy }, position) => {
    if (gatedBy.length > 0) {
      groups.push([position]);
      return;
    }
    const key = JSON.stringify([host.wave, host.staged, ...budgets.map(({ selectorKey }) => selectorKey)]);
    let group = known.get(key);
    if (group === undefined) {
      group = [];
      known.set(key, group);
      groups.push(group);
    }
    group.push(position);
  });
  return groups;
}

function plannedHostOf(draft: Draft, group: number, rank: number, waveCount: number): PlannedHost {
  const { host, budgets, selectors, gatedBy } = draft;
  return {
    hostname: host.hostname,
    targetClosure: host.targetClosure,
    wave: host.wave,
    staged: host.staged,
    budgets,
    gatedBy,
    soakMinutes: host.soakMinutes,
    group,
    rank,
    row: host.staged ? Math.min(host.wave, waveCount) : waveCount,
    selectors,
  };
}
