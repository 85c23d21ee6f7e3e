import type { Fleet, FleetProblem } from '../fleet/index.ts';
import {
  DEFAULT_SCENARIO,
  fleetScenario,
  generateFleet,
  leastDurationMs,
  MAX_FLEET_HOSTS,
  MAX_GENERATED_WAVES,
  unfilledWaves,
  type Assumption,
  type Expectation,
  type Scenario,
} from '../simulator/index.ts';
import { MAX_RUNS } from '../simulator/node.ts';
import {
  DURATION_PATTERN,
  formatCount,
  hostMatcher,
  parseDuration,
  readStart,
  writeDuration,
  type Problem,
} from '../text/index.ts';
import { decodeFleetInput, readFleetInput } from './fleet-input.ts';
import { readHostOptions, type HostFlags } from './host-options.ts';
import { readInput } from './input-file.ts';
import { type Io, remark } from './io.ts';
import { wholeNumberOption } from './options.ts';
import { refuseOutputs, refuseToOverwrite, type OutputOption } from './output-file.ts';
import { isScenario, otherFile, readScenarioText, type FileScenario } from './scenario-input.ts';

/** The options of `simulate` as typed. */
export interface SimulateFlags extends HostFlags {
  readonly seed?: string;
  readonly ref?: string;
  readonly newClosures?: boolean;
  readonly from?: string;
  readonly start?: string;
  readonly until?: string;
  readonly hosts?: string;
  readonly waves?: string;
  readonly events?: string;
  readonly record?: string;
  /** Only `rehearse` has it. */
  readonly stream?: string;
  readonly messages?: readonly string[];
  readonly json?: boolean;
  readonly runs?: string;
  readonly workers?: string;
  readonly shrink?: boolean;
}

/** What to run, how often, and what to expect. */
export interface SimulateRequest {
  readonly scenario: Scenario;
  /** `null` if nothing was expected. */
  readonly expectation: Expectation | null;
  /** Assumptions where the fleet file and the options leave something open. */
  readonly assumptions: readonly Assumption[];
  /** `null` for one run. */
  readonly many: ManyRuns | null;
  /** The hosts whose messages the run file keeps; `null` if not requested. */
  readonly messagesOf: ReadonlySet<string> | null;
}

export interface ManyRuns {
  /** `null` to shrink the one run of the scenario's own seed. */
  readonly runs: number | null;
  /** `null` for one thread per core. */
  readonly workers: number | null;
  readonly shrink: boolean;
}

export type SimulationInput =
  | ({ readonly ok: true } & SimulateRequest)
  /** `source` is the file that has the problems, unless some are in options. */
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly source?: string };

const MAX_SEED = Number.MAX_SAFE_INTEGER;
const MAX_UNTIL_MS = 10_000 * 86_400_000;
const MAX_WORKERS = 1024;
const DEFAULT_WAVES = 3;
/** The path of the problem if there is nothing to roll out. */
const NO_CLOSURES = '$.hosts';

