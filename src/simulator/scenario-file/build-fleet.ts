import { decodeFleet, type ComplianceMode, type Fleet, type FleetProblem } from '../../fleet/index.ts';
import { at, quote, showName } from '../../text/json-path.ts';
import { byCodeUnit } from '../../text/by-code-unit.ts';
import { generateFleet, MAX_FLEET_HOSTS } from '../generate-fleet.ts';
import {
  fleetJson,
  waveSizes,
  type BudgetPlan,
  type ChannelPlan,
  type HostPlan,
  type WavePlan,
} from '../plan-fleet.ts';
import { edgesOf, reportChannelCycles } from './build-edges.ts';
import { type FileBudget, type FileChannel, type FileFleet, type FileWave } from './fleet-schema.ts';
import { expand } from './expand-patterns.ts';
import type { Reading } from './reading.ts';
import { keyOut } from './yaml-key.ts';

const PATH = '$.fleet';
const MINUTE_MS = 60_000;
const DEFAULT_SOAK_MS = 10 * MINUTE_MS;
const DEFAULT_REF = 'release-1';

/** The fleet that the file describes; `null`, and problems, if it describes none. */
export function buildFleet(
  file: FileFleet,
  seed: number,
  ref: string | null,
  readFile: (path: string) => string | null,
  reading: Reading,
): Fleet | null {
  const forms = (['file', 'hosts', 'channels'] as const).filter((form) => file[form] !== undefined);
  if (forms.length !== 1) {
    const found = forms.length === 0 ? 'none of them' : forms.join(' and ');
    reading.add(
      PATH,
      `expected one of file, hosts or channels, found ${found}`,
      'Give a fleet file, a number of hosts, or channels with hosts.',
    );
    return null;
  }
  if (file.channels === undefined) {
    for (const extra of ['tags', 'budgets', 'edges'] as const) {
      if (file[extra] !== undefined)
        reading.add(
          at(PATH, extra),
          `${extra} cannot be added to a fleet of this form`,
          'Describe the fleet with `channels`, or put them into the fleet file.',
          true,
        );
    }
  }
  if (file.waves !== undefined && file.hosts === undefined) {
    reading.add(
      `${PATH}.waves`,
      'waves go with `hosts`, a number',
      'Give the waves of each channel under its name.',
      true,
    );
  }
  if (file.hosts !== undefined) return generateFleet({ hosts: file.hosts, waves: file.waves ?? 3, seed });
  return file.file === undefined
    ? plannedFleet(file, ref ?? DEFAULT_REF, reading)
    : fleetFromFile(file.file, readFile, reading);
}

function fleetFromFile(path: string, readFile: (path: string) => string | null, reading: Reading): Fleet | null {
  const text = readFile(path);
  if (text === null) {
    reading.add(
      `${PATH}.file`,
      `the fleet file ${JSON.stringify(path.slice(0, 200))} cannot be read`,
      'Give its path from the folder of this scenario.',
    );
    return null;
  }
  return decoded(text, `${PATH}.file`, 'in the fleet file, ', reading);
}

function decoded(json: unknown, path: string, where: string, reading: Reading): Fleet | null {
  const result = decodeFleet(json);
  if (result.ok) return result.fleet;
  for (const problem of result.problems)
    if (problem.severity === 'error') reading.add(path, told(problem, where), problem.fix);
  return null;
}

function told({ path, message }: FleetProblem, where: string): string {
  return where === '' ? message : `${where}at ${path}: ${message}`;
}

