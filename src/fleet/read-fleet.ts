import type { Draft, FleetDraft, PolicyDraft, WaveDraft } from './fleet-draft.ts';
import {
  budgetFields,
  channelEdgeFields,
  channelFields,
  edgeFields,
  hostFields,
  itemText,
  metaFields,
  policyFields,
  policyWaveFields,
  rootFields,
  unreadRules,
  waveFields,
} from './fleet-fields.ts';
import type { DisruptionBudget, Fleet, FleetEdge, FleetPolicy, FleetWave } from './fleet-manifest.ts';
import { type FleetProblem, FleetProblemList } from './fleet-problem.ts';
import { at, isObject, nearestName, showName } from '../text/index.ts';
import { partReader, type Read, readByName, readList, readValue, reportShape } from './read-part.ts';

/** The readable part of a fleet, the whole fleet if everything is readable, and the problems of shape. */
export interface FleetReading {
  readonly draft: FleetDraft;
  readonly fleet: Fleet | null;
  readonly problems: readonly FleetProblem[];
}

type ReadSection<Partial, Whole> = (value: unknown, path: string, problems: FleetProblemList) => Read<Partial, Whole>;

const readHost = partReader(hostFields);
const readChannel = partReader(channelFields);
const readPolicyFields = partReader(policyFields);
const readPolicyWave = partReader(policyWaveFields);
const readWaveFields = partReader(waveFields);
const readEdge = partReader(edgeFields);
const readChannelEdgeFields = partReader(channelEdgeFields);
const readBudgetFields = partReader(budgetFields);

/** Resolving a budget visits every selected host, so this bounds the work on any file. */
const MAX_BUDGETS = 1000;

/** A file with none of these is not a fleet file. */
const SECTIONS: ReadonlySet<string> = new Set(['hosts', 'channels', 'rolloutPolicies', 'waves', 'schemaVersion']);

/** Reads the shape of a fleet file. The rules about its contents are in `validate-fleet.ts`. */
export function readFleet(json: unknown): FleetReading {
  const problems: FleetProblem[] = [];
  const source = isObject(json) ? json : {};
  if (source !== json) {
    const root = new FleetProblemList('$');
    reportShape(root, '$', json, [], 'an object: the content of a fleet.resolved.json');
    return { draft: NOTHING_READ, fleet: null, problems: root.toArray() };
  }
  const names = Object.keys(source);
  if (names.length > 0 && names.every((name) => !SECTIONS.has(name))) {
    const root = new FleetProblemList('$');
    const found = names.slice(0, 3).map(showName).join(', ');
    root.error(
      '$',
      `this is not a fleet.resolved.json: expected ${[...SECTIONS].join(', ')}, found ${found}`,
      'Give the output of `nix eval --json .#fleet.resolved`.',
    );
    return { draft: NOTHING_READ, fleet: null, problems: root.toArray() };
  }
  const section = <Partial, Whole>(key: string, read: ReadSection<Partial, Whole>): Read<Partial, Whole> => {
    const path = at('$', key);
    const found = new FleetProblemList(path);
    const result = read(Object.hasOwn(source, key) ? source[key] : undefined, path, found);
    problems.push(...found.toArray());
    return result;
  };
  const root = section('schemaVersion', (value, path, list) => {
    const schemaVersion = readValue(rootFields.schemaVersion, value, path, list);
    return { partial: schemaVersion, whole: schemaVersion ?? null };
  });
  const hosts = section('hosts', byName(readHost));
  const channels = section('channels', byName(readChannel));
  const rolloutPolicies = section('rolloutPolicies', byName(readPolicy));
  const waves = section('waves', byName(listOf(readWave)));
  const edges = section('edges', listOf(readEdge));
  const channelEdges = section('channelEdges', (value, path, list) =>
    value === undefined || value === null ? { partial: [], whole: [] } : listOf(readChannelEdge)(value, path, list),
  );
  const disruptionBudgets = section('disruptionBudgets', readBudgets);
  const meta = section('meta', partReader(metaFields));
  problems.push(...findMisspeltSections(names));

  const draft: FleetDraft = {
    hosts: hosts.partial,
    channels: channels.partial,
    rolloutPolicies: rolloutPolicies.partial,
    waves: waves.partial,
    edges: edges.partial,
    channelEdges: channelEdges.partial,
    disruptionBudgets: disruptionBudgets.partial,
    meta: meta.partial,
  };
  const fleet = wholeFleet({
    schemaVersion: root.whole,
    hosts: hosts.whole,
    channels: channels.whole,
    rolloutPolicies: rolloutPolicies.whole,
    waves: waves.whole,
    edges: edges.whole,
    channelEdges: channelEdges.whole,
    disruptionBudgets: disruptionBudgets.whole,
    meta: meta.whole,
  });
  return { draft, fleet, problems };
}

