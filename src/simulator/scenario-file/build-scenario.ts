import { DEFAULT_AGENT_SETTINGS, type ProbeDefinition } from '../../agent/index.ts';
import { projectRollouts, type Fleet, type RolloutManifest } from '../../fleet/index.ts';
import {
  appendTo,
  at,
  byCodeUnit,
  parseDuration,
  readStart,
  shortName,
  showName,
  type Problem,
  type StartTime,
} from '../../text/index.ts';
import { NO_FAULTS } from '../faults/index.ts';
import {
  DEFAULT_DURATIONS,
  DEFAULT_NETWORK,
  DEFAULT_PROBES,
  DEFAULT_SCENARIO,
  REF_WITHOUT_COMMIT,
} from '../scenario-defaults.ts';
import { closureBefore } from '../fleet-scenario.ts';
import type { Scenario, ScenarioHost, SettleSettings } from '../scenario.ts';
import { buildFleet } from './build-fleet.ts';
import type { Expectation } from './expectation.ts';
import type { ReadFile } from './read-file.ts';
import { buildRelease, buildStep, buildWhen, type StepContext } from './build-steps.ts';
import { checkValues } from './check-steps.ts';
import { HostChooser } from './choose-hosts.ts';
import { ANY_HOST } from './field-types.ts';
import { UNKNOWN_FLEET, type KnownFleet } from './known-fleet.ts';
import { allFleets, PublishedFleet, readLaterFleets, type LaterFleets } from './later-fleets.ts';
import { projectAll } from './project-all.ts';
import type { Reading } from './reading.ts';
import type { Entry, ExpectParts, Named, ScenarioParts } from './scenario-parts.ts';
import type { FileHostEntry, FileProbeEntry } from './scenario-schema.ts';
import { readFields } from './fields.ts';
import { NO_EXTENSIONS } from '../extensions.ts';
import {
  AGENT_FIELDS,
  DURATION_FIELDS,
  EXTENSION_FIELDS,
  NETWORK_FIELDS,
  RATE_FIELDS,
  SETTLE_FIELDS,
} from './settings-fields.ts';
import type { ScenarioStep } from '../scenario-steps.ts';

interface Publish {
  readonly atMs: number | null;
  readonly path: string;
  readonly rollouts: readonly RolloutManifest[];
}

/**
 * Reports a release that would have no effect because the same closures are already released. Only if it is certain
 * what is released by then: there is no other release, or every one has a time. `steps` are in file order.
 */
function checkPublishes(
  steps: readonly ScenarioStep[],
  first: readonly RolloutManifest[],
  base: string,
  reading: Reading,
): void {
  const publishes = steps.flatMap(({ when, do: action }, index): Publish[] =>
    action.type === 'publish'
      ? [{ atMs: when.type === 'At' ? when.atMs : null, path: at(base, index), rollouts: action.rollouts }]
      : [],
  );
  if (publishes.length > 1 && publishes.some(({ atMs }) => atMs === null)) return;
  const out = new Map(first.map((rollout) => [rollout.channel, rollout]));
  for (const { path, rollouts } of publishes.sort((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0))) {
    if (rollouts.length > 0 && rollouts.every((rollout) => isSame(rollout, out.get(rollout.channel)))) {
      const message = `${showName(rollouts[0]?.channelRef ?? '')} is already released with the same closures, so nothing would happen`;
      reading.add(at(path, 'ref'), message, 'Give the new release its own ref.');
    }
    for (const rollout of rollouts) out.set(rollout.channel, rollout);
  }
}

function isSame(one: RolloutManifest, other: RolloutManifest | undefined): boolean {
  return one.rolloutId === other?.rolloutId && JSON.stringify(one) === JSON.stringify(other);
}

/** Enough time after faults stop, even with soaks of an hour and slow operators. */
const DEFAULT_SETTLE: SettleSettings = { faultsUntilMs: 4 * 3_600_000, withinMs: 12 * 3_600_000 };

