import type { RolloutManifest, Selector } from '../../fleet/index.ts';
import type { DeclaredFleet, DeclaredRelease } from '../declared-release.ts';
import { noState, type Judge } from './invariant.ts';

/** A difference between a manifest and the fleet file. */
interface Difference {
  readonly hostname: string | null;
  readonly message: string;
}

const SOAK_WITHOUT_WAVE_MINUTES = 60;
/** A percentage is a binary fraction: 33.3 % of 3,000 are 999. */
const ROUNDING = 1e-9;

/**
 * Every rollout is what the fleet file declares: its hosts, their targets, waves and soaks, its policy, edges and
 * budgets (specification: fleet-manifest, "From a fleet to a rollout"). Reads the file's declarations with separate
 * code. A release without a fleet file, as in a shrunk scenario, is not judged.
 */
export const manifest: Judge<object> = {
  begin: noState,
  on: {
    ReleasePublished: ({ broken }, _, { rollouts, declared }) => {
      if (declared === undefined) return;
      for (const rollout of rollouts)
        for (const { hostname, message } of differencesOf(rollout, declared))
          broken('manifest', hostname, rollout.rolloutId, `${rollout.rolloutId}: ${message}`);
    },
  },
};

/** Derived from the manifest alone, which many runs share. */
const known = new WeakMap<RolloutManifest, readonly Difference[]>();

function differencesOf(rollout: RolloutManifest, release: DeclaredRelease): readonly Difference[] {
  let found = known.get(rollout);
  if (found === undefined) known.set(rollout, (found = [...compare(rollout, release)]));
  return found;
}

function* compare(rollout: RolloutManifest, { fleet, ref, closures }: DeclaredRelease): Iterable<Difference> {
  const say = (message: string, hostname: string | null = null): Difference => ({ hostname, message });
  const channel = fleet.channels.find((one) => one.channel === rollout.channel);
  if (channel === undefined) {
    // The channel is gone, and a manifest without hosts supersedes its rollout.
    if (rollout.hosts.length > 0) yield say(`the fleet has no channel ${rollout.channel}.`);
    return;
  }
  if (rollout.rolloutId !== `${rollout.channel}@${ref}`) yield say(`the release is called ${ref}.`);
  const policy = fleet.policies.find(({ name }) => name === channel.rolloutPolicy);
  const { onHealthFailure } = rollout.policy;
  if (policy?.onHealthFailure !== onHealthFailure)
    yield say(`it says ${onHealthFailure} on failure, but the policy says ${policy?.onHealthFailure ?? ''}.`);
  if (rollout.complianceMode !== channel.complianceMode || rollout.freshnessMinutes !== channel.freshnessWindow)
    yield say('its compliance or freshness differs from the channel.');
  yield* compareHosts(rollout, fleet, channel, policy?.soakMinutes ?? [], new Map(closures));
  const names = new Set(rollout.hosts.map(({ hostname }) => hostname));
  const edges = fleet.edges.filter(({ gated, gates }) => names.has(gated) && names.has(gates));
  if (!isSameSet(rollout.edges.map(edgeText), edges.map(edgeText))) yield say('its edges differ from the file.');
  const gates = fleet.channelEdges.filter(({ gated }) => gated === rollout.channel).map((edge) => edge.gates);
  const waitsFor = rollout.channelEdges.map((edge) => edge.gates);
  if (!isSameSet(waitsFor, gates))
    yield say(
      `its channel waits for ${waitsFor.join(', ') || 'none'}, but the file says ${gates.join(', ') || 'none'}.`,
    );
  yield* compareBudgets(rollout, fleet);
}

const edgeText = ({ gated, gates }: { readonly gated: string; readonly gates: string }): string =>
  JSON.stringify([gated, gates]);

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  const all = new Set(others);
  return new Set(some).size === all.size && some.every((one) => all.has(one));
}

