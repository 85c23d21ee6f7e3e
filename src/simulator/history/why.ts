import type { KnownFault } from '../faults/index.ts';
import type { RunMs } from '../run-ms.ts';
import type { HostCause } from './host-view.ts';
import type { Moment } from './moment.ts';
import type { HostTrack, RolloutTrack } from './run-history.ts';
import { holdingOf, type Holding } from './holding.ts';

/** A host that failed, and so stopped its rollout. */
export interface HostFailure {
  readonly hostname: string;
  readonly rolloutId: string;
  readonly state: 'Failed' | 'Reverted';
  /** When it failed. */
  readonly runMs: RunMs;
  readonly cause: HostCause | null;
  readonly revertedTo: string | null;
  /** Its rollback reported success and changed nothing. */
  readonly rollbackLied: boolean;
  /** The last recorded fault on the host before it failed. */
  readonly fault: KnownFault | null;
}

/** One link of the chain from a waiting host down to the root. */
export interface Why {
  readonly host: HostTrack;
  /** What holds this host; `null` if it is done. */
  readonly holding: Holding | null;
  /** Its failure, if it failed. */
  readonly failure: HostFailure | null;
  /** The hosts that it waits for, worst first; empty at a root. */
  readonly causes: readonly Why[];
  /** How many more it waits for. */
  readonly more: number;
}

const MAX_LINKS = 12;
const MAX_CAUSES = 4;
const MAX_VISITED = 10_000;

/** Why a host waits, down to the root; `null` if it is done and did not fail. */
export function whyWaiting(moment: Moment, host: HostTrack): Why | null {
  const seen = new Set<HostTrack>();
  const links = { left: MAX_LINKS };
  const why = linkOf(moment, host, seen, links);
  return why.holding === null && why.failure === null ? null : why;
}

function linkOf(moment: Moment, host: HostTrack, seen: Set<HostTrack>, links: { left: number }): Why {
  seen.add(host);
  links.left -= 1;
  const rollout = rolloutOf(moment, host);
  const holding = holdingOf(moment, rollout, host);
  const failure = failureOf(moment, host);
  const blocking = holding === null || failure !== null ? [] : blockingHosts(moment, rollout, host, holding);
  const open = ranked(moment, blocking).filter((other) => !seen.has(other));
  const causes: Why[] = [];
  for (const other of open) {
    if (causes.length >= MAX_CAUSES || links.left <= 0) break;
    if (!seen.has(other)) causes.push(linkOf(moment, other, seen, links));
  }
  return { host, holding, failure, causes, more: open.length - causes.length };
}

/** Waiting hosts, and the hosts that they wait for in the end. */
export interface RootCause {
  readonly roots: readonly HostTrack[];
  readonly waiting: readonly HostTrack[];
}

/** The verdict and the page both ask. */
const causesAt = new WeakMap<Moment, readonly RootCause[]>();

/** Every waiting host of the newest releases, grouped by the hosts that it waits for in the end; the largest group first. */
export function rootCauses(moment: Moment): readonly RootCause[] {
  let causes = causesAt.get(moment);
  if (causes === undefined) causesAt.set(moment, (causes = findRootCauses(moment)));
  return causes;
}

function findRootCauses(moment: Moment): readonly RootCause[] {
  // Thousands of hosts may wait for the same thousand, so results are cached.
  const rootsOf = new Map<string, { readonly roots: ReadonlySet<HostTrack>; readonly id: string }>();
  const groups = new Map<string, { readonly roots: readonly HostTrack[]; readonly waiting: HostTrack[] }>();
  for (const rollout of moment.newestRollouts) {
    for (const host of rollout.hosts) {
      const holding = holdingOf(moment, rollout, host);
      if (holding === null || isRoot(holding)) continue;
      const key = keyOf(host, holding);
      let found = rootsOf.get(key);
      if (found === undefined) {
        const roots = findRoots(moment, host);
        found = { roots: new Set(roots), id: roots.map(({ number }) => number).join() };
        rootsOf.set(key, found);
      }
      const { roots, id } = found;
      if (roots.size === 0 || roots.has(host)) continue;
      const group = groups.get(id);
      if (group === undefined) groups.set(id, { roots: [...roots], waiting: [host] });
      else group.waiting.push(host);
    }
  }
  return [...groups.values()].toSorted((a, b) => b.waiting.length - a.waiting.length);
}

/** Whether no other host holds it. */
const isRoot = ({ blocker }: Holding): boolean => blocker.heldBy !== 'rollout-stopped' && !('hold' in blocker);