function plannedFleet(file: FileFleet, ref: string, reading: Reading): Fleet | null {
  const channelNames = Object.keys(file.channels ?? {})
    .map(keyOut)
    .sort(byCodeUnit);
  const hosts = new Map<string, readonly HostPlan[]>();
  let count = 0;
  for (const [key, channel] of Object.entries(file.channels ?? {})) {
    const named = hostsOf(keyOut(key), channel);
    count += named.length;
    hosts.set(keyOut(key), named);
  }
  if (count > MAX_FLEET_HOSTS) {
    reading.add(`${PATH}.channels`, `expected at most ${MAX_FLEET_HOSTS} hosts, found ${count}`, 'Take fewer hosts.');
    return null;
  }
  const names = [...hosts.values()]
    .flat()
    .map(({ name }) => name)
    .sort(byCodeUnit);
  const repeated = names.find((name, index) => names[index + 1] === name);
  if (repeated !== undefined)
    reading.add(
      `${PATH}.channels`,
      `the host ${JSON.stringify(repeated)} is there twice`,
      'Give each host a name of its own; {web: 3} makes web-01 to web-03.',
    );
  const tagsOf = extraTags(file, names, reading);
  const soaks = new Map<string, number>();
  const channels: ChannelPlan[] = [];
  for (const [key, channel] of Object.entries(file.channels ?? {})) {
    const name = keyOut(key);
    const path = at(`${PATH}.channels`, name);
    if (name === '' || name.includes('@'))
      reading.add(
        path,
        `a channel cannot be called ${quote(name)}: expected a name that is not empty and has no "@", which the ids of rollouts have`,
        'Give the channel another name.',
        true,
      );
    const own = (hosts.get(name) ?? []).map((host) => ({
      name: host.name,
      tags: [...host.tags, ...(tagsOf.get(host.name) ?? [])],
    }));
    soaks.set(name, (channel.soak ?? DEFAULT_SOAK_MS) / MINUTE_MS);
    channels.push({
      name,
      hosts: own,
      waves: wavesOf(channel, own.map((host) => host.name).sort(byCodeUnit), path, reading),
      onHealthFailure: channel['on-failure'] ?? 'rollback-and-halt',
      waitsFor: expand(channel['waits-for'] ?? [], channelNames, 'channel', at(path, 'waits-for'), reading),
      compliance: (channel.compliance ?? 'disabled') satisfies ComplianceMode,
    });
  }
  const budgets = (file.budgets ?? []).map((budget, index) =>
    budgetOf(budget, names, channelNames, at(`${PATH}.budgets`, index), reading),
  );
  reportChannelCycles(channels, `${PATH}.channels`, reading);
  const channelOf = new Map(channels.flatMap(({ name, hosts: own }) => own.map((host) => [host.name, name] as const)));
  const edges = edgesOf(file.edges ?? [], `${PATH}.edges`, names, channelOf, reading);
  return reading.isFine ? decoded(fleetJson({ ref, channels, budgets, edges }, soaks), PATH, '', reading) : null;
}

function hostsOf(channel: string, { hosts }: FileChannel): readonly HostPlan[] {
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
  file: FileFleet,
  names: readonly string[],
  reading: Reading,
): ReadonlyMap<string, readonly string[]> {
  const tags = new Map<string, string[]>();
  for (const [key, patterns] of Object.entries(file.tags ?? {})) {
    const tag = keyOut(key);
    for (const name of expand(patterns, names, 'host', at(`${PATH}.tags`, tag), reading)) {
      const own = tags.get(name);
      if (own === undefined) tags.set(name, [tag]);
      else own.push(tag);
    }
  }
  return tags;
}

function wavesOf(channel: FileChannel, names: readonly string[], path: string, reading: Reading): readonly WavePlan[] {
  const soakMs = channel.soak ?? DEFAULT_SOAK_MS;
  if (channel.waves === undefined) return [];
  const list: readonly FileWave[] =
    typeof channel.waves === 'number'
      ? waveSizes(names.length, channel.waves).map((hosts) => ({ hosts }))
      : channel.waves;
  const free = new Set(names);
  return list.map((wave, index) => {
    const hosts = membersOf(wave, names, free, at(at(at(path, 'waves'), index), 'hosts'), reading);
    for (const name of hosts) free.delete(name);
    return { hosts, soakMinutes: (wave.soak ?? soakMs) / MINUTE_MS };
  });
}

function membersOf(
  { hosts }: FileWave,
  names: readonly string[],
  free: ReadonlySet<string>,
  path: string,
  reading: Reading,
): readonly string[] {
  if (typeof hosts === 'number') return [...free].slice(0, hosts);
  if (hosts === 'the rest') return [...free];
  const percentage = typeof hosts === 'string' ? /^(\d+(?:\.\d+)?)%$/.exec(hosts) : null;
  if (percentage !== null)
    return [...free].slice(0, Math.max(1, Math.floor((names.length * Number(percentage[1])) / 100)));
  // A pattern takes what earlier waves left; a name that an earlier wave has cannot be had again.
  const patterns = typeof hosts === 'string' ? [hosts] : hosts;
  const known = new Set(names);
  for (const [index, name] of patterns.entries()) {
    if (!known.has(name) || free.has(name)) continue;
    const message = `the host ${showName(name)} is in an earlier wave of this channel already`;
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
): BudgetPlan {
  const most = budget['at-most'];
  const tags = [...(budget.tags ?? []), ...(budget.tag === undefined ? [] : [budget.tag])];
  const { all = false, channel = null } = budget;
  if (!all && channel === null && tags.length === 0 && budget.hosts === undefined) {
    reading.add(path, 'the budget is about no hosts', 'Add one of: all, hosts, channel, tag, tags.');
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
