import { newPendingHost, type HostRolloutState, type RolloutPolicy } from '../../machine/index.ts';
import type { ChartRecord } from '../engine.ts';
import { isHostPath, momentsOf, type AnyPath, type PathMoment, type RolloutPath, type TestPath } from '../test-path.ts';
import { changedFields } from './changed-fields.ts';

const NAME = /^[A-Za-z_$][\w$]*$/;
const MAX_WIDTH = 100;

/** A text as TypeScript source, with the project's quotes. */
const textLiteral = (text: string): string => {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${escaped}'`;
};

/** `__proto__: x` in a literal would set the prototype. In brackets, it is an ordinary key. */
const keyLiteral = (key: string): string =>
  key === '__proto__' ? `['__proto__']` : NAME.test(key) ? key : textLiteral(key);

/** Plain data as TypeScript source: on one line if it fits, otherwise one entry per line. */
function literal(value: unknown, indent: string, names: ReadonlyMap<string, string> = new Map()): string {
  if (typeof value === 'string') return names.get(value) ?? textLiteral(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const parts = isList
    ? value.map((each) => literal(each, inner, names))
    : Object.entries(value).map(([key, each]) => {
        const source = literal(each, inner, names);
        return source === key ? key : `${keyLiteral(key)}: ${source}`;
      });
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (parts.length === 0) return open + close;
  const pad = isList ? '' : ' ';
  const oneLine = `${open}${pad}${parts.join(', ')}${pad}${close}`;
  if (!oneLine.includes('\n') && indent.length + oneLine.length <= MAX_WIDTH) return oneLine;
  return `${open}\n${parts.map((part) => `${inner}${part},\n`).join('')}${indent}${close}`;
}

/** Texts of at least this length are written once, as a named constant. */
const MIN_NAMED_LENGTH = 40;

const HOST_HELPERS = `/** What may be asked of a host under this policy. */
const under = (policy: RolloutPolicy) => ({
  /** The event is accepted: the host is then in this state, with these fields written and these effects due, in order. */
  accept(record: HostRolloutState, event: HostEvent, expected: Expected): HostRolloutState {
    const state = { ...record, ...expected.written, state: expected.state, lastEventSeq: event.seq };
    expect(step(record, event, 0, policy)).toEqual({ ok: true, state, effects: expected.effects });
    return state;
  },

  /** The event is refused, for this reason. */
  refuse(record: HostRolloutState, event: HostEvent, error: object): void {
    expect(step(record, event, 0, policy)).toMatchObject({ ok: false, error });
  },
});

interface Expected {
  readonly state: HostState;
  readonly written?: Partial<HostRolloutState>;
  readonly effects: readonly HostEffect[];
}`;

const ROLLOUT_HELPERS = `/** The event is accepted: the rollout is then in this state, with these fields written and these effects due, in order. */
function acceptInRollout(record: RolloutRecord, event: RolloutEvent, expected: ExpectedOfRollout): RolloutRecord {
  const after = { ...record, ...expected.written, state: expected.state };
  expect(stepRollout(record, event, 0)).toEqual({ ok: true, record: after, effects: expected.effects });
  return after;
}

/** The event is refused, for this reason. */
function refuseInRollout(record: RolloutRecord, event: RolloutEvent, error: object): void {
  expect(stepRollout(record, event, 0)).toMatchObject({ ok: false, error });
}

interface ExpectedOfRollout {
  readonly state: RolloutState;
  readonly written?: Partial<RolloutRecord>;
  readonly effects: readonly RolloutMachineEffect[];
}`;

/** The paths in one `describe`: of the host machine under one policy, or of the rollout machine. */
export type TestGroup =
  | { readonly title: string; readonly policy: RolloutPolicy; readonly paths: readonly TestPath[] }
  | { readonly title: string; readonly policy: null; readonly paths: readonly RolloutPath[] };

/** A vitest file that tests our own reducer on these paths, to be read and edited by hand. */
export function vitestFile(groups: readonly TestGroup[]): string {
  const paths = groups.flatMap((group): readonly AnyPath[] => group.paths);
  const names = namedTexts(paths);
  return [
    "import { describe, expect, it } from 'vitest';",
    `import {\n${importsOf(paths)
      .map((name) => `  ${name},\n`)
      .join('')}} from 'nixfleet-statechart';`,
    '',
    ...[...names].map(([text, name]) => `const ${name} = ${textLiteral(text)};`),
    ...(names.size > 0 ? [''] : []),
    ...(paths.some(isHostPath) ? [HOST_HELPERS, ''] : []),
    ...(paths.every(isHostPath) ? [] : [ROLLOUT_HELPERS, '']),
    groups.map((group) => describeOf(group, names)).join('\n\n'),
    '',
  ].join('\n');
}

function importsOf(paths: readonly AnyPath[]): readonly string[] {
  const ofHost = ['HostEffect', 'HostEvent', 'HostRolloutState', 'HostState', 'RolloutPolicy'];
  const ofRollout = ['RolloutEvent', 'RolloutMachineEffect', 'RolloutRecord', 'RolloutState'];
  return [
    ...(paths.some((path) => isHostPath(path) && isFresh(path.start)) ? ['newPendingHost'] : []),
    ...(paths.some(isHostPath) ? ['step', ...ofHost.map((name) => `type ${name}`)] : []),
    ...(paths.every(isHostPath) ? [] : ['stepRollout', ...ofRollout.map((name) => `type ${name}`)]),
  ];
}

function describeOf({ title, policy, paths }: TestGroup, names: ReadonlyMap<string, string>): string {
  const moments = paths.flatMap((path: AnyPath) => momentsOf(path));
  const used = [
    ...(moments.some(({ refusal }) => refusal === null) ? ['accept'] : []),
    ...(moments.some(({ refusal }) => refusal !== null) ? ['refuse'] : []),
  ].join(', ');
  return [
    `describe(${textLiteral(title)}, () => {`,
    ...(policy === null ? [] : [`  const { ${used} } = under(${literal(policy, '  ')});`, '']),
    paths.map((path: AnyPath) => testOf(path, names)).join('\n\n'),
    '});',
  ].join('\n');
}

function testOf(path: AnyPath, names: ReadonlyMap<string, string>): string {
  const moments = momentsOf(path);
  const suffix = isHostPath(path) ? '' : 'InRollout';
  // The record after an event is kept only where a later event needs it.
  const isKept = (index: number): boolean => index < moments.length - 1;
  const lines = moments.flatMap((moment, index) => [
    ...(moment.note === null ? [] : [`    // ${moment.note}`]),
    stepLine(moment, suffix, isKept(index), names),
  ]);
  const declare = moments.some(({ refusal }, index) => refusal === null && isKept(index)) ? 'let' : 'const';
  const type = isHostPath(path) ? 'HostRolloutState' : 'RolloutRecord';
  const start = `    ${declare} record: ${type} = ${startLiteral(path.start, names)};`;
  return [`  it(${textLiteral(path.name)}, () => {`, start, ...lines, '  });'].join('\n');
}

function stepLine(
  { event, before, after, effects, refusal }: PathMoment,
  suffix: string,
  isKept: boolean,
  names: ReadonlyMap<string, string>,
): string {
  const happened = literal(event, '    ', names);
  if (refusal !== null) return `    refuse${suffix}(record, ${happened}, ${literal(refusal, '    ', names)});`;
  const written = changedFields(before, after);
  const outcome = {
    state: after.state,
    ...(written.length > 0 ? { written: Object.fromEntries(written) } : {}),
    effects,
  };
  return `    ${isKept ? 'record = ' : ''}accept${suffix}(record, ${happened}, ${literal(outcome, '    ', names)});`;
}

const isFresh = (record: HostRolloutState): boolean =>
  JSON.stringify(newPendingHost(record)) === JSON.stringify(record);

function startLiteral(start: ChartRecord, names: ReadonlyMap<string, string>): string {
  if (!('hostname' in start) || !isFresh(start)) return literal(start, '    ', names);
  const { rolloutId, hostname, channel, targetClosure, dispatchedAt, soakDueAt } = start;
  const dispatch = { rolloutId, hostname, channel, targetClosure, dispatchedAt, soakDueAt };
  return `newPendingHost(${literal(dispatch, '    ', names)})`;
}

/**
 * Names for recurring texts: the host and closures of the paths, and long texts by the field in which they first occur.
 */
function namedTexts(paths: readonly AnyPath[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const give = (text: unknown, name: string): void => {
    if (typeof text !== 'string' || text === '' || names.has(text)) return;
    const taken = new Set(names.values());
    const free = [name, ...Array.from({ length: 99 }, (_, index) => `${name}${index + 2}`)].find(
      (each) => !taken.has(each),
    );
    if (free !== undefined) names.set(text, free);
  };
  const visit = (value: unknown, key: string): void => {
    if (typeof value === 'string' && value.length >= MIN_NAMED_LENGTH) give(value, key);
    if (typeof value !== 'object' || value === null) return;
    for (const [inner, each] of Object.entries(value)) visit(each, /^[a-z]\w*$/i.test(inner) ? inner : key);
  };
  for (const { start, steps } of paths) {
    give(start.rolloutId, 'rolloutId');
    if ('hostname' in start) give(start.hostname, 'host');
    if ('targetClosure' in start) give(start.targetClosure, 'newClosure');
    for (const { event } of steps)
      if ('currentClosureAtDispatch' in event) give(event.currentClosureAtDispatch, 'oldClosure');
    visit(start, 'text');
    for (const { event } of steps) visit(event, 'text');
  }
  return names;
}
