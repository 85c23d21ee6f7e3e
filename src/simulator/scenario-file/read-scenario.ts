import type { z } from 'zod';
import { DEFAULT_AGENT_SETTINGS, type ProbeDefinition } from '../../agent/index.ts';
import type { Fleet } from '../../fleet/index.ts';
import { at } from '../../text/json-path.ts';
import { byCodeUnit } from '../../text/by-code-unit.ts';
import { parseTime } from '../../text/rfc3339.ts';
import type { Time } from '../../machine/events.ts';
import { findScenarioProblems } from '../check-scenario.ts';
import { NO_FAULTS } from '../fault-rates.ts';
import { DEFAULT_DURATIONS, DEFAULT_NETWORK, DEFAULT_PROBES, DEFAULT_SCENARIO } from '../scenario-defaults.ts';
import type { Scenario, ScenarioHost, SettleSettings } from '../scenario.ts';
import type { ScenarioStep } from '../scenario-steps.ts';
import { buildFleet } from './build-fleet.ts';
import { buildRelease, buildStep, projectAll } from './build-steps.ts';
import { HostChooser } from './choose-hosts.ts';
import { parseDuration } from './durations.ts';
import { expand } from './expand-patterns.ts';
import { ANY_HOST } from './field-types.ts';
import { parseYaml } from './parse-yaml.ts';
import { Reading, suggest } from './reading.ts';
import {
  SCENARIO_SHAPE,
  scenarioSchema,
  type FileHostEntry,
  type FileProbeEntry,
  type ScenarioExpectation,
  type ScenarioFile,
} from './scenario-schema.ts';
import type { ScenarioProblem } from './scenario-problem.ts';
import {
  AGENT_FIELDS,
  DURATION_FIELDS,
  NETWORK_FIELDS,
  RATE_FIELDS,
  readFields,
  SETTLE_FIELDS,
} from './settings-fields.ts';
import { keyOut } from './yaml-key.ts';

export interface ReadScenarioOptions {
  /** The text of a file that the scenario names, by its path from the scenario; `null` if it cannot be read. */
  readonly readFile: (path: string) => string | null;
}

export type ReadScenario =
  | { readonly ok: true; readonly scenario: Scenario; readonly expectation: Expectation | null }
  | { readonly ok: false; readonly problems: readonly ScenarioProblem[] };

/** What a scenario says it should come to; an empty list or map says nothing, and so does `null`. */
export interface Expectation {
  readonly outcome: 'terminal' | 'not-terminal' | 'invariant-broken' | null;
  readonly exit: 0 | 2 | 3 | null;
  readonly rollouts: ReadonlyMap<string, string>;
  readonly hosts: ReadonlyMap<string, string>;
  readonly fired: readonly string[];
  readonly held: readonly string[];
}

/** Waves have soaks of up to an hour and operators take their time: after faults stop, this much is enough. */
const DEFAULT_SETTLE: SettleSettings = { faultsUntilMs: 4 * 3_600_000, withinMs: 12 * 3_600_000 };

/**
 * Reads a scenario file. All problems are told at once, each with its line and column; with any there is no scenario.
 * Never throws on any text.
 */
export function readScenario(text: string, { readFile }: ReadScenarioOptions): ReadScenario {
  const yaml = parseYaml(text);
  if (!yaml.ok) return yaml;
  const reading = new Reading(yaml.places);
  const file = readParts(yaml.value, reading);
  const built = file === null ? null : build(file, readFile, reading);
  if (built === null || !reading.isFine) return { ok: false, problems: reading.problems };
  for (const problem of findScenarioProblems(built.scenario)) reading.add('$', problem, 'Correct the setting.');
  return reading.isFine ? { ok: true, ...built } : { ok: false, problems: reading.problems };
}

/** What could be read of each part; `undefined` for what is not there or could not, and then there is a problem. */
type Parts = Partial<ScenarioFile>;