/** Reads the file and the options of `simulate`, and reports everything that is wrong with them at once. */
export async function readSimulation(file: string | undefined, flags: SimulateFlags, io: Io): Promise<SimulationInput> {
  const problems: Problem[] = [];
  const many = readMany(flags, problems);
  const seed = wholeNumberOption('--seed', flags.seed, { min: 0, max: MAX_SEED }, problems);
  const untilMs = readUntil(flags.until, problems);
  const start = flags.start === undefined ? null : readStart(flags.start, `--start ${flags.start}`, problems);
  if (flags.ref !== undefined && isBlank(flags.ref)) {
    const remedy = 'Give the ref of the release, such as --ref release-2, or leave --ref out.';
    problems.push({ path: '--ref', message: 'it is blank', remedy });
  }
  refuseOutputs([...(flags.json === true ? [JSON_ON_STDOUT] : []), ...outputsOf(flags)], problems);
  const ofOptions = problems.length;
  const read = await readFleetOrScenario(file, flags, seed, problems, io);
  refuseToOverwrite([...(file === undefined ? [] : [file]), ...(read?.named ?? [])], outputsOf(flags), problems);
  if (read === null || problems.length > 0) {
    const source = file === undefined || ofOptions > 0 ? {} : { source: file };
    return { ok: false, problems, ...source };
  }
  const scenario = {
    ...read.scenario,
    seed: seed ?? read.scenario.seed,
    untilMs: untilMs ?? read.scenario.untilMs,
    ...(start === null ? {} : { startAt: start.startAt, startOffsetMinutes: start.offsetMinutes }),
  };
  if (untilMs === null) refuseToGrind(scenario, problems);
  const messagesOf = readMessages(flags, scenario, problems);
  if (problems.length > 0) return { ok: false, problems };
  if (many !== null && many.runs !== null && scenario.seed + many.runs > MAX_SEED) {
    const message = `starting from ${scenario.seed}, the seeds would exceed 2^53 - 1`;
    const remedy = 'Start from a smaller seed, such as --seed 1.';
    return { ok: false, problems: [{ path: `--runs ${many.runs}`, message, remedy }] };
  }
  return { ok: true, scenario, expectation: read.expectation, assumptions: read.assumptions, many, messagesOf };
}

/** A heartbeat takes a few microseconds to simulate, so this many take minutes. */
const MAX_HEARTBEATS = 100_000_000;

/** Refuses a rollout that certainly takes weeks on a large fleet, unless `--until` limits it. */
function refuseToGrind(scenario: Scenario, problems: Problem[]): void {
  const { hosts, untilMs, agent } = scenario;
  if (untilMs < DEFAULT_SCENARIO.untilMs) return;
  const leastMs = leastDurationMs(scenario);
  const heartbeats = (hosts.length * Math.min(leastMs, untilMs)) / (agent.heartbeatSecs * 1000);
  if (heartbeats <= MAX_HEARTBEATS) return;
  const [least, end] = [leastMs, untilMs].map((ms) => writeDuration(Math.floor(ms / HOUR_MS) * HOUR_MS));
  const tooLong = leastMs > untilMs ? `, and a run ends after ${end}` : '';
  problems.push({
    path: '--until',
    message: `hosts soak one after another here, so ${formatCount(hosts.length)} hosts take at least ${least}${tooLong}`,
    remedy:
      'Shorten the chains of edges or the soaks, or raise the budgets; or simulate only the beginning with --until 1d.',
  });
}

const HOUR_MS = 3_600_000;

const isBlank = (text: string): boolean => text.trim() === '';

const JSON_ON_STDOUT: OutputOption = ['--json', '-', '--json'];

/** The files that a single run writes. */
export const outputsOf = ({ events, record, stream }: SimulateFlags): readonly OutputOption[] => [
  ['--events', events],
  ['--record', record],
  ['--stream', stream],
];

function readMany(flags: SimulateFlags, problems: Problem[]): ManyRuns | null {
  const { shrink = false } = flags;
  const isMany = flags.runs !== undefined || shrink;
  for (const [option, file] of isMany ? outputsOf(flags) : []) {
    if (file === undefined) continue;
    const message = 'this only applies to a single run, but --runs and --shrink make many';
    problems.push({ path: option, message, remedy: 'Leave it out, or use --seed instead of --runs.' });
  }
  if (flags.workers !== undefined && flags.runs === undefined) {
    const remedy = 'Give --runs, such as --runs 1000, or leave --workers out.';
    problems.push({ path: '--workers', message: 'this only applies with --runs', remedy });
  }
  if (shrink && flags.json === true) {
    const remedy = 'Leave out --json for the scenario, or --shrink for the report.';
    problems.push({ path: '--shrink, --json', message: '--shrink prints a scenario, not a report', remedy });
  }
  const runs = wholeNumberOption('--runs', flags.runs, { min: 1, max: MAX_RUNS }, problems);
  const workers = wholeNumberOption('--workers', flags.workers, { min: 1, max: MAX_WORKERS }, problems);
  return isMany ? { runs, workers, shrink } : null;
}

