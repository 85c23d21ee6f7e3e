import type { Fleet } from '../fleet/index.ts';
import {
  DEFAULT_PLAN_DURATIONS,
  KEEPABLE,
  readAcceptedLints,
  readDeadline,
  readDurations,
  readWhatIf,
  SEVERITIES,
  type AcceptedLint,
  type Keepable,
  type PlanInput,
  type RecordedHosts,
  type RolloutLog,
  type Severity,
  type WhatIf,
} from '../plan/index.ts';
import { MAX_RUNS } from '../simulator/node.ts';
import { isObject, jsonIn, type Problem, readStart, type StartTime } from '../text/index.ts';
import { isEventLog, isRunFile, readRunFile } from '../visualize/index.ts';
import { decodeFleetInput, readFleetInput } from './fleet-input.ts';
import { isDatabase, readInput } from './input-file.ts';
import type { Io } from './io.ts';
import { askStatus } from './operator-client.ts';
import { oneOfOption, wholeNumberOption } from './options.ts';
import { refuseOutputs, refuseToOverwrite } from './output-file.ts';

/** The options of `plan` as typed. */
export interface PlanFlags {
  readonly from?: string;
  readonly tokenFile?: string;
  readonly ref?: string;
  readonly start?: string;
  readonly deadline?: string;
  readonly keep?: readonly string[];
  readonly whatIf?: readonly string[];
  readonly runs?: string;
  readonly seed?: string;
  readonly workers?: string;
  readonly durations?: string;
  readonly failOn?: string;
  readonly accept?: string;
  readonly format?: string;
  readonly json?: boolean;
  readonly out?: string;
}

export const PLAN_FORMATS = ['text', 'markdown', 'json', 'html'] as const;
export type PlanFormat = (typeof PLAN_FORMATS)[number];

/** What to plan, and how to show it. */
export interface PlanRequest {
  readonly input: PlanInput;
  readonly runs: number;
  readonly workers: number | null;
  readonly start: StartTime | null;
  readonly deadlineMs: number | null;
  readonly keep: ReadonlySet<Keepable>;
  readonly whatIf: readonly WhatIf[];
  readonly accepted: readonly AcceptedLint[];
  readonly failOn: Severity | null;
  readonly format: PlanFormat;
}

export type PlanInputResult =
  | { readonly ok: true; readonly request: PlanRequest }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly source?: string };

const DEFAULT_RUNS = 200;
const MAX_WORKERS = 1024;

/** Reads the files and options of `plan`, and reports everything that is wrong with them at once. */
export async function readPlanInput(file: string, flags: PlanFlags, io: Io): Promise<PlanInputResult> {
  const problems: Problem[] = [];
  const runs = wholeNumberOption('--runs', flags.runs, { min: 1, max: MAX_RUNS }, problems) ?? DEFAULT_RUNS;
  const seed = wholeNumberOption('--seed', flags.seed, { min: 0, max: Number.MAX_SAFE_INTEGER - runs }, problems) ?? 1;
  const workers = wholeNumberOption('--workers', flags.workers, { min: 1, max: MAX_WORKERS }, problems);
  const start = flags.start === undefined ? null : readStart(flags.start, `--start ${flags.start}`, problems);
  const deadlineMs = flags.deadline === undefined ? null : readDeadline(flags.deadline, start, problems);
  const keep = (flags.keep ?? []).flatMap((text) => oneOfOption('--keep', text, KEEPABLE, problems) ?? []);
  if (flags.deadline === undefined && keep.length > 0)
    problems.push({
      path: '--keep',
      message: 'this only applies with --deadline',
      remedy: 'Give --deadline, or leave it out.',
    });
  if (flags.deadline !== undefined && flags.whatIf !== undefined)
    problems.push({
      path: '--deadline, --what-if',
      message: 'these cannot be combined',
      remedy: 'Give one of them.',
    });
  if (flags.tokenFile !== undefined && !isAddress(flags.from ?? ''))
    problems.push({
      path: '--token-file',
      message: 'this only applies to an address',
      remedy: 'Give --from http://…, or leave it out.',
    });
  const failOn = oneOfOption('--fail-on', flags.failOn, SEVERITIES, problems);
  const format = readFormat(flags, problems);
  const { durations: ofDurations, accept, from } = flags;
  const durations = ofDurations === undefined ? null : await textOf(ofDurations, '--durations', problems, io);
  const accepted = accept === undefined ? null : await textOf(accept, '--accept', problems, io);
  const ofOptions = problems.length;
  const next = await readFleetInput(file, null, problems, io);
  const running = from === undefined ? null : await readRunning(from, flags.tokenFile ?? null, problems, io);
  const whatIf =
    next === null ? [] : (flags.whatIf ?? []).flatMap((text) => readWhatIf(text, next.fleet, problems, start) ?? []);
  const read = {
    durations:
      durations === null
        ? DEFAULT_PLAN_DURATIONS
        : readDurations(durations, `--durations ${ofDurations ?? ''}`, problems),
    accepted: accepted === null ? [] : readAcceptedLints(accepted, `--accept ${accept ?? ''}`, problems),
  };
  if (start !== null && running?.type === 'log')
    problems.push({
      path: '--start, --from',
      message: 'the plan starts where the running rollout is',
      remedy: 'Leave out --start.',
    });
  const inputs = [file, ...[from, ofDurations, accept].filter((name) => name !== undefined)];
  refuseOutputs([['--out', flags.out]], problems);
  refuseToOverwrite(inputs, [['--out', flags.out]], problems);
  if (next === null || problems.length > 0) {
    const source = ofOptions > 0 ? {} : { source: file };
    return { ok: false, problems, ...source };
  }
  const input: PlanInput = {
    next: next.fleet,
    running: running?.type === 'fleet' ? running.fleet : null,
    ref: flags.ref ?? null,
    seed,
    startAt: start?.startAt ?? null,
    durations: read.durations,
    log: running?.type === 'log' ? running.log : null,
    warnings: next.warnings,
  };
  return {
    ok: true,
    request: {
      input,
      runs,
      workers,
      start,
      deadlineMs,
      keep: new Set(keep),
      whatIf,
      accepted: read.accepted,
      failOn,
      format,
    },
  };
}

