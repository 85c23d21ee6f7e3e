import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  allExercises,
  answerQuestion,
  keepRecords,
  operations,
  type ConformanceReport,
  type Operation,
} from '../../../src/testing/index.ts';
import { answerLine, conform } from '../../../src/testing/node.ts';
import { readText } from '../../support/repository.ts';

const document = readText('docs/conformance-protocol.md');
const objects = [...document.matchAll(/^```json\n([\s\S]*?)\n```$/gm)].map((match): unknown =>
  JSON.parse(match[1] ?? ''),
);
const pairs = objects.flatMap((request, index) =>
  typeof request === 'object' && request !== null && 'op' in request
    ? [{ op: String(request.op), request, answer: objects[index + 1] }]
    : [],
);

describe('the examples of the protocol document', () => {
  const answerAny = keepRecords(answerQuestion);

  it.each(pairs)('match our own answer to $op', ({ request, answer }) => {
    expect(JSON.parse(answerLine(JSON.stringify(request), answerAny))).toEqual(answer);
  });

  it('have every operation, and a refusal of each machine', () => {
    expect(new Set(pairs.map(({ op }) => op))).toEqual(
      new Set([...operations, 'open', 'event', 'close', 'a_later_operation']),
    );
    const refused = pairs.filter(({ answer }) => Object.hasOwn(Object(answer), 'err')).map(({ op }) => op);
    expect(refused).toEqual(['step', 'rollout_step', 'event']);
    expect(pairs).toHaveLength(objects.length / 2);
  });
});

const hasPython = spawnSync('python3', ['--version']).status === 0;
const why = hasPython ? '' : ' (skipped: there is no python3)';

describe.skipIf(!hasPython)(`the adapter to begin with${why}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'adapter-'));
  const file = join(folder, 'adapter.py');
  beforeAll(() => writeFileSync(file, /^```python\n([\s\S]*?)^```$/m.exec(document)?.[1] ?? ''));
  afterAll(() => rmSync(folder, { recursive: true }));

  const ask = (isAsked: (operation: Operation) => boolean): Promise<ConformanceReport> => {
    const all = [...allExercises({ criteria: [{ kind: 'full', name: 'allStates' }] }, ['host'])];
    return conform(
      all.filter(({ question }) => isAsked(question.op)),
      { peer: `python3 '${file}'` },
    );
  };

  it('conforms in its one operation', async () => {
    const report = await ask((operation) => operation === 'rehydrate');
    expect(report).toMatchObject({ verdict: 'conforms', asked: 7, matched: 7 });
  });

  it('supports no other yet, so a full run fails', async () => {
    const report = await ask(() => true);
    expect(report).toMatchObject({ verdict: 'nothing-asserted', matched: 7, mismatched: 0, failed: 0 });
    expect(Object.keys(report.unsupported)).toEqual(['start', 'step']);
  });
});

describe('our own peer', () => {
  it.each([
    ['no JSON', 'hello', { id: null, error: 'not a line of JSON: hello' }],
    ['no object', '7', { id: null, error: 'a request needs an integer id' }],
    ['null', 'null', { id: null, error: 'a request needs an integer id' }],
    ['no id', '{"op":"step"}', { id: null, error: 'a request needs an integer id' }],
    ['a fractional id', '{"id":1.5,"op":"step"}', { id: null, error: 'a request needs an integer id' }],
    ['an operation of a later version', '{"id":1,"op":"__proto__"}', { id: 1, unsupported: true }],
    ['no operation', '{"id":1}', { id: 1, unsupported: true }],
  ])('answers a line with %s', (_, line, answer) => {
    expect(JSON.parse(answerLine(line))).toEqual(answer);
  });

  it('answers a start without a host with the missing fields, not a record', () => {
    const fields = 'rolloutId, hostname, channel, targetClosure, dispatchedAt, soakDueAt';
    expect(JSON.parse(answerLine('{"id":1,"op":"start","host":{}}'))).toEqual({
      id: 1,
      error: `the request is malformed: $.host: without ${fields}`,
    });
    expect(
      JSON.parse(answerLine('{"id":2,"op":"step","state":7,"event":{"type":"LocalActivate"},"policy":{}}')),
    ).toEqual({
      id: 2,
      error: [
        'the request is malformed: $: without now',
        '$.state: expected an object, found 7',
        '$.event: without currentClosureAtDispatch, receivedAt, targetClosure, soakDueAt, seq',
        '$.policy: without onHealthFailure',
      ].join('; '),
    });
  });

  const members = (value: object, path: readonly string[] = []): (readonly string[])[] =>
    Object.entries(value).flatMap(([key, member]) => [
      [...path, key],
      ...(path.length === 0 && typeof member === 'object' && member !== null ? members(member as object, [key]) : []),
    ]);
  const without = (value: object, [key = '', ...rest]: readonly string[]): object =>
    Object.fromEntries(
      Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
        if (name !== key) return [[name, member]];
        return rest.length === 0 ? [] : [[name, without(member as object, rest)]];
      }),
    );

  it.each(pairs.filter(({ op }) => op !== 'a_later_operation'))('needs every field of $op', ({ request }) => {
    const asked = Object(request) as object;
    const answered = members(asked)
      .filter(([key]) => key !== 'id' && key !== 'op')
      .filter(
        (path) => !answerLine(JSON.stringify(without(asked, path))).includes('"error":"the request is malformed'),
      );
    expect(answered).toEqual([]);
  });

  it('answers everything that others are asked', () => {
    const policies = ['halt'] as const;
    const criteria = [{ kind: 'full', name: 'guardOutcomes' }] as const;
    for (const { question, expected } of allExercises({ criteria, policies }, ['host', 'rollout'])) {
      const { id: _, ...answer } = JSON.parse(answerLine(JSON.stringify({ id: 1, ...question })));
      expect(answer).toEqual(expected);
    }
  });

  it.each(['start', 'step', 'rehydrate', 'rollout_start', 'rollout_step'])(
    'answers %s without its fields with the id and what is wrong',
    (op) => {
      expect(JSON.parse(answerLine(JSON.stringify({ id: 3, op })))).toEqual({
        id: 3,
        error: expect.stringContaining('the request is malformed'),
      });
    },
  );
});
