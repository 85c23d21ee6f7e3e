import { decodeFleet, type Fleet, type FleetWave } from '../../fleet/index.ts';
import { appendTo, at, byCodeUnit, quote, showName } from '../../text/index.ts';
import { MAX_FLEET_HOSTS } from '../generate-fleet.ts';
import {
  fleetJson,
  waveSizes,
  type BudgetSketch,
  type ChannelSketch,
  type FleetSketch,
  type HostSketch,
} from '../fleet-sketch.ts';
import { unfilledWaves } from '../unfilled-waves.ts';
import { edgesOf, reportChannelCycles } from './build-edges.ts';
import { expand } from './expand-patterns.ts';
import type { ChannelParts, FleetParts } from './fleet-parts.ts';
import type { FileBudget, FileChannel, FileWave } from './fleet-schema.ts';
import { UNKNOWN_FLEET, type KnownFleet } from './known-fleet.ts';
import type { Reading } from './reading.ts';
import { keyOut } from './yaml-key.ts';

const PATH = '$.fleet';
const MINUTE_MS = 60_000;
const DEFAULT_SOAK_MS = 10 * MINUTE_MS;

type DescribedFleet = FleetParts & { readonly channels: ReadonlyMap<string, ChannelParts> };

/**
 * The fleet that its channels describe. If parts are wrong, a fleet of the rest, so that steps can still be checked.
 */
export function describedFleet(parts: DescribedFleet, ref: string, reading: Reading): KnownFleet {
  const channelNames = [...parts.channels.keys()].sort(byCodeUnit);
  const hosts = new Map([...parts.channels].map(([name, { hosts: said }]) => [name, hostsOf(name, said)] as const));
  const isComplete = [...parts.channels.values()].every(({ hosts: said }) => said !== null);
  const names = [...hosts.values()]
    .flat()
    .map(({ name }) => name)
    .sort(byCodeUnit);
  if (names.length > MAX_FLEET_HOSTS) {
    const message = `expected at most ${MAX_FLEET_HOSTS} hosts, found ${names.length}`;
    reading.add(`${PATH}.channels`, message, 'Take fewer hosts.');
    return UNKNOWN_FLEET;
  }
  const repeated = names.find((name, index) => names[index + 1] === name);
  if (repeated !== undefined)
    reading.add(
      `${PATH}.channels`,
      `the host ${quote(repeated)} appears twice`,
      'Give each host its own name; {web: 3} makes web-01 to web-03.',
    );
  const beforeTags = reading.count;
  const tagsOf = isComplete ? extraTags(parts.tags, names, reading) : new Map<string, readonly string[]>();
  const knowsTags =
    isComplete &&
    repeated === undefined &&
    reading.count === beforeTags &&
    parts.tags !== null &&
    [...parts.tags.values()].every((patterns) => patterns !== null);
  let areWavesFine = true;
  const soaks = new Map<string, number>();
  const channels: ChannelSketch[] = [];
  for (const [name, channel] of parts.channels) {
    const path = at(`${PATH}.channels`, name);
    checkChannelName(name, path, reading);
    const own = (hosts.get(name) ?? []).map((host) => ({
      name: host.name,
      tags: [...host.tags, ...(tagsOf.get(host.name) ?? [])],
    }));
    const before = reading.count;
    const sorted = own.map((host) => host.name).sort(byCodeUnit);
    const waves = channel.hosts === null ? [] : wavesOf(channel, sorted, path, reading);
    if (reading.count > before) areWavesFine = false;
    soaks.set(name, (channel.soak ?? DEFAULT_SOAK_MS) / MINUTE_MS);
    channels.push({
      name,
      hosts: own,
      waves,
      onHealthFailure: channel['on-failure'] ?? 'rollback-and-halt',
      waitsFor: expand(channel['waits-for'] ?? [], channelNames, 'channel', at(path, 'waits-for'), reading),
      compliance: channel.compliance ?? 'disabled',
      ...(channel.freshness === undefined ? {} : { freshnessMinutes: channel.freshness / MINUTE_MS }),
    });
  }
  const knowsWaves =
    isComplete &&
    repeated === undefined &&
    areWavesFine &&
    [...parts.channels.values()].every(({ waves }) =>
      typeof waves === 'object' ? waves !== null && !waves.includes(null) : true,
    );
  reportChannelCycles(channels, `${PATH}.channels`, reading);
  const sketch = {
    ref,
    channels,
    ...(isComplete ? limitsOf(parts, channels, names, channelNames, knowsTags, reading) : { budgets: [], edges: [] }),
  };
  if (!isComplete && parts.extras.length > 0) reading.passOver();
  const isWhole = isComplete && knowsTags && knowsWaves && reading.isFineUnder(PATH);
  const fleet = isWhole ? wholeFleet(sketch, soaks, reading) : null;
  if (fleet !== null) return { fleet, isWhole, knows: { hosts: true, channels: true, tags: true, waves: true } };
  const known = decodeFleet(fleetJson(namesOnly(sketch, knowsWaves), soaks));
  if (!known.ok) return UNKNOWN_FLEET;
  return {
    fleet: known.fleet,
    isWhole: false,
    knows: { hosts: isComplete, channels: true, tags: knowsTags, waves: knowsWaves },
  };
}

