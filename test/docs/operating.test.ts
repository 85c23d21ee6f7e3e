import { expect, test } from 'vitest';
import { agentJsonSchema, HostProbes, systemClock } from '../../src/runtime/agent/index.ts';
import { controlPlaneJsonSchema } from '../../src/runtime/control-plane/index.ts';
import { isObject, sortedUnique } from '../../src/text/index.ts';
import { readText } from '../support/repository.ts';

/** The paths of settings without a description. A constant, such as the kind of a probe, needs none. */
function undescribed(schema: unknown, path = '$'): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap((each) => undescribed(each, path));
  if (!isObject(schema)) return [];
  const { properties, items, anyOf, oneOf } = schema;
  const own = Object.entries(isObject(properties) ? properties : {}).flatMap(([name, setting]) => {
    const isNamed = isObject(setting) && (typeof setting['description'] === 'string' || 'const' in setting);
    return [...(isNamed ? [] : [`${path}.${name}`]), ...undescribed(setting, `${path}.${name}`)];
  });
  return [...own, ...undescribed(items, `${path}[]`), ...undescribed(anyOf, path), ...undescribed(oneOf, path)];
}

test('the schemas describe every setting, as docs/operating.md says: limits and intervals had no words', () => {
  expect(undescribed(controlPlaneJsonSchema())).toEqual([]);
  expect(undescribed(agentJsonSchema())).toEqual([]);
});

test('the evidence in docs/operating.md is what a probe reads: its format was written nowhere', async () => {
  const [, evidence = ''] = /^```json\n(\[.+\])\n```$/m.exec(readText('docs/operating.md')) ?? [];
  const resultOf = (text: string) => {
    const check = { kind: 'evidence', command: ['printf', '%s', text] } as const;
    const probes = new HostProbes([{ probeName: 'controls', check, timeoutMs: 30_000 }], systemClock());
    const task = { probeName: 'controls', kind: 'evidence', mode: 'enforce', intervalMs: 60_000 } as const;
    return probes.run(task, new AbortController().signal);
  };
  const control = { controlId: 'AC-2', framework: 'nist-800-53', article: null, overrideReason: null };
  const passed = [{ ...control, status: 'pass', effectiveMode: 'observe' }];
  expect(await resultOf(evidence)).toEqual({ status: 'pass', failureReason: null, subResults: passed });
  const observed = evidence.replace('"pass"', '"fail"');
  expect((await resultOf(observed)).status).toBe('pass');
  expect(await resultOf(observed.replace(', "effectiveMode": "observe"', ''))).toMatchObject({
    status: 'fail',
    failureReason: 'These controls fail: AC-2.',
  });
});

test('docs/operating.md lists every log code: it had about a third of them', () => {
  const declarations = ['agent/turn.ts', 'control-plane/transaction.ts', 'runtime/shared/log.ts'].map((file) => {
    const [, declaration = ''] = /LogCode =\n([^;]+);/.exec(readText(`src/${file}`)) ?? [];
    return [...declaration.matchAll(/^ *\| '(.+)'/gm)].map(([, code = '']) => code);
  });
  expect(declarations.map(({ length }) => length > 0)).toEqual([true, true, true]);
  const [, section = ''] = readText('docs/operating.md').split('### Every code');
  const listed = (section.split('\n## ')[0] ?? '')
    .split('\n')
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(.+?)`/g)].map(([, code = '']) => code));
  expect(sortedUnique(listed)).toEqual(sortedUnique(declarations.flat()));
});