/** Part by part, and step by step, so that a mistake in one does not hide what is wrong with another. */
function readParts(value: unknown, reading: Reading): Parts | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    reading.parse(scenarioSchema, value, '$');
    return null;
  }
  const known = Object.keys(SCENARIO_SHAPE);
  const entries: [string, unknown][] = [];
  for (const [key, given] of Object.entries(value)) {
    const path = at('$', keyOut(key));
    if (!Object.hasOwn(SCENARIO_SHAPE, key)) {
      reading.add(
        path,
        `there is no setting ${JSON.stringify(keyOut(key).slice(0, 100))} here`,
        () => suggest(keyOut(key), known),
        true,
      );
      continue;
    }
    if (key === 'steps' && Array.isArray(given)) {
      const steps = given
        .slice(0, MAX_STEPS)
        .map((step: unknown, index) => reading.parse(SCENARIO_SHAPE.steps.unwrap().element, step, at(path, index)));
      if (given.length > MAX_STEPS) reading.add(path, `expected at most ${MAX_STEPS} steps`, 'Take fewer.');
      entries.push([key, steps]);
      continue;
    }
    const schema = SCHEMAS[key];
    const read = schema === undefined ? null : reading.parse(schema, given, path);
    if (read !== null) entries.push([key, read]);
  }
  if (!Object.hasOwn(value, 'fleet'))
    reading.add('$', '`fleet` is missing', 'Say which hosts there are: a file, a number of hosts, or channels.');
  // Every part came out of its own schema; steps that could not be read are `null` and passed over below.
  return Object.fromEntries(entries) as Parts;
}

const MAX_STEPS = 100_000;
const SCHEMAS: Readonly<Record<string, z.ZodType>> = SCENARIO_SHAPE;

function build(
  file: Parts,
  readFile: (path: string) => string | null,
  reading: Reading,
): { scenario: Scenario; expectation: Expectation | null } | null {
  const seed = file.seed ?? 1;
  const startAt = file.starts === undefined ? DEFAULT_SCENARIO.startAt : startTime(file.starts, reading);
  const settle = file.settle === undefined ? null : { ...DEFAULT_SETTLE, ...readFields(SETTLE_FIELDS, file.settle) };
  const agent = {
    ...DEFAULT_AGENT_SETTINGS,
    ...(file.agent === undefined ? {} : readFields(AGENT_FIELDS, file.agent)),
  };
  if (agent.retry.capMs < agent.retry.firstMs)
    reading.add('$.agent.retry', 'the cap is below the first wait', 'Raise `cap`, or lower `first`.');
  if (file.fleet === undefined) return null;
  const fleet = buildFleet(file.fleet, seed, file.ref ?? null, readFile, reading);
  if (fleet === null) return null;
  const chooser = new HostChooser(fleet);
  const { probeSets, probeSetOf } = buildProbes(file.probes ?? [], chooser, reading);
  const rollouts = buildFirstRelease(file, fleet, chooser, reading);
  const targets = new Map(
    (rollouts ?? []).flatMap(({ hosts }) =>
      hosts.map(({ hostname, targetClosure }) => [hostname, targetClosure] as const),
    ),
  );
  const hosts = buildHosts(file, fleet, chooser, probeSetOf, targets, reading);
  const context = { fleet, chooser, reading, probesOf: (name: string) => probeSets[probeSetOf(name)] ?? [] };
  const steps = (file.steps ?? []).map((step, index) =>
    step === null ? null : buildStep(step, at('$.steps', index), context),
  );
  const expectation = file.expect === undefined ? null : buildExpectation(file.expect, fleet, chooser, reading);
  return {
    expectation,
    scenario: {
      title: file.title ?? `Rollout of ${file.ref ?? fleet.meta.ciCommit ?? 'simulated'}`,
      seed,
      startAt,
      untilMs: file.lasts ?? DEFAULT_SCENARIO.untilMs,
      hosts,
      probeSets,
      rollouts: rollouts ?? [],
      durations: {
        ...DEFAULT_DURATIONS,
        ...(file.durations === undefined ? {} : readFields(DURATION_FIELDS, file.durations)),
      },
      network: { ...DEFAULT_NETWORK, ...(file.network === undefined ? {} : readFields(NETWORK_FIELDS, file.network)) },
      agent,
      rates: { ...NO_FAULTS, ...(file.rates === undefined ? {} : readFields(RATE_FIELDS, file.rates)) },
      steps: steps.filter((step): step is ScenarioStep => step !== null),
      settle,
    },
  };
}

function startTime(text: string, reading: Reading): Time {
  const time = parseTime(text);
  if (typeof time === 'number') return time;
  reading.add(
    '$.starts',
    `expected a date with a time, found ${JSON.stringify(text.slice(0, 100))}`,
    'Write it like 2026-01-01T09:00:00Z.',
  );
  return DEFAULT_SCENARIO.startAt;
}

/** Where nothing is said to be new, the fleet as it is described is the release, and hosts run something older. */
function buildFirstRelease(
  file: Parts,
  fleet: Fleet,
  chooser: HostChooser,
  reading: Reading,
): ReturnType<typeof buildRelease> {
  if (file.closures !== undefined) return buildRelease(fleet, file, '$', { chooser, reading });
  const channels = [...fleet.channels.keys()].sort(byCodeUnit);
  return projectAll(fleet, channels, file.ref ?? fleet.meta.ciCommit ?? 'simulated', new Map(), '$', reading);
}