/** With more hosts, the file would be too large to open. */
const MAX_MESSAGE_HOSTS = 100;

function readMessages(
  { messages: patterns, record }: SimulateFlags,
  { hosts }: Scenario,
  problems: Problem[],
): ReadonlySet<string> | null {
  if (patterns === undefined) return null;
  if (record === undefined) {
    const remedy = 'Give --record FILE, or leave --messages out.';
    problems.push({ path: '--messages', message: 'this only applies with --record', remedy });
    return null;
  }
  const found = new Set<string>();
  for (const pattern of patterns) {
    const isMeant = hostMatcher(pattern);
    const own = hosts.filter(({ hostname }) => isMeant(hostname));
    for (const { hostname } of own) found.add(hostname);
    if (own.length > 0) continue;
    const remedy = 'Give the name of a host, or a pattern such as web-*.';
    problems.push({ path: `--messages ${pattern}`, message: 'no host of this run matches', remedy });
  }
  if (found.size > MAX_MESSAGE_HOSTS) {
    const message = `${found.size} hosts match; at most ${MAX_MESSAGE_HOSTS} can be recorded`;
    problems.push({ path: '--messages', message, remedy: 'Give a narrower pattern.' });
  }
  return found;
}

function readUntil(text: string | undefined, problems: Problem[]): number | null {
  if (text === undefined) return null;
  const ms = parseDuration(text);
  if (ms !== null && ms <= MAX_UNTIL_MS) return ms;
  // A duration of too many milliseconds is none to `parseDuration`.
  const isTooLong = DURATION_PATTERN.test(text);
  const message = isTooLong ? 'expected at most 10000d' : 'expected a duration: numbers with units';
  problems.push({ path: `--until ${text}`, message, remedy: 'Write it as 90s, 12m, 1h30m or 2d.' });
  return null;
}

/** Reads the file, or generates a fleet. If that is impossible, adds problems and returns `null`. */
async function readFleetOrScenario(
  file: string | undefined,
  flags: SimulateFlags,
  seed: number | null,
  problems: Problem[],
  io: Io,
): Promise<FileScenario | null> {
  if (flags.hosts !== undefined || flags.waves !== undefined) {
    if (flags.from !== undefined) {
      const remedy = 'Leave out --from, or --hosts and --waves.';
      problems.push({ path: '--from', message: 'this does not apply to a generated fleet', remedy });
    }
    const fleet = file === undefined ? readGenerated(flags, seed ?? 1, problems, io) : refuseBoth(flags, problems);
    return fleet === null ? null : ofFleet(fleet, null, flags, problems, io);
  }
  if (file === undefined || file.trim() === '') {
    const message = file === undefined ? 'no fleet was given' : 'its name is blank';
    const remedy = 'Give a fleet.resolved.json or a scenario in YAML, - for standard input, or --hosts N.';
    problems.push({ path: 'FLEET', message, remedy });
    return null;
  }
  const input = await readInput(file, io, 'Give the fleet.resolved.json, or a scenario, in it.');
  if (!input.ok) {
    problems.push(input.problem);
    return null;
  }
  const other = otherFile(input.text);
  if (other !== null) {
    problems.push({ path: file === '-' ? 'standard input' : file, ...other });
    return null;
  }
  if (isScenario(file, input.text)) {
    refuseFleetOptions(flags, problems);
    return readScenarioText(file, input.text, problems, io);
  }
  const decoded = decodeFleetInput(file, input.text, null, problems);
  if (decoded === null) return null;
  const from = flags.from === undefined ? null : await readFrom(flags.from, flags, problems, io);
  const read = ofFleet(decoded.fleet, from, flags, problems, io);
  // Missing closures are already reported if no host has one, and do not matter if every host gets one.
  const isSettled = flags.newClosures === true || problems.some(({ path }) => path === NO_CLOSURES);
  warn(
    decoded.warnings.filter((warning) => !isSettled || warning.about !== 'closures'),
    io,
  );
  return read;
}