function wholeFleet(sketch: FleetSketch, soaks: ReadonlyMap<string, number>, reading: Reading): Fleet | null {
  const result = decodeFleet(fleetJson(sketch, soaks));
  if (result.ok) {
    // Other warnings are reported at their place, or cannot occur in a described fleet.
    for (const { path, message } of result.warnings) {
      if (path.startsWith('$.edges')) reading.warn(`${PATH}.edges`, message);
      if (path.startsWith('$.channelEdges')) reading.warn(`${PATH}.channels`, message);
    }
    return result.fleet;
  }
  for (const problem of result.problems)
    if (problem.severity === 'error') reading.add(PATH, problem.message, problem.remedy);
  return null;
}

/** Without everything that is uncertain. */
function namesOnly(sketch: FleetSketch, knowsWaves: boolean): FleetSketch {
  const channels = sketch.channels.map((channel) => ({
    ...channel,
    waves: knowsWaves ? channel.waves : [],
    waitsFor: [],
  }));
  return { ref: sketch.ref, channels, budgets: [], edges: [] };
}

function checkChannelName(name: string, path: string, reading: Reading): void {
  if (name !== '' && !name.includes('@')) return;
  reading.add(
    path,
    `a channel cannot be called ${quote(name)}: expected a name that is not empty and has no "@", which separates the parts of a rollout id`,
    'Give the channel another name.',
    true,
  );
}

/** Budgets and edges. */
function limitsOf(
  parts: FleetParts,
  channels: readonly ChannelSketch[],
  names: readonly string[],
  channelNames: readonly string[],
  knowsTags: boolean,
  reading: Reading,
): Pick<FleetSketch, 'budgets' | 'edges'> {
  const budgets = parts.budgets.map((budget, index) =>
    budget === null ? null : budgetOf(budget, names, channelNames, at(`${PATH}.budgets`, index), reading),
  );
  if (knowsTags && parts.budgets.length > 0) {
    const known = new Set(channels.flatMap(({ hosts }) => hosts.flatMap(({ tags }) => tags)));
    for (const [index, budget] of parts.budgets.entries())
      if (budget !== null) checkBudgetTags(budget, channels, known, at(`${PATH}.budgets`, index), reading);
  }
  const channelOf = new Map(channels.flatMap(({ name, hosts }) => hosts.map((host) => [host.name, name] as const)));
  return {
    budgets: budgets.filter((budget) => budget !== null),
    edges: edgesOf(parts.edges, `${PATH}.edges`, names, channelOf, reading),
  };
}

/** A tag that no host has limits nothing, so it is probably a typo. */
function checkBudgetTags(
  { tag, tags = [] }: FileBudget,
  channels: readonly ChannelSketch[],
  known: ReadonlySet<string>,
  path: string,
  reading: Reading,
): void {
  const start = reading.count;
  if (tag !== undefined && !known.has(tag)) reading.unknownName(at(path, 'tag'), 'tag', tag, known);
  for (const [index, name] of tags.entries())
    if (!known.has(name)) reading.unknownName(at(at(path, 'tags'), index), 'tag', name, known);
  const all = tag === undefined ? tags : [...tags, tag];
  if (all.length < 2 || reading.count > start) return;
  if (channels.some(({ hosts }) => hosts.some((host) => all.every((name) => host.tags.includes(name))))) return;
  const message = `no host has all of the tags ${all.map(showName).join(', ')}`;
  reading.add(path, message, 'Remove one of them, or give each its own budget.');
}

function hostsOf(channel: string, hosts: FileChannel['hosts'] | null): readonly HostSketch[] {
  if (hosts === null) return [];
  if (Array.isArray(hosts)) return hosts.map((name: string) => ({ name, tags: [] }));
  const kinds: readonly (readonly [string, number])[] =
    typeof hosts === 'number' ? [[channel, hosts]] : Object.entries(hosts);
  return kinds.flatMap(([key, count]) => {
    const kind = keyOut(key);
    const width = Math.max(2, String(count).length);
    return Array.from({ length: Math.min(count, MAX_FLEET_HOSTS + 1) }, (_, at) => ({
      name: `${kind}-${String(at + 1).padStart(width, '0')}`,
      tags: [kind],
    }));
  });
}