/** Every host of the channel that has a closure and is not pinned, sorted by name. */
function* compareHosts(
  { hosts, waves }: RolloutManifest,
  fleet: DeclaredFleet,
  { channel, waves: declared }: DeclaredFleet['channels'][number],
  soaks: readonly number[],
  closures: ReadonlyMap<string, string>,
): Iterable<Difference> {
  const firstWave = new Map<string, number>();
  declared.forEach((listed, wave) => {
    for (const hostname of listed) if (!firstWave.has(hostname)) firstWave.set(hostname, wave);
  });
  const targets = new Map<string, string>();
  for (const { hostname, channel: own, closureHash, isPinned } of fleet.hosts) {
    const target = closures.get(hostname) ?? closureHash;
    if (own === channel && !isPinned && target !== null) targets.set(hostname, target);
  }
  for (const hostname of targets.keys())
    if (!hosts.some((host) => host.hostname === hostname))
      yield { hostname, message: `${hostname} is on the channel and has a closure, but is not in the rollout.` };
  let before = '';
  for (const { hostname, wave, staged, targetClosure, soakMinutes } of hosts) {
    const say = (message: string): Difference => ({ hostname, message: `${hostname} ${message}` });
    if (hostname <= before) yield say('is not in order of name.');
    before = hostname;
    if (targets.get(hostname) !== targetClosure)
      yield say(`gets ${targetClosure}, but the file says ${targets.get(hostname) ?? 'nothing'}.`);
    const due = declared.length === 0 ? 0 : firstWave.get(hostname);
    if (staged !== (due !== undefined))
      yield say(`${staged ? 'is' : 'is not'} in a wave, but the file says otherwise.`);
    if (due === undefined) continue;
    if (wave !== due) yield say(`is in wave ${wave}, but wave ${due} is the first that lists it.`);
    const soak = soaks[due] ?? SOAK_WITHOUT_WAVE_MINUTES;
    if (soakMinutes !== soak) yield say(`soaks for ${soakMinutes} minutes, but the policy says ${soak}.`);
    if (declared.length > 0 && waves[wave]?.hosts.includes(hostname) !== true)
      yield say(`is in wave ${wave}, which does not list it.`);
  }
  if (waves.length !== declared.length)
    yield { hostname: null, message: `it has ${waves.length} waves, but the file has ${declared.length}.` };
}

/** The hosts and the limit of each selector, over all budgets that have it. */
function* compareBudgets({ budgets }: RolloutManifest, fleet: DeclaredFleet): Iterable<Difference> {
  const due = new Map<string, { readonly selector: Selector; readonly limit: number | null }>();
  const membersOf = (selector: Selector): readonly string[] =>
    fleet.hosts.filter((host) => isSelected(selector, host)).map(({ hostname }) => hostname);
  for (const { selector, maxInFlight, maxInFlightPct } of fleet.disruptionBudgets) {
    const text = selectorText(selector);
    const share =
      maxInFlightPct === null
        ? null
        : Math.max(1, Math.floor((membersOf(selector).length * maxInFlightPct) / 100 + ROUNDING));
    const limits = [maxInFlight, share, due.get(text)?.limit ?? null].filter((limit) => limit !== null);
    due.set(text, { selector, limit: limits.length === 0 ? null : Math.min(...limits) });
  }
  const say = (message: string): Difference => ({ hostname: null, message });
  if (budgets.length !== due.size) yield say(`it has ${budgets.length} budgets, but the file has ${due.size}.`);
  if (new Set(budgets.map(({ selectorKey }) => selectorKey)).size !== budgets.length)
    yield say('two of its budgets have the same key.');
  for (const { selector, summary, hosts, limit } of budgets) {
    const asked = due.get(selectorText(selector));
    if (asked === undefined) yield say(`the budget of ${summary} is not in the file.`);
    else if (asked.limit !== limit)
      yield say(`the budget of ${summary} allows ${limit ?? 'any number'}, but the file says ${asked.limit ?? 'any'}.`);
    else if (!isSameSet(hosts, membersOf(selector)))
      yield say(`the budget of ${summary} does not cover the same hosts as in the file.`);
  }
}

function selectorText({ all, channel, hosts, tags, tagsAny }: Selector): string {
  return JSON.stringify([all, channel, hosts.toSorted(), tags.toSorted(), tagsAny.toSorted()]);
}

function isSelected({ all, channel, hosts, tags, tagsAny }: Selector, host: DeclaredFleet['hosts'][number]): boolean {
  if (all || hosts.includes(host.hostname) || channel === host.channel) return true;
  const has = (tag: string): boolean => host.tags.includes(tag);
  return (tags.length > 0 && tags.every(has)) || tagsAny.some(has);
}
