import {
  projectRollouts,
  type ComplianceMode,
  type Fleet,
  type FleetEdge,
  type RolloutManifest,
} from '../fleet/index.ts';
import type { HealthFailurePolicy } from '../machine/index.ts';
import { at, sortedUnique } from '../text/index.ts';

/** One difference between the running fleet and the new one. `path` is its place in the new file. */
export type FleetChange = { readonly path: string } & (
  | { readonly type: 'host-joins' | 'host-leaves'; readonly hostname: string; readonly channel: string }
  | { readonly type: 'host-moves'; readonly hostname: string; readonly from: string; readonly to: string }
  | { readonly type: 'closure'; readonly hostname: string; readonly from: string | null; readonly to: string | null }
  | { readonly type: 'pin'; readonly hostname: string; readonly isPinned: boolean }
  | {
      readonly type: 'wave';
      readonly hostname: string;
      readonly channel: string;
      /** `null`: in no wave. */
      readonly from: number | null;
      readonly to: number | null;
    }
  | {
      readonly type: 'soak';
      readonly channel: string;
      readonly wave: number;
      readonly fromMinutes: number;
      readonly toMinutes: number;
    }
  | { readonly type: 'waves'; readonly channel: string; readonly from: number; readonly to: number }
  | {
      readonly type: 'failure-policy';
      readonly channel: string;
      readonly from: HealthFailurePolicy;
      readonly to: HealthFailurePolicy;
    }
  | {
      readonly type: 'compliance';
      readonly channel: string;
      readonly from: ComplianceMode;
      readonly to: ComplianceMode;
    }
  | {
      readonly type: 'budget';
      readonly summary: string;
      /** `null`: no limit, or no such budget. */
      readonly from: number | null;
      readonly to: number | null;
    }
  | {
      readonly type: 'edge' | 'channel-edge';
      readonly gated: string;
      readonly gates: string;
      readonly isNew: boolean;
    }
  | { readonly type: 'channel-joins' | 'channel-leaves'; readonly channel: string }
);

/** The kind of a change. */
export type FleetChangeType = FleetChange['type'];

/** An arbitrary ref: a changed ref alone does not affect the course. */
const REF = 'plan';

/** The differences between the running fleet and the new one that affect a rollout, in the order of the file. */
export function fleetChanges(running: Fleet, next: Fleet): readonly FleetChange[] {
  return [
    ...channelChanges(running, next),
    ...hostChanges(running, next),
    ...waveChanges(running, next),
    ...budgetChanges(running, next),
    ...edgeChanges('edge', '$.edges', running.edges, next.edges),
    ...edgeChanges('channel-edge', '$.channelEdges', running.channelEdges, next.channelEdges),
  ];
}

function channelChanges(running: Fleet, next: Fleet): readonly FleetChange[] {
  return sortedUnique([...running.channels.keys(), ...next.channels.keys()]).flatMap((channel): FleetChange[] => {
    const path = at('$.channels', channel);
    const [before, after] = [running.channels.get(channel), next.channels.get(channel)];
    if (before === undefined) return [{ type: 'channel-joins', channel, path }];
    if (after === undefined) return [{ type: 'channel-leaves', channel, path: '$.channels' }];
    const changes: FleetChange[] = [];
    const [from, to] = [before.compliance.mode, after.compliance.mode];
    if (from !== to) changes.push({ type: 'compliance', channel, from, to, path: at(path, 'compliance') });
    const policyBefore = running.rolloutPolicies.get(before.rolloutPolicy)?.onHealthFailure;
    const policyAfter = next.rolloutPolicies.get(after.rolloutPolicy)?.onHealthFailure;
    if (policyBefore !== undefined && policyAfter !== undefined && policyBefore !== policyAfter) {
      const policyPath = at(at('$.rolloutPolicies', after.rolloutPolicy), 'onHealthFailure');
      changes.push({ type: 'failure-policy', channel, from: policyBefore, to: policyAfter, path: policyPath });
    }
    return changes;
  });
}