function buildHosts(
  file: Parts,
  fleet: Fleet,
  chooser: HostChooser,
  probeSetOf: (name: string) => number,
  targets: ReadonlyMap<string, string>,
  reading: Reading,
): readonly ScenarioHost[] {
  const special = new Map<string, FileHostEntry[]>();
  for (const [index, entry] of (file.hosts ?? []).entries()) {
    const path = at('$.hosts', index);
    if (entry.clock !== undefined && clockSkewMs(entry.clock) === null) {
      reading.add(
        at(path, 'clock'),
        `expected how far the clock is off, found ${JSON.stringify(entry.clock)}`,
        'Write it like 30s ahead or 2m behind.',
      );
    }
    for (const name of chooser.choose(entry.hosts, at(path, 'hosts'), reading))
      special.set(name, [...(special.get(name) ?? []), entry]);
  }
  const isRelease = file.closures === undefined;
  return chooser.names.map((hostname) => {
    const host = fleet.hosts.get(hostname);
    const before = isRelease || host?.closureHash === null || host === undefined ? `old-${hostname}` : host.closureHash;
    const said: FileHostEntry = Object.assign({ hosts: ANY_HOST }, ...(special.get(hostname) ?? []));
    return {
      hostname,
      channel: host?.channel ?? '',
      runningClosure: said.running === 'the new one' ? (targets.get(hostname) ?? before) : (said.running ?? before),
      probeSet: probeSetOf(hostname),
      joinsAtMs: said.joins ?? 0,
      clockSkewMs: said.clock === undefined ? 0 : (clockSkewMs(said.clock) ?? 0),
      clockDriftPpm: said['drift-ppm'] ?? 0,
    };
  });
}

function clockSkewMs(text: string): number | null {
  const [, amount = '', way] = /^(.*) (ahead|behind)$/.exec(text) ?? [];
  const ms = parseDuration(amount);
  if (ms === null || ms === 0) return ms;
  return way === 'behind' ? -ms : ms;
}

interface Probes {
  readonly probeSets: readonly (readonly ProbeDefinition[])[];
  readonly probeSetOf: (hostname: string) => number;
}

/** A host runs the probes of every entry that is about it; of the same name, those of the last. */
function buildProbes(entries: readonly FileProbeEntry[], chooser: HostChooser, reading: Reading): Probes {
  const entriesOf = new Map<string, number[]>();
  for (const [index, { hosts }] of entries.entries()) {
    for (const name of chooser.choose(hosts ?? ANY_HOST, at('$.probes', index), reading)) {
      const own = entriesOf.get(name);
      if (own === undefined) entriesOf.set(name, [index]);
      else own.push(index);
    }
  }
  const probeSets: (readonly ProbeDefinition[])[] = [DEFAULT_PROBES];
  const setOf = new Map<string, number>();
  const indexes = new Map<string, number>();
  for (const [name, own] of entriesOf) {
    const key = own.join(' ');
    let set = indexes.get(key);
    if (set === undefined) {
      const probes = new Map<string, ProbeDefinition>();
      for (const index of own) {
        for (const { name: probeName, mode = 'enforce', every = 60_000, kind = 'http' } of entries[index]?.run ?? []) {
          probes.set(probeName, { probeName, kind, mode, intervalSecs: every / 1000 });
        }
      }
      set = probeSets.push([...probes.values()]) - 1;
      indexes.set(key, set);
    }
    setOf.set(name, set);
  }
  return { probeSets, probeSetOf: (hostname) => setOf.get(hostname) ?? 0 };
}

function buildExpectation(
  said: ScenarioExpectation,
  fleet: Fleet,
  chooser: HostChooser,
  reading: Reading,
): Expectation {
  const rollouts = new Map<string, string>();
  for (const [key, state] of Object.entries(said.rollouts ?? {})) {
    const channel = keyOut(key);
    if (!fleet.channels.has(channel))
      reading.unknownName(at('$.expect.rollouts', channel), 'channel', channel, fleet.channels.keys());
    rollouts.set(channel, state);
  }
  const hosts = new Map<string, string>();
  for (const [key, state] of Object.entries(said.hosts ?? {})) {
    const pattern = keyOut(key);
    for (const name of expand([pattern], chooser.names, 'host', at('$.expect.hosts', pattern), reading))
      hosts.set(name, state);
  }
  return {
    outcome: said.outcome ?? null,
    exit: said.exit ?? null,
    rollouts,
    hosts,
    fired: said.fired ?? [],
    held: said.held ?? [],
  };
}
