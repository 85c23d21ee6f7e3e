import { hostStates } from '../../machine/host-states.ts';
import { rolloutMachine } from '../../rollout/rollout.machine.ts';
import { runFileOfEventLog } from './run-file-of-event-log.ts';
import { RUN_FILE_FORMAT, RUN_FILE_VERSION, type RunFile } from './run-file.ts';
import { type Fields, isObject } from '../../text/index.ts';

export type RunFileResult =
  | { readonly ok: true; readonly run: RunFile }
  | { readonly ok: false; readonly message: string };

const rolloutStates = Object.keys(rolloutMachine.states);

const isText = (value: unknown): value is string => typeof value === 'string';
const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const bad = (message: string) => ({ ok: false, message }) as const;

/** Reads a run file, or the event log of a run; whatever else is given, the answer is a sentence that says what is wrong and what to do. */
export function readRunFile(text: string): RunFileResult {
  let value: unknown;
  try {
    value = JSON.parse(text) as unknown;
  } catch {
    const logged = runFileOfEventLog(text);
    if (logged !== null) return { ok: true, run: logged };
    return bad(
      'This is not a run file: it is not JSON, or it was cut off. Write one with `nixfleet-statechart simulate FLEET --record FILE`, or save one here.',
    );
  }
  if (!isObject(value) || value['format'] !== RUN_FILE_FORMAT) {
    return bad(`This is some other file: a run file says "format": "${RUN_FILE_FORMAT}".`);
  }
  const version = value['version'];
  if (isTime(version) && version > RUN_FILE_VERSION) {
    return bad(
      `The run file has version ${version} and this page reads version ${RUN_FILE_VERSION}: open it with a newer page.`,
    );
  }
  const problem = problemOf(value);
  // Every field was looked at.
  return problem === null
    ? { ok: true, run: value as unknown as RunFile }
    : bad(`The run file is damaged: ${problem}.`);
}

function problemOf(value: Fields): string | null {
  if (value['version'] !== RUN_FILE_VERSION) return 'it has no version';
  for (const name of ['title', 'scenario', 'outcome']) if (!isText(value[name])) return `${name} is not a text`;
  if (value['seed'] !== null && !isTime(value['seed'])) return 'seed is not a number';
  for (const name of ['startAt', 'endedAt', 'machineSteps']) if (!isTime(value[name])) return `${name} is not a number`;
  const sizes = rolloutSizes(value['rollouts']);
  if (sizes === null) return 'its rollouts cannot be read';
  const isPlace = ([at, rollout, host]: readonly unknown[]): boolean => {
    const size = sizes[Number(rollout)];
    return (
      isTime(at) &&
      Number.isInteger(rollout) &&
      size !== undefined &&
      Number.isInteger(host) &&
      Number(host) >= 0 &&
      Number(host) < size
    );
  };
  const lists: readonly (readonly [string, (row: readonly unknown[]) => boolean])[] = [
    ['transitions', (row) => hostStates.some((state) => state === row[3])],
    ['dispatches', (row) => row[3] === null || isTime(row[3])],
    ['holds', (row) => isText(row[3]) && isText(row[4])],
    ['accepted', (row) => isText(row[3]) && isTime(row[4]) && isText(row[5])],
  ];
  for (const [name, isRight] of lists) {
    const rows = value[name];
    if (!Array.isArray(rows)) return `it has no ${name}`;
    const wrong = rows.findIndex((row: unknown) => !Array.isArray(row) || !isPlace(row) || !isRight(row));
    if (wrong >= 0) return `${name}[${wrong}] cannot be read`;
  }
  const changes = value['rolloutChanges'];
  const isChange = (row: unknown) =>
    Array.isArray(row) &&
    isTime(row[0]) &&
    sizes[Number(row[1])] !== undefined &&
    rolloutStates.some((state) => state === row[2]);
  if (!Array.isArray(changes) || !changes.every(isChange)) return 'its rolloutChanges cannot be read';
  const heard = value['reachability'];
  const isHeard = (row: unknown) =>
    Array.isArray(row) && isTime(row[0]) && isText(row[1]) && typeof row[2] === 'boolean';
  if (!Array.isArray(heard) || !heard.every(isHeard)) return 'its reachability cannot be read';
  const markers = value['markers'];
  const isMarker = (marker: unknown) =>
    isObject(marker) && isTime(marker['at']) && isText(marker['kind']) && isText(marker['text']);
  return Array.isArray(markers) && markers.every(isMarker) ? null : 'its markers cannot be read';
}

/** The number of hosts in each rollout. */
function rolloutSizes(rollouts: unknown): readonly number[] | null {
  if (!Array.isArray(rollouts)) return null;
  const sizes: number[] = [];
  for (const rollout of rollouts as readonly unknown[]) {
    if (!isObject(rollout) || !isText(rollout['rolloutId']) || !isText(rollout['channel'])) return null;
    if (![null, 'halt', 'rollback-and-halt'].some((policy) => policy === rollout['onHealthFailure'])) return null;
    const waves: unknown = rollout['waves'];
    if (!Array.isArray(waves)) return null;
    let size = 0;
    // Whether it is a list was looked at above; what is in it may be anything.
    for (const wave of waves as readonly unknown[]) {
      if (!isObject(wave) || (wave['soakMinutes'] !== null && !isTime(wave['soakMinutes']))) return null;
      // What is read from an object may be anything, and `unknown` says so.
      const { hosts, targets } = wave as { hosts?: unknown; targets?: unknown };
      if (!Array.isArray(hosts) || !Array.isArray(targets) || hosts.length !== targets.length) return null;
      if (!hosts.every(isText) || !targets.every(isText)) return null;
      size += hosts.length;
    }
    sizes.push(size);
  }
  return sizes;
}
