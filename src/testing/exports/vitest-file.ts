import type { RolloutPolicy } from '../../machine/events.ts';
import { newPendingHost, type HostRolloutState } from '../../machine/record.ts';
import { answerOf } from '../answer.ts';
import type { PathStep, TestPath } from '../test-path.ts';
import { changedFields } from './changed-fields.ts';
import { literal, textLiteral } from './literal.ts';

/** Texts as long as these are written once, under a name. */
const MIN_NAMED_LENGTH = 40;

const HELPERS = `/** What may be asked of a host under this policy. */
const under = (policy: RolloutPolicy) => ({
  /** The event is taken: the host is then in this state, these fields were written, and these effects are due, in order. */
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
  readonly effects: readonly Effect[];
}`;

/** Paths that one `describe` holds. */
export interface TestGroup {
  readonly title: string;
  readonly policy: RolloutPolicy;
  readonly paths: readonly TestPath[];
}

/** A vitest file that tests `step` on these paths; to be read, and to be changed by hand. */
export function vitestFile(groups: readonly TestGroup[]): string {
  const paths = groups.flatMap((group) => group.paths);
  const names = namedTexts(paths);
  const types = ['Effect', 'HostEvent', 'HostRolloutState', 'HostState', 'RolloutPolicy'].map((name) => `type ${name}`);
  const functions = paths.some(({ start }) => isFresh(start)) ? ['newPendingHost', 'step'] : ['step'];
  return [
    "import { describe, expect, it } from 'vitest';",
    `import {\n${[...functions, ...types].map((name) => `  ${name},\n`).join('')}} from 'nixfleet-statechart';`,
    '',
    ...[...names].map(([text, name]) => `const ${name} = ${textLiteral(text)};`),
    ...(names.size > 0 ? [''] : []),
    HELPERS,
    '',
    groups.map((group) => describeOf(group, names)).join('\n\n'),
    '',
  ].join('\n');
}

function describeOf({ title, policy, paths }: TestGroup, names: ReadonlyMap<string, string>): string {
  const isRefusing = paths.some(({ steps }) => steps.some(({ expected }) => !expected.ok));
  const isAccepting = paths.some(({ steps }) => steps.some(({ expected }) => expected.ok));
  const used = [...(isAccepting ? ['accept'] : []), ...(isRefusing ? ['refuse'] : [])].join(', ');
  return [
    `describe(${textLiteral(title)}, () => {`,
    `  const { ${used} } = under(${literal(policy, '  ')});`,
    '',
    paths.map((path) => testOf(path, names)).join('\n\n'),
    '});',
  ].join('\n');
}

function testOf(path: TestPath, names: ReadonlyMap<string, string>): string {
  const lines: string[] = [];
  let record = path.start;
  const last = path.steps.findLastIndex(({ expected }) => expected.ok);
  path.steps.forEach((step, index) => {
    const before = record;
    if (step.expected.ok) record = step.expected.state;
    if (step.note !== null) lines.push(`    // ${step.note}`);
    lines.push(stepLine(step, before, record, index < last, names));
  });
  const declare = path.steps.slice(0, last).some(({ expected }) => expected.ok) ? 'let' : 'const';
  const start = `    ${declare} record: HostRolloutState = ${startLiteral(path.start, names)};`;
  return [`  it(${textLiteral(path.name)}, () => {`, start, ...lines, '  });'].join('\n');
}

function stepLine(
  { event, expected }: PathStep,
  before: HostRolloutState,
  after: HostRolloutState,
  isNeeded: boolean,
  names: ReadonlyMap<string, string>,
): string {
  const happened = literal(event, '    ', names);
  const answer = answerOf(expected);
  if ('err' in answer) return `    refuse(record, ${happened}, ${literal(answer.err, '    ', names)});`;
  const written = changedFields(before, after);
  const outcome = {
    state: after.state,
    ...(written.length > 0 ? { written: Object.fromEntries(written) } : {}),
    effects: answer.ok.effects,
  };
  return `    ${isNeeded ? 'record = ' : ''}accept(record, ${happened}, ${literal(outcome, '    ', names)});`;
}

const isFresh = (record: HostRolloutState): boolean =>
  JSON.stringify(newPendingHost(record)) === JSON.stringify(record);

function startLiteral(start: HostRolloutState, names: ReadonlyMap<string, string>): string {
  if (!isFresh(start)) return literal(start, '    ', names);
  const { rolloutId, hostname, channel, targetClosure, dispatchedAt, soakDueAt } = start;
  const dispatch = { rolloutId, hostname, channel, targetClosure, dispatchedAt, soakDueAt };
  return `newPendingHost(${literal(dispatch, '    ', names)})`;
}

/** What recurs, under names: who and what the paths are about, and long texts by the field that they are met in first. */
function namedTexts(paths: readonly TestPath[]): ReadonlyMap<string, string> {
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
    give(start.hostname, 'host');
    give(start.targetClosure, 'newClosure');
    for (const { event } of steps)
      if ('currentClosureAtDispatch' in event) give(event.currentClosureAtDispatch, 'oldClosure');
    visit(start, 'text');
    for (const { event } of steps) visit(event, 'text');
  }
  return names;
}