function warn(warnings: readonly FleetProblem[], io: Io): void {
  for (const { path, message } of warnings) remark(io, `warning: ${path}: ${message}`);
}

function refuseBoth(flags: SimulateFlags, problems: Problem[]): null {
  const given = [...(flags.hosts === undefined ? [] : ['--hosts']), ...(flags.waves === undefined ? [] : ['--waves'])];
  const message = 'this only applies to a generated fleet, but a file was given';
  problems.push({ path: given.join(', '), message, remedy: `Leave out the file, or ${given.join(' and ')}.` });
  return null;
}

/** Reads the running fleet. */
async function readFrom(file: string, flags: SimulateFlags, problems: Problem[], io: Io): Promise<Fleet | null> {
  const path = `--from ${file}`;
  if (flags.newClosures === true || flags.closure !== undefined) {
    const message = 'this and the new closures both say what changes';
    problems.push({ path, message, remedy: 'Leave out --from, or --closure and --new-closures.' });
    return null;
  }
  return (await readFleetInput(file, path, problems, io))?.fleet ?? null;
}

/** Generates the same fleet as `fleet: { hosts, waves }` in a scenario. */
function readGenerated(flags: SimulateFlags, seed: number, problems: Problem[], io: Io): Fleet | null {
  if (flags.hosts === undefined) {
    const remedy = 'Give --hosts, such as --hosts 200 --waves 4, or leave --waves out.';
    problems.push({ path: '--waves', message: 'this only applies with --hosts', remedy });
    return null;
  }
  const hosts = wholeNumberOption('--hosts', flags.hosts, { min: 1, max: MAX_FLEET_HOSTS }, problems);
  const asked = wholeNumberOption('--waves', flags.waves, { min: 1, max: MAX_GENERATED_WAVES }, problems);
  if (hosts === null || (flags.waves !== undefined && asked === null)) return null;
  const waves = asked ?? DEFAULT_WAVES;
  const unfilled = asked === null ? null : unfilledWaves(hosts, waves);
  if (unfilled !== null) remark(io, `note: ${unfilled}`);
  return generateFleet({ hosts, waves, seed });
}

/** Makes a scenario from a fleet, and from the options for new closures and faults. */
function ofFleet(
  fleet: Fleet,
  from: Fleet | null,
  flags: SimulateFlags,
  problems: Problem[],
  io: Io,
): FileScenario | null {
  const { closures, steps } = readHostOptions(flags, [...fleet.hosts.keys()], problems);
  const { newClosures = false } = flags;
  // A blank ref has already been refused.
  const ref = flags.ref === undefined || isBlank(flags.ref) ? null : flags.ref;
  const made = fleetScenario(fleet, { ref, closures, newClosures, from });
  if (!made.ok) {
    problems.push(...made.problems);
    return null;
  }
  for (const note of [...made.notes, ...made.membership]) remark(io, `note: ${note}`);
  if (made.scenario.rollouts.every(({ hosts }) => hosts.length === 0)) {
    const message = 'no host has a closure, so there is nothing to roll out';
    problems.push({ path: NO_CLOSURES, message, remedy: 'Add --new-closures, or --closure HOST=HASH.' });
  }
  const named = flags.from === undefined ? [] : [flags.from];
  return { scenario: { ...made.scenario, steps }, expectation: null, named, assumptions: made.assumptions };
}

/** A scenario has its own closures and faults. */
function refuseFleetOptions(flags: SimulateFlags, problems: Problem[]): void {
  const given: readonly (readonly [string, unknown])[] = [
    ['--ref', flags.ref],
    ['--closure', flags.closure],
    ['--new-closures', flags.newClosures],
    ['--from', flags.from],
    ['--fail', flags.fail],
    ['--defer', flags.defer],
  ];
  for (const [option, value] of given) {
    if (value === undefined) continue;
    problems.push({
      path: option,
      message: 'this only applies to a fleet file',
      remedy: 'Put it in the scenario instead.',
    });
  }
}
