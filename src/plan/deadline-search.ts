import { projectRollouts, selectorKey, selectorSummary, type Fleet } from '../fleet/index.ts';
import { channelOf, type CriticalPath } from './critical-path.ts';
import { touches, type FleetWhatIf, type Keepable } from './what-if.ts';

/** Enough to choose from, yet few enough to simulate them all. */
const MAX_CANDIDATES = 40;
/** Pairs are made only of the changes that help most. */
const MAX_PAIRED = 6;
const MINUTE_MS = 60_000;
const SHARES_OF_SOAK = [0.75, 0.5, 0.25, 0] as const;

/** A change to try, and how large it is: the share of the value that changes. */
export interface ChangeCandidate {
  readonly changes: readonly FleetWhatIf[];
  readonly size: number;
}

/**
 * Single changes that could make the rollout end sooner, smallest first. Only values on the critical path, because
 * nothing else helps by itself.
 *
 * @param lateMs by how much the rollout misses the deadline
 */
export function singleCandidates(
  fleet: Fleet,
  path: CriticalPath,
  lateMs: number,
  keep: ReadonlySet<Keepable>,
): readonly ChangeCandidate[] {
  const found = [
    ...soakCandidates(fleet, path, lateMs),
    ...budgetCandidates(fleet, path),
    ...edgeCandidates(fleet, path),
  ];
  return found
    .filter(({ changes }) => changes.every((change) => !keep.has(touches(change))))
    .toSorted((a, b) => a.size - b.size)
    .slice(0, MAX_CANDIDATES);
}

/**
 * Pairs of changes to different values, smallest first.
 *
 * @param best single changes, most helpful first
 * @param candidatesAfter what else could help after a change, which may lead to another critical path
 */
export function pairedCandidates(
  best: readonly ChangeCandidate[],
  candidatesAfter: (first: ChangeCandidate) => readonly ChangeCandidate[],
): readonly ChangeCandidate[] {
  const pairs = new Map<string, ChangeCandidate>();
  for (const first of best.slice(0, MAX_PAIRED)) {
    for (const second of candidatesAfter(first)) {
      if (isSameValue(first, second)) continue;
      const changes = [...first.changes, ...second.changes];
      const key = changes
        .map((change) => JSON.stringify(change))
        .toSorted()
        .join();
      if (!pairs.has(key)) pairs.set(key, { changes, size: first.size + second.size });
    }
  }
  return [...pairs.values()].toSorted((a, b) => a.size - b.size).slice(0, MAX_CANDIDATES);
}

function isSameValue(a: ChangeCandidate, b: ChangeCandidate): boolean {
  const keyOf = ({ changes }: ChangeCandidate): string => {
    const [change] = changes;
    if (change?.type === 'budget') return `budget ${change.selectorKey}`;
    if (change?.type === 'soak') return `soak ${change.channel} ${change.wave}`;
    return JSON.stringify(change);
  };
  return keyOf(a) === keyOf(b);
}

function soakCandidates(fleet: Fleet, { links }: CriticalPath, lateMs: number): readonly ChangeCandidate[] {
  const projected = projectRollouts(fleet, 'plan');
  if (!projected.ok) return [];
  const onPath = new Set(links.map(({ rolloutId, wave }) => `${channelOf(rolloutId)}/${wave}`));
  return projected.rollouts.flatMap(({ channel, hosts, waves }) => {
    const soaks = waves.length > 0 ? waves.map(({ soakMinutes }) => soakMinutes) : [hosts[0]?.soakMinutes ?? 0];
    return soaks.flatMap((soakMinutes, wave) => {
      if (soakMinutes <= 0 || !onPath.has(`${channel}/${wave}`)) return [];
      const needed = Math.floor(soakMinutes - lateMs / MINUTE_MS);
      const values = new Set([...SHARES_OF_SOAK.map((share) => Math.floor(soakMinutes * share)), Math.max(0, needed)]);
      return [...values]
        .filter((minutes) => minutes < soakMinutes)
        .map((minutes): ChangeCandidate => ({
          changes: [{ type: 'soak', channel, wave, minutes }],
          size: (soakMinutes - minutes) / soakMinutes,
        }));
    });
  });
}

function budgetCandidates(fleet: Fleet, { links }: CriticalPath): readonly ChangeCandidate[] {
  const binding = new Set(links.flatMap(({ budget }) => budget ?? []));
  const resolved = projectRollouts(fleet, 'plan');
  const [first] = resolved.ok ? resolved.rollouts : [];
  return fleet.disruptionBudgets.flatMap(({ selector }) => {
    const summary = selectorSummary(selector);
    const key = selectorKey(selector);
    const limit = first?.budgets.find((budget) => budget.selectorKey === key)?.limit ?? null;
    if (limit === null || !binding.has(summary)) return [];
    const values = [limit + 1, limit * 2, limit * 4].filter(
      (value, at, all) => value > limit && all.indexOf(value) === at,
    );
    return values.map((hosts): ChangeCandidate => ({
      changes: [{ type: 'budget', selectorKey: key, summary, limit: { hosts } }],
      size: (hosts - limit) / Math.max(1, limit),
    }));
  });
}

/** Removing an edge counts as a full change. */
function edgeCandidates(fleet: Fleet, { links }: CriticalPath): readonly ChangeCandidate[] {
  const onPath = new Set(links.map(({ hostname }) => hostname));
  const edges = fleet.edges
    .filter(({ gated, gates }) => onPath.has(gated) && onPath.has(gates))
    .map(({ gated, gates }): ChangeCandidate => ({ changes: [{ type: 'edge', gated, gates }], size: 1 }));
  const channels = new Set(links.map(({ rolloutId }) => channelOf(rolloutId)));
  const channelEdges = fleet.channelEdges
    .filter(({ gated, gates }) => channels.has(gated) && channels.has(gates))
    .map(({ gated, gates }): ChangeCandidate => ({ changes: [{ type: 'channel-edge', gated, gates }], size: 1 }));
  return [...edges, ...channelEdges];
}
