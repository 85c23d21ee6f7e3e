import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as wire from '../../src/wire/index.ts';
import { MAX_LISTED_PROBLEMS } from '../../src/wire/problems.ts';
import type { WireProblem } from '../../src/wire/problems.ts';
import { eventSampleList, eventSamples } from './event-samples.ts';
import { pathsOf, problemsOf, valueOf } from './law.ts';

const decoders = {
  decodeEnvelope: wire.decodeEnvelope,
  decodeEnvelopes: wire.decodeEnvelopes,
  decodeSnapshot: wire.decodeSnapshot,
  decodeHeartbeat: wire.decodeHeartbeat,
  decodeHeartbeatAnswer: (json: unknown) => wire.decodeHeartbeatAnswer(json, null),
  decodeDispatch: wire.decodeDispatch,
  decodeOutboxEntry: wire.decodeOutboxEntry,
  decodeOutboxHeader: wire.decodeOutboxHeader,
};

const around = { hostname: 'web-01', rolloutId: 'stable@r1' };
const anyField = fc.oneof(
  fc.constantFrom(...eventSampleList.flatMap(({ json }) => Object.keys(json)), ...Object.keys(around), '__proto__'),
  fc.string(),
);
/** The size of a hostile message: 10 MiB at night. */
const SIZE = (process.env['NIGHTLY'] === '1' ? 10 : 1) * 1024 * 1024;

function expectProblems(problems: readonly WireProblem[]): void {
  expect(problems.length).toBeGreaterThan(0);
  expect(problems.length).toBeLessThanOrEqual(MAX_LISTED_PROBLEMS + 1);
  for (const { path, expected, got, message } of problems) {
    expect(path).toMatch(/^\$/);
    expect(message).toBe(`expected ${expected}, got ${got}`);
    expect(message.length).toBeLessThan(1000);
  }
}

describe.each(Object.entries(decoders))('%s', (_, decode) => {
  test('takes anything without a throw', () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withBoxedValues: true,
          withDate: true,
          withMap: true,
          withNullPrototype: true,
        }),
        (anything) => {
          const result = decode(anything);
          if (!result.ok) expectProblems(result.problems);
        },
      ),
    );
  });

  test('takes a message with any one value replaced without a throw', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...eventSampleList),
        anyField,
        fc.jsonValue({ maxDepth: 3 }),
        ({ json }, field, value) => {
          const event = { ...json, [field]: value };
          const result = decode({ ...around, event, [field]: value });
          if (!result.ok) expectProblems(result.problems);
        },
      ),
    );
  });

  test('takes what a prototype holds for absent', () => {
    const poisoned: unknown = JSON.parse('{"__proto__":{"hostname":"h","rolloutId":"a@b","at":"x"},"constructor":1}');
    expectProblems(problemsOf(decode(poisoned)));
    expect(Object.hasOwn(Object.prototype, 'hostname')).toBe(false);
  });

  test('does not follow a nesting of 100,000 levels', () => {
    const lists: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
    const objects: unknown = JSON.parse('{"event":'.repeat(100_000) + '1' + '}'.repeat(100_000));
    for (const deep of [lists, objects, { ...around, event: lists, rollouts: objects }]) {
      const result = decode(deep);
      expectProblems(result.ok && 'skipped' in result ? result.skipped : problemsOf(result));
    }
  });

  test('does not run a getter', () => {
    const trap = Object.defineProperty({}, 'hostname', {
      get: () => {
        throw new Error('This getter should not have been run.');
      },
    });
    expectProblems(problemsOf(decode(trap)));
  });

  test('does not follow a cycle', () => {
    const cycle: Record<string, unknown> = { ...around };
    for (const field of ['event', 'rollouts', 'bootstrapRollouts', 'hostname']) cycle[field] = cycle;
    expectProblems(problemsOf(decode(cycle)));
  });
});

describe('a megabyte or ten', () => {
  const long = 'x'.repeat(SIZE);

  test('of a text are carried', () => {
    const event = { ...eventSamples.ActivationFailed.json, stderrTail: long };
    expect(valueOf(wire.decodeEnvelope({ ...around, event })).event).toMatchObject({ stderrTail: long });
  });

  test.each(['kind', 'failedAt', 'seq'])('of a text for %s are cut in the error', (field) => {
    const event = { ...eventSamples.ActivationFailed.json, [field]: long };
    const problems = problemsOf(wire.decodeEnvelope({ ...around, event }));
    expectProblems(problems);
    expect(problems[0]?.got).toBe(`"${'x'.repeat(60)}"… (${SIZE} characters)`);
  });

  test('of fraction digits are a time', () => {
    const completedAt = `2026-05-16T10:00:00.${'9'.repeat(SIZE)}Z`;
    const event = { ...eventSamples.RollbackComplete.json, completedAt };
    expect(valueOf(wire.decodeEnvelope({ ...around, event })).event).toMatchObject({ completedAt: 1_778_925_600_999 });
  });

  test('of wrong entries are not all listed', () => {
    const failingProbes: unknown = JSON.parse(`[${'1,'.repeat(SIZE / 2)}1]`);
    const problems = problemsOf(
      wire.decodeEnvelope({ ...around, event: { ...eventSamples.Failed.json, failingProbes } }),
    );
    expectProblems(problems);
    expect(problems[0]?.path).toBe('$.event.failingProbes[0]');
    expect(problems).toHaveLength(MAX_LISTED_PROBLEMS + 1);
  });

  test('of wrong envelopes do not lose the good one behind them', () => {
    const envelopes: unknown[] = JSON.parse(`[${'1,'.repeat(SIZE / 2)}1]`);
    envelopes.push({ ...around, event: eventSamples.Converged.json });
    const result = wire.decodeEnvelopes(envelopes);
    expect(valueOf(result)).toHaveLength(1);
    if (result.ok) expectProblems(result.skipped);
  });

  test('of unknown fields are ignored', () => {
    const more = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`field${index}`, index]));
    expect(valueOf(wire.decodeEnvelope({ ...more, ...around, event: eventSamples.Converged.json })).hostname).toBe(
      'web-01',
    );
  });

  test('of open brackets are no JSON', () => {
    expect(pathsOf(wire.parseJson('['.repeat(SIZE)))).toStrictEqual(['$']);
    expect(pathsOf(wire.parseJson(`{"a":"${long}`))).toStrictEqual(['$']);
  });
});

test('a list with holes, or one that only claims to be long, is taken for what it holds', () => {
  const holes = Object.assign([], { length: 3 });
  const long = Object.assign([], { length: 2 ** 32 - 1 });
  const read = (failingProbes: unknown) =>
    wire.decodeEnvelope({ ...around, event: { ...eventSamples.Failed.json, failingProbes } });
  expect(problemsOf(read(holes))).toHaveLength(3);
  expect(problemsOf(read(long))).toHaveLength(MAX_LISTED_PROBLEMS + 1);
});