function hostChanges(running: Fleet, next: Fleet): readonly FleetChange[] {
  return sortedUnique([...running.hosts.keys(), ...next.hosts.keys()]).flatMap((hostname): FleetChange[] => {
    const path = at('$.hosts', hostname);
    const [before, after] = [running.hosts.get(hostname), next.hosts.get(hostname)];
    if (before === undefined || after === undefined) {
      const channel = (after ?? before)?.channel ?? '';
      const type = before === undefined ? 'host-joins' : 'host-leaves';
      return [{ type, hostname, channel, path: before === undefined ? path : '$.hosts' }];
    }
    const changes: FleetChange[] = [];
    if (before.channel !== after.channel) {
      const { channel: from } = before;
      changes.push({ type: 'host-moves', hostname, from, to: after.channel, path: at(path, 'channel') });
    }
    if (before.closureHash !== after.closureHash) {
      const { closureHash: from } = before;
      changes.push({ type: 'closure', hostname, from, to: after.closureHash, path: at(path, 'closureHash') });
    }
    if ((before.pin === null) !== (after.pin === null))
      changes.push({ type: 'pin', hostname, isPinned: after.pin !== null, path: at(path, 'pin') });
    return changes;
  });
}

/** Compares the resolved fleets, so that a wave written differently is not a change. */
function waveChanges(running: Fleet, next: Fleet): readonly FleetChange[] {
  const before = rolloutsOf(running);
  return [...rolloutsOf(next).values()].flatMap((after): FleetChange[] => {
    const { channel } = after;
    const earlier = before.get(channel);
    if (earlier === undefined) return [];
    const path = at('$.waves', channel);
    const changes: FleetChange[] = [];
    const [from, to] = [earlier.waves.length, after.waves.length];
    if (from !== to) changes.push({ type: 'waves', channel, from, to, path });
    const policyPath = at(at('$.rolloutPolicies', after.policyName), 'waves');
    for (const [wave, { soakMinutes: toMinutes }] of after.waves.entries()) {
      const fromMinutes = earlier.waves[wave]?.soakMinutes;
      if (fromMinutes === undefined || fromMinutes === toMinutes) continue;
      changes.push({ type: 'soak', channel, wave, fromMinutes, toMinutes, path: at(policyPath, wave) });
    }
    const wavesBefore = new Map(earlier.hosts.map((host) => [host.hostname, waveOf(host)]));
    for (const host of after.hosts) {
      const { hostname } = host;
      const [old, now] = [wavesBefore.get(hostname), waveOf(host)];
      if (old === undefined || old === now) continue;
      changes.push({ type: 'wave', hostname, channel, from: old, to: now, path });
    }
    return changes;
  });
}

const waveOf = ({ staged, wave }: RolloutManifest['hosts'][number]): number | null => (staged ? wave : null);

function rolloutsOf(fleet: Fleet): ReadonlyMap<string, RolloutManifest> {
  const projected = projectRollouts(fleet, REF);
  return new Map(projected.ok ? projected.rollouts.map((rollout) => [rollout.channel, rollout]) : []);
}

/** Resolved limits: a budget in percent changes with the number of its hosts. */
function budgetChanges(running: Fleet, next: Fleet): readonly FleetChange[] {
  const [before, after] = [budgetsOf(running), budgetsOf(next)];
  return sortedUnique([...before.keys(), ...after.keys()]).flatMap((key): FleetChange[] => {
    const [old, now] = [before.get(key), after.get(key)];
    const [from, to] = [old?.limit ?? null, now?.limit ?? null];
    const summary = (now ?? old)?.summary ?? '';
    return from === to ? [] : [{ type: 'budget', summary, from, to, path: '$.disruptionBudgets' }];
  });
}

function budgetsOf(fleet: Fleet): ReadonlyMap<string, RolloutManifest['budgets'][number]> {
  const [first] = rolloutsOf(fleet).values();
  return new Map((first?.budgets ?? []).map((budget) => [budget.selectorKey, budget]));
}

function edgeChanges(
  type: 'edge' | 'channel-edge',
  path: string,
  before: readonly FleetEdge[],
  after: readonly FleetEdge[],
): readonly FleetChange[] {
  const keyOf = ({ gated, gates }: FleetEdge): string => JSON.stringify([gated, gates]);
  const [old, now] = [new Set(before.map(keyOf)), new Set(after.map(keyOf))];
  const added = after.flatMap((edge, index) =>
    old.has(keyOf(edge)) ? [] : [{ type, gated: edge.gated, gates: edge.gates, isNew: true, path: at(path, index) }],
  );
  const removed = before
    .filter((edge) => !now.has(keyOf(edge)))
    .map(({ gated, gates }) => ({ type, gated, gates, isNew: false, path }));
  return [...added, ...removed];
}
