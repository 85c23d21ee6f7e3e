import { newPendingHost, type HostRolloutState } from '../../machine/record.ts';
import { answerOf } from '../answer.ts';
import type { PathStep, TestPath } from '../test-path.ts';
import { changedFields } from './changed-fields.ts';
import { literal, textLiteral } from './literal.ts';

/** Texts as long as these are written once, under a name. */
const MIN_NAMED_LENGTH = 40;

const HELPERS = `/** The event is taken: the host is in this state now, these fields were written, and these effects are due, in this order. */
function accept(
  host: HostRolloutState,
  event: HostEvent,
  expected: { state: HostState; written?: Partial<HostRolloutState>; effects: readonly Effect[] },
): HostRolloutState {
  const result = step(host, event, 0, policy);
  const state = { ...host, ...expected.written, state: expected.state, lastEventSeq: event.seq };
  expect(result).toEqual({ ok: true, state, effects: expected.effects });
  return state;
}

/** The event is refused for this reason, and the host stays as it is. */
function refuse(host: HostRolloutState, event: HostEvent, expected: object): void {
  const result = step(host, event, 0, policy);
  expect(result).toMatchObject({ ok: false, error: expected });
}`;

/** A vitest file that tests \`step\` on these paths, all of one side and policy; to be read, and to be changed by hand. */
export function vitestFile(title: string, paths: readonly TestPath[]): string {
  const names = namedTexts(paths);
  const policy = paths[0]?.policy ?? { onHealthFailure: 'halt' };
  const usesRefuse = paths.some(({ steps }) => steps.some(({ expected }) => !expected.ok));
  const usesPending = paths.some(({ start }) => isFresh(start));
  const types = ['Effect', 'HostEvent', 'HostRolloutState', 'HostState'].map((name) => `type ${name}`);
  const imports = [...(usesPending ? ['newPendingHost'] : []), 'step', ...types].join(', ');
  const helpers = usesRefuse ? HELPERS : (HELPERS.split('\n\n')[0] ?? '');
  return [
    "import { describe, expect, it } from 'vitest';",
    `import { ${imports} } from 'nixfleet-statechart';`,
    '',
    ...[...names].map(([text, name]) => `const ${name} = ${textLiteral(text)};`),
    ...(names.size > 0 ? [''] : []),
    `const policy = ${literal(policy, '')} as const;`,
    '',
    helpers,
    '',
    `describe(${textLiteral(title)}, () => {`,
    paths.map((path) => testOf(path, names)).join('\n\n'),
    '});',
    '',
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
  const start = `    ${declare} host = ${startLiteral(path.start, names)};`;
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
  if ('err' in answer) return `    refuse(host, ${happened}, ${literal(answer.err, '    ', names)});`;
  const written = changedFields(before, after);
  const outcome = {
    state: after.state,
    ...(written.length > 0 ? { written: Object.fromEntries(written) } : {}),
    effects: answer.ok.effects,
  };
  return `    ${isNeeded ? 'host = ' : ''}accept(host, ${happened}, ${literal(outcome, '    ', names)});`;
}

const isFresh = (record: HostRolloutState): boolean =>
  JSON.stringify(newPendingHost(record)) === JSON.stringify(record);

function startLiteral(start: HostRolloutState, names: ReadonlyMap<string, string>): string {
  if (!isFresh(start)) return `${literal(start, '    ', names)} satisfies HostRolloutState as HostRolloutState`;
  const { rolloutId, hostname, channel, targetClosure, dispatchedAt, soakDueAt } = start;
  const dispatch = { rolloutId, hostname, channel, targetClosure, dispatchedAt, soakDueAt };
  return `newPendingHost(${literal(dispatch, '    ', names)})`;
}

/** Long texts under names that say where they are met first. */
function namedTexts(paths: readonly TestPath[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const visit = (value: unknown, key: string): void => {
    if (typeof value === 'string' && value.length >= MIN_NAMED_LENGTH && !names.has(value)) {
      const taken = new Set(names.values());
      const free = [key, ...Array.from({ length: 99 }, (_, index) => `${key}${index + 2}`)].find((name) => !taken.has(name));
      if (free !== undefined) names.set(value, free);
    } else if (typeof value === 'object' && value !== null) {
      for (const [inner, each] of Object.entries(value)) visit(each, /^[a-z]\w*$/i.test(inner) ? inner : key);
    }
  };
  for (const path of paths) {
    visit(path.start, 'text');
    for (const { event } of path.steps) visit(event, 'text');
  }
  return names;
}