function extraTags(
  file: FleetParts['tags'],
  names: readonly string[],
  reading: Reading,
): ReadonlyMap<string, readonly string[]> {
  const tags = new Map<string, string[]>();
  for (const [tag, patterns] of file ?? []) {
    if (patterns === null) continue;
    for (const name of expand(patterns, names, 'host', at(`${PATH}.tags`, tag), reading)) appendTo(tags, name, tag);
  }
  return tags;
}

function wavesOf(
  channel: ChannelParts,
  names: readonly string[],
  path: string,
  reading: Reading,
): readonly FleetWave[] {
  const soakMs = channel.soak ?? DEFAULT_SOAK_MS;
  if (channel.waves === undefined || channel.waves === null) return [];
  const base = at(path, 'waves');
  const unfilled = typeof channel.waves === 'number' ? unfilledWaves(names.length, channel.waves) : null;
  if (unfilled !== null) reading.note(base, unfilled);
  const list: readonly (FileWave | null)[] =
    typeof channel.waves === 'number'
      ? waveSizes(names.length, channel.waves).map((hosts) => ({ hosts }))
      : channel.waves;
  const free = new Set(names);
  let percent = 0;
  return list.map((wave, index) => {
    if (wave === null) return { hosts: [], soakMinutes: 0 };
    const below = at(at(base, index), 'hosts');
    const before = percent;
    if (percentOf(wave) === 0)
      reading.add(below, `expected more than 0%, found ${String(wave.hosts)}`, 'Use more, or remove the wave.');
    // Decimals do not add up exactly: 32.1 + 37.7 + 30.2 is slightly above 100.
    percent = Number((percent + (percentOf(wave) ?? 0)).toFixed(9));
    if (percent > 100 && before <= 100)
      reading.add(
        below,
        before === 0 ? `expected at most 100%, found ${percent}%` : `the waves so far have ${percent}% of the hosts`,
        'Use at most 100% in total, or `the rest` for the last wave.',
      );
    const hosts = membersOf(wave, names, free, below, reading);
    for (const name of hosts) free.delete(name);
    return { hosts, soakMinutes: (wave.soak ?? soakMs) / MINUTE_MS };
  });
}

/** `null` if the wave is not a percentage. */
function percentOf({ hosts }: FileWave): number | null {
  const percentage = typeof hosts === 'string' ? /^(\d+(?:\.\d+)?)%$/.exec(hosts) : null;
  return percentage === null ? null : Number(percentage[1]);
}

function membersOf(
  wave: FileWave,
  names: readonly string[],
  free: ReadonlySet<string>,
  path: string,
  reading: Reading,
): readonly string[] {
  const { hosts } = wave;
  if (typeof hosts === 'number') return [...free].slice(0, hosts);
  if (hosts === 'the rest') return [...free];
  const percent = percentOf(wave);
  if (percent !== null) return [...free].slice(0, Math.max(1, Math.floor((names.length * percent) / 100)));
  // A pattern takes the hosts that earlier waves left. A name cannot be in two waves.
  const patterns = typeof hosts === 'string' ? [hosts] : hosts;
  const known = new Set(names);
  for (const [index, name] of patterns.entries()) {
    if (!known.has(name) || free.has(name)) continue;
    const message = `the host ${showName(name)} is already in an earlier wave of this channel`;
    reading.add(typeof hosts === 'string' ? path : at(path, index), message, 'Name each host in one wave only.');
  }
  return expand(patterns, names, 'host', path, reading).filter((name) => free.has(name));
}

function budgetOf(
  budget: FileBudget,
  names: readonly string[],
  channels: readonly string[],
  path: string,
  reading: Reading,
): BudgetSketch {
  const most = budget['at-most'];
  const tags = [...(budget.tags ?? []), ...(budget.tag === undefined ? [] : [budget.tag])];
  const { all = false, channel = null } = budget;
  if (!all && channel === null && tags.length === 0 && budget.hosts === undefined) {
    reading.add(path, 'the budget selects no hosts', 'Add one of: all, hosts, channel, tag, tags.');
  }
  if (channel !== null && !channels.includes(channel))
    reading.unknownName(at(path, 'channel'), 'channel', channel, channels);
  return {
    all,
    channel,
    tags,
    hosts: expand(budget.hosts ?? [], names, 'host', at(path, 'hosts'), reading),
    maxInFlight: typeof most === 'number' ? most : null,
    maxInFlightPct: typeof most === 'number' ? null : Number(most.slice(0, -1)),
  };
}
