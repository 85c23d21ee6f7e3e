import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { GATES } from '../../src/control-plane/gates/gates.ts';
import { guards } from '../../src/machine/guards.ts';
import { outboundTypeOf } from '../../src/machine/index.ts';
import { INVARIANT_NAMES } from '../../src/simulator/invariants/index.ts';
import { chartCells } from '../../src/testing/index.ts';
import { repositoryRoot } from '../support/repository.ts';

const file = z.array(z.strictObject({ document: z.string(), section: z.string(), sentences: z.array(z.string()) }));

const kinds = ['test', 'guard', 'gate', 'invariant', 'cell'] as const;
type Kind = (typeof kinds)[number];

/** What fails when a sentence is violated. */
type Notice = { readonly kind: Kind; readonly name: string } | { readonly kind: 'types' };

interface Sentence {
  readonly id: string;
  readonly document: string;
  readonly section: string;
  readonly gist: string;
  readonly done: string;
  readonly notices: readonly Notice[];
}

const NOTICE = new RegExp(`types|(${kinds.join('|')}):(.+?)(?= types| (?:${kinds.join('|')}):|$)`, 'g');

function sentenceOf(line: string, document: string, section: string): Sentence {
  const [id = '', gist = '', done = '', noticed = '', ...more] = line.split(' | ');
  if (noticed === '' || more.length > 0) throw new Error(`Expected four parts: ${line}`);
  const notices = [...noticed.matchAll(NOTICE)].map(([, kind, name = '']): Notice => {
    const found = kinds.find((each) => each === kind);
    return found === undefined ? { kind: 'types' } : { kind: found, name };
  });
  return { id, document, section, gist, done: `src/${done}`, notices: noticed === '-' ? [] : notices };
}

const yaml: unknown = parse(readFileSync(join(repositoryRoot, 'docs/traceability.yaml'), 'utf8'));
const sentences = file
  .parse(yaml)
  .flatMap(({ document, section, sentences: lines }) => lines.map((line) => sentenceOf(line, document, section)));

const named = (kind: Kind): readonly string[] =>
  sentences.flatMap(({ notices }) => notices.flatMap((each) => (each.kind === kind ? [each.name] : [])));

/** A cell of both sides, named by the agent's event. */
const cells = new Set(
  chartCells.filter(({ target }) => target !== null).map(({ state, event }) => `${state}.${outboundTypeOf(event)}`),
);

const existing: Readonly<Record<Exclude<Kind, 'test'>, ReadonlySet<string>>> = {
  guard: new Set(Object.keys(guards)),
  gate: new Set(GATES.map(({ name }) => name)),
  invariant: new Set(INVARIANT_NAMES),
  cell: cells,
};

const noticeText = (notice: Notice): string => {
  if (notice.kind === 'types') return 'it does not compile';
  return notice.kind === 'test' ? `\`test/${notice.name}\`` : `${notice.kind} \`${notice.name}\``;
};

/** Padded like by the formatter. */
function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const [head = '', ...body] = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  );
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body].join('\n');
}

function indexOf(kind: Kind): readonly (readonly string[])[] {
  return [...(kind === 'test' ? new Set(named('test').toSorted()) : existing[kind])].map((name) => {
    const ids = sentences.filter(({ notices }) => notices.some((each) => each.kind === kind && each.name === name));
    return [noticeText({ kind, name }), ids.map(({ id }) => `\`${id}\``).join(', ')];
  });
}

function documentText(): string {
  const unnoticed = sentences.filter(({ notices }) => notices.length === 0);
  const places = [...new Set(sentences.map(({ document, section }) => `${document}, ${section}`))];
  return [
    '# Traceability',
    '',
    'Written from [traceability.yaml](traceability.yaml) by `npx vitest run --project unit test/traceability -u`.',
    'Each sentence of the specification that asks for something has an id. The table shows, in our words, what it asks for,',
    'where that is done, and what notices when it is broken. A cell stands for both sides, by the event that the agent sends.',
    '',
    '## Sentences that nothing notices',
    '',
    unnoticed.length === 0 ? 'None.' : unnoticed.map(({ id, gist }) => `- \`${id}\`: ${gist}`).join('\n'),
    ...places.flatMap((place) => {
      const here = sentences.filter(({ document, section }) => `${document}, ${section}` === place);
      const rows = here.map(({ id, gist, done, notices }) => [
        `\`${id}\``,
        gist,
        `\`${done}\``,
        notices.map(noticeText).join(', '),
      ]);
      return ['', `## ${place}`, '', tableOf([['id', 'what it asks for', 'done in', 'noticed by'], ...rows])];
    }),
    '',
    '## What notices what',
    '',
    tableOf([['what', 'sentences'], ...kinds.toReversed().flatMap(indexOf)]),
    '',
  ].join('\n');
}

describe('each sentence of the specification', () => {
  test('has a unique id', () => {
    const ids = sentences.map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(sentences.length).toBeGreaterThan(120);
  });

  test('is implemented in an existing file, and checked by existing tests', () => {
    const files = [...sentences.map(({ done }) => done), ...named('test').map((name) => `test/${name}`)];
    expect([...new Set(files)].filter((path) => !existsSync(join(repositoryRoot, path)))).toEqual([]);
  });

  test.each(['guard', 'gate', 'invariant', 'cell'] as const)('names each %s and only existing ones', (kind) => {
    expect(new Set(named(kind))).toEqual(existing[kind]);
  });

  test.each(['pinned', 'healthGate', 'freshnessWindow', 'compliance'])('that is about %s is among them', (name) => {
    expect(sentences.filter(({ id, gist }) => id.startsWith('fleet.') && gist.includes(name))).not.toEqual([]);
  });

  test('is in the current table', async () => {
    await expect(documentText()).toMatchFileSnapshot('../../docs/traceability.md');
  });
});