function readFormat(flags: PlanFlags, problems: Problem[]): PlanFormat {
  const format = oneOfOption('--format', flags.format, PLAN_FORMATS, problems);
  if (flags.json !== true) return format ?? 'text';
  if (format !== null && format !== 'json')
    problems.push({
      path: `--format ${format}, --json`,
      message: 'these cannot be combined',
      remedy: 'Give one of them.',
    });
  return 'json';
}

async function textOf(file: string, option: string, problems: Problem[], io: Io): Promise<string | null> {
  const input = await readInput(file, io);
  if (input.ok) return input.text;
  problems.push({ ...input.problem, path: `${option} ${file}` });
  return null;
}

/** What is running: a fleet file, or what is known of an unfinished rollout. */
type Running =
  | { readonly type: 'fleet'; readonly fleet: Fleet }
  | { readonly type: 'log'; readonly log: RolloutLog | RecordedHosts };

const isAddress = (from: string): boolean => /^https?:\/\//.test(from);

const FROM_REMEDY = 'Give a fleet file, an event log, a run file, or the database or address of a control plane.';

async function readRunning(
  from: string,
  tokenFile: string | null,
  problems: Problem[],
  io: Io,
): Promise<Running | null> {
  const option = `--from ${from}`;
  if (isAddress(from)) {
    const answer = await askStatus({ url: from, ...(tokenFile === null ? {} : { tokenFile }) });
    if (answer.ok) return readStatus(answer.body, option, problems);
    const { path } = answer.problem;
    problems.push({ ...answer.problem, path: path.startsWith('--token-file') ? path : option });
    return null;
  }
  if (from !== '-' && isDatabase(from)) return readDatabase(from, option, problems);
  const text = await textOf(from, '--from', problems, io);
  if (text === null) return null;
  const status = statusIn(text);
  if (status !== null) return readStatus(status, option, problems);
  if (!isEventLog(text) && !isRunFile(text)) {
    const read = decodeFleetInput(from, text, option, problems);
    return read === null ? null : { type: 'fleet', fleet: read.fleet };
  }
  const read = readRunFile(text);
  if (read.ok)
    return { type: 'log', log: { events: read.events, startAt: read.file.startAt, endedRunMs: read.file.endedRunMs } };
  problems.push({ path: option, message: read.message, remedy: FROM_REMEDY });
  return null;
}

async function readDatabase(file: string, path: string, problems: Problem[]): Promise<Running | null> {
  const { hostsInStore, readSqliteStore, RuntimeProblem } = await import('../runtime/control-plane/index.ts');
  try {
    const store = await readSqliteStore(file);
    try {
      return { type: 'log', log: await hostsInStore(store) };
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!(error instanceof RuntimeProblem)) throw error;
    problems.push({ ...error.problem, path });
    return null;
  }
}

/** What `status --json` printed; `null` if the text is something else. */
function statusIn(text: string): Readonly<Record<string, unknown>> | null {
  if (!/^\s*\{\s*"at"/.test(text)) return null;
  const value = jsonIn(text);
  return isObject(value) ? value : null;
}

/** The status of a control plane with its hosts, as `status --json` prints it. */
async function readStatus(
  { at, hosts }: Readonly<Record<string, unknown>>,
  path: string,
  problems: Problem[],
): Promise<Running | null> {
  const refuse = (message: string): null => {
    problems.push({ path, message, remedy: 'Give the output of `status --json`, of the same version.' });
    return null;
  };
  if (typeof at !== 'number' || !Array.isArray(hosts)) return refuse('this status has no time, or no hosts');
  const { readRecord } = await import('../testing/index.ts');
  const read: RecordedHosts['hosts'][number][] = [];
  // Safe for any list: each host is checked below.
  for (const [index, host] of (hosts as readonly unknown[]).entries()) {
    const { record, runningClosure, lastHeartbeatAt } = isObject(host) ? host : {};
    const result = readRecord(JSON.stringify(record ?? null));
    const [problem] = result.ok ? [] : result.problems;
    if (problem !== undefined) return refuse(`the record of host ${index} cannot be read: ${problem.message}`);
    if (!result.ok) continue;
    read.push({
      record: result.record,
      runningClosure: typeof runningClosure === 'string' ? runningClosure : null,
      lastHeartbeatAt: typeof lastHeartbeatAt === 'number' ? lastHeartbeatAt : null,
    });
  }
  return { type: 'log', log: { at, hosts: read } };
}