/** The hosts at which the chains of a host end; the host itself if it waits for no other. */
function findRoots(moment: Moment, start: HostTrack): readonly HostTrack[] {
  const seen = new Set<string>();
  const roots = new Set<HostTrack>();
  const open = [start];
  for (let host = open.pop(); host !== undefined; host = open.pop()) {
    const rollout = rolloutOf(moment, host);
    const holding = holdingOf(moment, rollout, host);
    const key = holding === null ? `end ${host.number}` : keyOf(host, holding);
    if (seen.has(key)) continue;
    seen.add(key);
    const isFailed = failureOf(moment, host) !== null;
    const blocking = holding === null || isFailed ? [] : blockingHosts(moment, rollout, host, holding);
    if (blocking.length === 0) roots.add(host);
    // Not in one call: engines limit a call to some 100,000 arguments.
    else if (seen.size < MAX_VISITED) blocking.forEach((other) => open.push(other));
  }
  return ranked(moment, [...roots]);
}

/** Equal for hosts that wait for the same others. */
function keyOf({ number, rollout, wave }: HostTrack, { blocker }: Holding): string {
  switch (blocker.heldBy) {
    case 'wave-promotion':
    case 'compliance-wave':
      return `${blocker.heldBy} ${rollout} ${wave}`;
    case 'channel-edges':
    case 'rollout-stopped':
      return `${blocker.heldBy} ${rollout}`;
    case 'host-edge':
      return `host-edge ${rollout} ${blocker.hold.gatingHostname}`;
    case 'disruption-budget':
      return `disruption-budget ${blocker.hold.selectorKey}`;
    default:
      return `host ${number}`;
  }
}

/** The hosts that this one waits for. */
export function blockingHosts(
  moment: Moment,
  rollout: RolloutTrack,
  host: HostTrack,
  { blocker }: Holding,
): readonly HostTrack[] {
  const { history } = moment;
  if (blocker.heldBy === 'rollout-stopped')
    return rollout.hosts.filter((other) => other !== host && failureOf(moment, other) !== null);
  if (!('hold' in blocker)) return [];
  const { hold } = blocker;
  switch (hold.gate) {
    case 'wave-promotion':
      return moment.openHosts(rollout, host.wave);
    case 'channel-edges': {
      const gating = history.rolloutOf(hold.gatingRolloutId);
      return gating === null ? [] : moment.unconvergedHosts(gating);
    }
    case 'host-edge': {
      const gating = history.trackOf(rollout.rollout.rolloutId, hold.gatingHostname);
      return gating === null ? [] : [gating];
    }
    case 'disruption-budget':
      return moment.slotHolders(hold.selectorKey);
    case 'compliance-wave':
      return rollout.hosts.filter(
        (other) =>
          other.wave < host.wave && moment.viewOf(other).probes.some(({ enforceFailures }) => enforceFailures > 0),
      );
    case 'quarantine':
    case 'wave-promotion-host-unstaged':
    case 'extension':
      return [];
  }
}

/** `null` if the host has not failed. */
export function failureOf(moment: Moment, host: HostTrack): HostFailure | null {
  const { state, cause, revertedTo, rollbackLied, sinceRunMs } = moment.viewOf(host);
  if (state !== 'Failed' && state !== 'Reverted') return null;
  const failed = host.events.findLast(
    (event) => event.type === 'HostTransition' && event.to === 'Failed' && event.runMs <= moment.time,
  );
  const runMs = failed?.runMs ?? sinceRunMs;
  const fault = host.events.findLast((event) => event.type === 'Fault' && event.runMs <= runMs);
  return {
    hostname: host.hostname,
    rolloutId: rolloutOf(moment, host).rollout.rolloutId,
    state,
    runMs,
    cause,
    revertedTo,
    rollbackLied,
    fault: fault?.type === 'Fault' ? fault : null,
  };
}

/** Worst first, because that one needs attention. */
function ranked(moment: Moment, hosts: readonly HostTrack[]): readonly HostTrack[] {
  const rankOf = (host: HostTrack): number => {
    const { state, offSinceRunMs, unreachableSinceRunMs, hasJoined } = moment.viewOf(host);
    if (state === 'Failed') return 0;
    if (state === 'Reverted') return 1;
    if (offSinceRunMs !== null || unreachableSinceRunMs !== null || !hasJoined) return 2;
    return { Deferred: 3, Soaking: 4, Activating: 5, Pending: 6, Converged: 7 }[state];
  };
  const soakEnd = (host: HostTrack): number => moment.viewOf(host).soakDueRunMs ?? 0;
  return hosts
    .map((host) => ({ host, rank: rankOf(host) }))
    .toSorted((a, b) => a.rank - b.rank || soakEnd(b.host) - soakEnd(a.host) || a.host.number - b.host.number)
    .map(({ host }) => host);
}

function rolloutOf({ history }: Moment, host: HostTrack): RolloutTrack {
  const rollout = history.rollouts[host.rollout];
  if (rollout === undefined)
    throw new RangeError(`${host.hostname} is in rollout ${host.rollout}, which is not there.`);
  return rollout;
}
