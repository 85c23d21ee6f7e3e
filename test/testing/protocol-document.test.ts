import { describe, expect, it } from 'vitest';
import { answerLine } from '../../src/testing/index.ts';
import { readText } from '../support/repository.ts';

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
  it.each(pairs)('are what our own peer answers to $op', ({ request, answer }) => {
    expect(JSON.parse(answerLine(JSON.stringify(request)))).toEqual(answer);
  });

  it('have every operation, and a refusal of each machine', () => {
    expect(new Set(pairs.map(({ op }) => op))).toEqual(
      new Set(['start', 'step', 'rehydrate', 'rollout_start', 'rollout_step', 'a_later_operation']),
    );
    const refused = pairs.filter(({ answer }) => Object.hasOwn(Object(answer), 'err')).map(({ op }) => op);
    expect(refused).toEqual(['step', 'rollout_step']);
    expect(pairs).toHaveLength(objects.length / 2);
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