/** Builds the scenario from the parts of a file. If there are problems, the result is only for finding more of them. */
export function buildScenario(
  file: ScenarioParts,
  readFile: ReadFile,
  reading: Reading,
): { scenario: Scenario; expectation: Expectation | null } {
  const seed = file.seed ?? 1;
  const start = file.starts === undefined ? null : startTime(file.starts, reading);
  const settle = file.settle === undefined ? null : { ...DEFAULT_SETTLE, ...readFields(SETTLE_FIELDS, file.settle) };
  const agent = {
    ...DEFAULT_AGENT_SETTINGS,
    ...(file.agent === undefined ? {} : readFields(AGENT_FIELDS, file.agent)),
  };
  if (agent.retry.capMs < agent.retry.firstMs)
    reading.add('$.agent.retry', '`cap` is below `first`', 'Raise `cap`, or lower `first`.');
  const release = { seed, ref: file.ref ?? null, isAllNew: file.closures === 'new for every host' };
  const known = file.fleet === null ? UNKNOWN_FLEET : buildFleet(file.fleet, release, readFile, reading);
  const laterFleets = readLaterFleets(file.steps, '$.steps', readFile, reading);
  const everything = allFleets(known, laterFleets);
  const chooser = new HostChooser(everything);
  const { probeSets, probeSetOf } = buildProbes(file.probes, chooser, reading);
  const areProbesKnown = Object.values(everything.knows).every(Boolean) && reading.isFineUnder('$.probes');
  const made = buildFirstRelease(file, known, chooser, reading);
  const rollouts = made?.rollouts ?? null;
  const targets = new Map(
    [...(rollouts ?? []), ...laterTargets(laterFleets)].flatMap(({ hosts }) =>
      hosts.map(({ hostname, targetClosure }) => [hostname, targetClosure] as const),
    ),
  );
  const hosts = buildHosts(file, known, everything.fleet, chooser, probeSetOf, targets, reading);
  const context = {
    fleet: everything.fleet,
    published: new PublishedFleet(known.fleet),
    laterFleets,
    isWhole: known.isWhole,
    chooser,
    reading,
    probesOf: (name: string) => (areProbesKnown ? (probeSets[probeSetOf(name)] ?? []) : null),
  };
  const untilMs = file.lasts ?? (file.has('lasts') ? null : DEFAULT_SCENARIO.untilMs);
  if (
    untilMs !== null &&
    file.settle?.['faults-until'] !== undefined &&
    settle !== null &&
    settle.faultsUntilMs > untilMs
  )
    reading.neverHappens('$.settle["faults-until"]', untilMs);
  const steps = file.steps.map((entry, index) => {
    const path = at('$.steps', index);
    if (entry.read === null) {
      checkNamed(entry.named, path, context);
      return null;
    }
    checkValues(entry.read, path, untilMs, reading);
    return buildStep(entry.read, path, context);
  });
  const readSteps = steps.filter((step) => step !== null);
  // If a step could not be read, it is unknown what is out.
  if (rollouts !== null && readSteps.length === steps.length) checkPublishes(readSteps, rollouts, '$.steps', reading);
  const expectation = file.expect === undefined ? null : buildExpectation(file.expect, chooser, reading);
  return {
    expectation,
    scenario: {
      title: file.title ?? `Rollout of ${shortName(file.ref ?? known.fleet.meta.ciCommit ?? REF_WITHOUT_COMMIT)}`,
      seed,
      startAt: start?.startAt ?? DEFAULT_SCENARIO.startAt,
      ...(start === null ? {} : { startOffsetMinutes: start.offsetMinutes }),
      untilMs: untilMs ?? DEFAULT_SCENARIO.untilMs,
      hosts,
      probeSets,
      rollouts: rollouts ?? [],
      ...(made === null ? {} : { declared: made.declared }),
      durations: {
        ...DEFAULT_DURATIONS,
        ...(file.durations === undefined ? {} : readFields(DURATION_FIELDS, file.durations)),
      },
      network: { ...DEFAULT_NETWORK, ...(file.network === undefined ? {} : readFields(NETWORK_FIELDS, file.network)) },
      agent,
      rates: { ...NO_FAULTS, ...(file.rates === undefined ? {} : readFields(RATE_FIELDS, file.rates)) },
      steps: readSteps,
      settle,
      ...(file.extensions === undefined
        ? {}
        : { extensions: { ...NO_EXTENSIONS, ...readFields(EXTENSION_FIELDS, file.extensions) } }),
    },
  };
}

/** The closures of hosts that only a later fleet file has; the first one if there are several. */
function laterTargets(fleets: LaterFleets): readonly Pick<RolloutManifest, 'hosts'>[] {
  return [...fleets.values()].toReversed().flatMap((fleet) => {
    const projected = fleet === null ? null : projectRollouts(fleet, fleet.meta.ciCommit ?? REF_WITHOUT_COMMIT);
    return projected?.ok === true ? projected.rollouts : [];
  });
}