/** Warns about an unknown name that is nearly that of a missing section. Other unknown names are ignored. */
function findMisspeltSections(names: readonly string[]): readonly FleetProblem[] {
  const sections: readonly string[] = ['schemaVersion', ...Object.keys(NOTHING_READ)];
  const missing = sections.filter((section) => !names.includes(section));
  const problems = new FleetProblemList('$');
  for (const name of names) {
    const meant = sections.includes(name) ? null : nearestName(name, missing);
    if (meant !== null)
      problems.warn(
        at('$', name),
        'this name is unknown, so this section is not read',
        `Rename it to ${meant} if that is what you mean.`,
      );
  }
  return problems.toArray();
}

const NOTHING_READ: FleetDraft = {
  hosts: undefined,
  channels: undefined,
  rolloutPolicies: undefined,
  waves: undefined,
  edges: undefined,
  channelEdges: undefined,
  disruptionBudgets: undefined,
  meta: undefined,
};

function wholeFleet(parts: { readonly [Field in keyof Fleet]: Fleet[Field] | null }): Fleet | null {
  if (Object.values(parts).includes(null)) return null;
  // No part is null, which is the only difference between the type of `parts` and a fleet.
  return parts as Fleet;
}

function byName<Partial, Whole>(
  readItem: ReadSection<Partial, Whole>,
): ReadSection<ReadonlyMap<string, Partial> | undefined, ReadonlyMap<string, Whole>> {
  return (value, path, list) => readByName(value, path, list, (item, itemPath) => readItem(item, itemPath, list));
}

function listOf<Partial, Whole>(
  readItem: ReadSection<Partial, Whole>,
): ReadSection<readonly Partial[] | undefined, readonly Whole[]> {
  return (value, path, list) => readList(value, path, list, (item, itemPath) => readItem(item, itemPath, list));
}

/** A member that is read separately from the part's fields; ignored if the part is not an object. */
function readMember<Partial, Whole>(
  part: unknown,
  path: string,
  key: string,
  list: FleetProblemList,
  read: ReadSection<Partial | undefined, Whole>,
): Read<Partial | undefined, Whole> {
  return isObject(part) ? read(part[key], at(path, key), list) : { partial: undefined, whole: null };
}

function readPolicy(value: unknown, path: string, list: FleetProblemList): Read<PolicyDraft, FleetPolicy> {
  const fields = readPolicyFields(value, path, list);
  const waves = readMember(value, path, 'waves', list, listOf(readPolicyWave));
  return {
    partial: { ...fields.partial, waves: waves.partial },
    whole: fields.whole === null || waves.whole === null ? null : { ...fields.whole, waves: waves.whole },
  };
}

function readWave(value: unknown, path: string, list: FleetProblemList): Read<WaveDraft, FleetWave> {
  const fields = readWaveFields(value, path, list);
  const hosts = readMember(value, path, 'hosts', list, listOf(readHostname));
  return {
    partial: { ...fields.partial, hosts: hosts.partial },
    whole: fields.whole === null || hosts.whole === null ? null : { ...fields.whole, hosts: hosts.whole },
  };
}

function readHostname(value: unknown, path: string, list: FleetProblemList): Read<string | undefined, string> {
  const hostname = readValue(itemText, value, path, list);
  return { partial: hostname, whole: hostname ?? null };
}

/** If both are present, the newer keys win, and the older ones count as unknown fields. */
function readChannelEdge(value: unknown, path: string, list: FleetProblemList): Read<Draft<FleetEdge>, FleetEdge> {
  const { partial, whole } = readChannelEdgeFields(value, path, list);
  const gated = partial.gated ?? partial.after ?? undefined;
  const gates = partial.gates ?? partial.before ?? undefined;
  if (whole !== null && gated === undefined) reportShape(list, at(path, 'gated'), undefined, [], 'a string');
  if (whole !== null && gates === undefined) reportShape(list, at(path, 'gates'), undefined, [], 'a string');
  return {
    partial: { gated, gates, reason: partial.reason },
    whole: whole === null || gated === undefined || gates === undefined ? null : { gated, gates, reason: whole.reason },
  };
}

function readBudget(
  value: unknown,
  path: string,
  list: FleetProblemList,
): Read<Draft<DisruptionBudget>, DisruptionBudget> {
  const { partial, whole } = readBudgetFields(value, path, list);
  const unread = { unreadRules: unreadRules(value) };
  return { partial: { ...partial, ...unread }, whole: whole === null ? null : { ...whole, ...unread } };
}

function readBudgets(
  value: unknown,
  path: string,
  list: FleetProblemList,
): Read<FleetDraft['disruptionBudgets'], Fleet['disruptionBudgets']> {
  if (Array.isArray(value) && value.length > MAX_BUDGETS) {
    const message = `expected at most ${MAX_BUDGETS} budgets, found ${value.length}`;
    list.error(path, message, 'Merge budgets: give hosts that share a limit a common tag.');
    return { partial: undefined, whole: null };
  }
  return listOf(readBudget)(value, path, list);
}