function startTime(text: string, reading: Reading): StartTime | null {
  const problems: Problem[] = [];
  const start = readStart(text, '$.starts', problems);
  for (const { path, message, remedy } of problems) reading.add(path, message, remedy);
  return start;
}

/** If nothing is declared new, the described fleet is the release, and hosts run something older. */
function buildFirstRelease(
  file: ScenarioParts,
  known: KnownFleet,
  chooser: HostChooser,
  reading: Reading,
): ReturnType<typeof buildRelease> {
  if (file.closures !== undefined) return buildRelease(known, file, '$', { chooser, reading });
  if (!known.isWhole || file.has('closures')) return null;
  const { fleet } = known;
  const channels = [...fleet.channels.keys()].sort(byCodeUnit);
  return projectAll(fleet, channels, file.ref ?? fleet.meta.ciCommit ?? REF_WITHOUT_COMMIT, new Map(), '$', reading);
}

function buildHosts(
  file: ScenarioParts,
  first: KnownFleet,
  fleet: Fleet,
  chooser: HostChooser,
  probeSetOf: (name: string) => number,
  targets: ReadonlyMap<string, string>,
  reading: Reading,
): readonly ScenarioHost[] {
  const special = new Map<string, FileHostEntry[]>();
  for (const [index, { read: entry, ...rest }] of file.hosts.entries()) {
    const path = at('$.hosts', index);
    if (entry === null) {
      if ('named' in rest) checkHosts(rest.named, path, chooser, reading);
      continue;
    }
    if (entry.clock !== undefined && clockSkewMs(entry.clock) === null) {
      reading.add(
        at(path, 'clock'),
        `expected how far off the clock is, found ${JSON.stringify(entry.clock)}`,
        'Write it as 30s ahead or 2m behind.',
      );
    }
    for (const name of chooser.choose(entry.hosts, at(path, 'hosts'), reading)) appendTo(special, name, entry);
  }
  const isRelease = !file.has('closures');
  return chooser.names.map((hostname) => {
    const host = fleet.hosts.get(hostname);
    const before = host === undefined ? `old-${hostname}` : closureBefore(hostname, host, isRelease);
    const said: FileHostEntry = Object.assign({ hosts: ANY_HOST }, ...(special.get(hostname) ?? []));
    return {
      hostname,
      channel: host?.channel ?? '',
      runningClosure: said.running === 'the new one' ? (targets.get(hostname) ?? before) : (said.running ?? before),
      probeSet: probeSetOf(hostname),
      joinsAtMs: said.joins ?? (first.fleet.hosts.has(hostname) || !first.isWhole ? 0 : null),
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

/** A host runs the probes of every matching entry; the last one of equal names wins. */
function buildProbes(entries: readonly Entry<FileProbeEntry>[], chooser: HostChooser, reading: Reading): Probes {
  const entriesOf = new Map<string, number[]>();
  for (const [index, entry] of entries.entries()) {
    const path = at('$.probes', index);
    if (entry.read === null) checkHosts(entry.named, path, chooser, reading);
    const hosts = entry.read === null ? [] : chooser.choose(entry.read.hosts ?? ANY_HOST, at(path, 'hosts'), reading);
    for (const name of hosts) appendTo(entriesOf, name, index);
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
        for (const { name: probeName, mode = 'enforce', every = 60_000, kind = 'http' } of entries[index]?.read?.run ??
          []) {
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

function buildExpectation(said: ExpectParts, chooser: HostChooser, reading: Reading): Expectation {
  const rollouts = new Map<string, string>();
  for (const [channel, state] of said.rollouts ?? []) {
    const isKnown = chooser.checkChannel(channel, at('$.expect.rollouts', channel), reading);
    if (isKnown && state !== null) rollouts.set(channel, state);
  }
  const hosts = new Map<string, string>();
  for (const [pattern, state] of said.hosts ?? []) {
    for (const name of chooser.expand([pattern], at('$.expect.hosts', pattern), reading))
      if (state !== null) hosts.set(name, state);
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

/** Checks the names in a step that has other problems. */
function checkNamed(named: Named, path: string, context: StepContext): void {
  checkHosts(named, path, context.chooser, context.reading);
  if (named.when !== null) buildWhen({ when: named.when }, at(path, 'when'), context);
}

function checkHosts({ hosts }: Named, path: string, chooser: HostChooser, reading: Reading): void {
  if (hosts !== null) chooser.choose(hosts, at(path, 'hosts'), reading);
}
