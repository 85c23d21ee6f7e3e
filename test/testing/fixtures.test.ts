import type { Problem } from '../../src/text/index.ts';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hostStates } from '../../src/machine/host-states.ts';
import {
  chartHash,
  fixtureFile,
  fixtureJsonSchema,
  generatePaths,
  generateRolloutPaths,
  generateSuite,
  pathExercises,
  readFixtureFile,
  readRecord,
  readVectorLines,
  recordIn,
  rolloutCriteria,
  rolloutVectorLine,
  type TestPath,
} from '../../src/testing/index.ts';

type Read = { readonly ok: true } | { readonly ok: false; readonly problems: readonly Problem[] };

/** Each problem as `path: message`. */
const textsOf = (read: Read): readonly string[] =>
  read.ok ? [] : read.problems.map(({ path, message }) => `${path}: ${message}`);

const published: unknown = JSON.parse(
  readFileSync(new URL('../../schema/fixture.schema.json', import.meta.url), 'utf8'),
);

/** As a file has it: written and read again. */
const asFile = (paths: readonly TestPath[]): unknown => JSON.parse(JSON.stringify(fixtureFile(paths)));

const withoutMessages = (paths: readonly TestPath[]): unknown =>
  JSON.parse(JSON.stringify(paths, (key, value: unknown) => (key === 'message' ? undefined : value)));

const { paths } = generatePaths({
  criterion: { kind: 'full', name: 'allTransitions' },
  side: 'agent',
  onHealthFailure: 'halt',
});

describe('a fixture file', () => {
  it('brings every path back as it was, but for the messages of refusals', () => {
    for (const part of generateSuite({ criteria: [{ kind: 'full', name: 'guardOutcomes' }], policies: ['halt'] })) {
      const read = readFixtureFile(asFile(part.paths));
      expect(read).toMatchObject({ ok: true });
      expect(withoutMessages(read.ok ? read.paths : [])).toEqual(withoutMessages(part.paths));
    }
  });

  it('keeps a probe whatever its name', () => {
    const probe = { status: 'pass', mode: 'enforce', lastObservedAt: 1, lastPassAt: 1, failureReason: null } as const;
    const probes = JSON.parse(
      `{"__proto__":${JSON.stringify(probe)},"":${JSON.stringify(probe)},"10":${JSON.stringify(probe)}}`,
    ) as Record<string, typeof probe>;
    const start = { ...recordIn('Soaking'), probes };
    const { paths: odd } = generatePaths({
      criterion: { kind: 'full', name: 'allStates' },
      side: 'agent',
      onHealthFailure: 'halt',
      start,
    });
    const read = readFixtureFile(asFile(odd));
    expect(read.ok && read.paths[0] && Object.keys(read.paths[0].start.probes).sort()).toEqual(['', '10', '__proto__']);
  });

  it('asks the same questions as the paths themselves', () => {
    const read = readFixtureFile(asFile(paths));
    const questions = (all: readonly TestPath[]) => all.flatMap((path) => [...pathExercises(path)]);
    expect(questions(read.ok ? read.paths : []).map(({ question, expected }) => ({ question, expected }))).toEqual(
      questions(paths).map(({ question, expected }) => ({ question, expected })),
    );
  });
});

describe('the published JSON Schema of fixture files', () => {
  it('is what the reader reads with; if not: node scripts/write-schemas.mjs', () => {
    expect(published).toEqual(fixtureJsonSchema());
  });

  it('takes every criterion, and refuses a wrong word', () => {
    // The file is a JSON Schema, as the test above has seen.
    const schema = z.fromJSONSchema(published as Parameters<typeof z.fromJSONSchema>[0]);
    const criteria = (['allTransitions', 'transitionPairs'] as const).map((name) => ({ kind: 'full', name }) as const);
    for (const part of generateSuite({ criteria })) {
      expect(schema.safeParse(asFile(part.paths)).error?.issues ?? [], part.criterion).toEqual([]);
    }
    const wrong = { ...fixtureFile(paths), version: 3 };
    expect(schema.safeParse(wrong).success).toBe(false);
    expect(schema.safeParse({ ...fixtureFile(paths), path: [] }).success).toBe(false);
  });
});

describe('a broken fixture file', () => {
  interface Loose {
    [field: string]: unknown;
    paths: { steps: { [field: string]: unknown }[]; [field: string]: unknown }[];
  }
  const broken = (damage: (file: Loose) => void): readonly string[] => {
    // Whatever it is by type, it is damaged on purpose.
    const file = asFile(paths) as Loose;
    damage(file);
    const read = readFixtureFile(file);
    return textsOf(read);
  };
  const stepOf = (file: Loose, index: number): { [field: string]: unknown } => file.paths[0]?.steps[index] ?? {};

  it('reports every problem with its place', () => {
    const messages = broken((file) => {
      file['format'] = 'something-else';
      Object.assign(file.paths[0] ?? {}, { side: 'both' });
      Object.assign(stepOf(file, 0), { now: 'noon', extra: 1 });
      Object.assign(Object(stepOf(file, 1)['event']), { seq: 0 });
      delete file.paths[1]?.['start'];
    });
    const places = messages.map((message) => message.slice(0, message.indexOf(':')));
    expect(places).toEqual(
      expect.arrayContaining([
        '$.format',
        '$.paths[0].side',
        '$.paths[0].steps[0].now',
        '$.paths[0].steps[0].extra',
        '$.paths[0].steps[1].event.seq',
        '$.paths[1]',
      ]),
    );
    expect(messages).toContain('$.paths[0].steps[0].now: expected a number, found "noon"');
  });

  it.each([
    ['an unknown event', (file: Loose) => Object.assign(Object(stepOf(file, 0)['event']), { type: 'LocalActivat' })],
    ['an unknown state', (file: Loose) => Object.assign(stepOf(file, 0), { state: 'Soakin' })],
    ['a path without events', (file: Loose) => Object.assign(file.paths[0] ?? {}, { steps: [] })],
    ['neither a record nor a refusal', (file: Loose) => Object.assign(stepOf(file, 0), { expect: {} })],
  ])('is refused for %s', (_, damage) => {
    expect(broken(damage)).toEqual([expect.stringMatching(/^\$\.paths\[0\]/)]);
  });

  it('is refused where state and record contradict each other', () => {
    const messages = broken((file) => void Object.assign(stepOf(file, 0), { state: 'Reverted' }));
    expect(messages).toEqual([
      expect.stringMatching(/^\$\.paths\[0\]\.steps\[0\]\.state: is Reverted, and the record/),
    ]);
  });

  it.each([
    ['of shape', (step: { [field: string]: unknown }) => delete step['now']],
    ['that contradict each other', (step: { [field: string]: unknown }) => (step['state'] = 'Reverted')],
  ])('does not flood a person with problems %s', (_, damage) => {
    const messages = broken((file) => file.paths.forEach(({ steps }) => steps.forEach(damage)));
    expect(messages).toHaveLength(51);
    expect(messages.at(-1)).toMatch(/^\$: \d+ more problems are not listed$/);
  });

  const EVENT = '$.paths[0].steps[0].event';
  const EXPECT = '$.paths[0].steps[0].expect';
  const ok = { state: recordIn('Pending'), effects: [] };
  const activate = {
    type: 'LocalActivate',
    currentClosureAtDispatch: 'old',
    targetClosure: 'new',
    receivedAt: 1,
    soakDueAt: null,
    seq: 1,
  };
  const eventWith = (fields: object) => (file: Loose) =>
    Object.assign(stepOf(file, 0), { event: { ...activate, ...fields } });
  const expecting = (value: unknown) => (file: Loose) => Object.assign(stepOf(file, 0), { expect: value });
  const topology = (probes: unknown) => (file: Loose) =>
    Object.assign(stepOf(file, 0), { event: { type: 'LocalProbeTopologyDeclared', probes, declaredAt: 1, seq: 1 } });

  it.each<[string, (file: Loose) => unknown, string]>([
    ['a string', eventWith({ targetClosure: 7 }), `${EVENT}.targetClosure: expected a string, found 7`],
    ['a whole number', eventWith({ receivedAt: 1.5 }), `${EVENT}.receivedAt: expected a whole number, found 1.5`],
    [
      'a number that is not too big',
      eventWith({ receivedAt: 2 ** 60 }),
      `${EVENT}.receivedAt: expected 9007199254740991 or less, found ${2 ** 60}`,
    ],
    ['a number that is not too small', eventWith({ seq: 0 }), `${EVENT}.seq: expected 1 or more, found 0`],
    [
      'a finite number',
      (file) =>
        Object.assign(stepOf(file, 0), {
          event: {
            type: 'LocalSustainedFailureCrossed',
            failedAt: 1,
            // As `1e999` is read.
            sustainedDurationSecs: Infinity,
            failingProbes: [],
            policyApplied: 'halt',
            seq: 1,
          },
        }),
      `${EVENT}.sustainedDurationSecs: expected a finite number, found Infinity`,
    ],
    ['a list', topology({}), `${EVENT}.probes: expected a list, found an object`],
    ['an object in a list', topology([null]), `${EVENT}.probes[0]: expected an object, found null`],
    [
      'a list that is long enough',
      (file) => Object.assign(file.paths[0] ?? {}, { steps: [] }),
      '$.paths[0].steps: expected at least 1 of them, found an empty list',
    ],
    [
      'one of a few names',
      (file) => Object.assign(file.paths[0] ?? {}, { side: 'both' }),
      '$.paths[0].side: expected "agent" or "control-plane", found "both"',
    ],
    [
      'an event, and one is near',
      eventWith({ type: 'LocalActivat' }),
      `${EVENT}.type: expected one of 24 names, probably "LocalActivate", found "LocalActivat"`,
    ],
    [
      'an event, and none is near',
      eventWith({ type: 7 }),
      `${EVENT}.type: expected one of 24 names, such as LocalActivate, RemoteDispatchAck, LocalActivationStarted, RemoteActivationStarted, LocalActivationCompleted, RemoteActivationCompleted, LocalActivationDeferred, RemoteActivationDeferred, …, found 7`,
    ],
    [
      'a probe',
      expecting({ ok: { ...ok, state: { ...ok.state, probes: 7 } } }),
      `${EXPECT}.ok.state.probes: expected for each probe, by its name: status, mode, lastObservedAt, lastPassAt and failureReason, found 7`,
    ],
    ['an expectation', expecting(7), `${EXPECT}: expected an object, found 7`],
    ['ok or err', expecting({}), `${EXPECT}: expected an object with ok or err, found an empty object`],
    [
      'ok or err, misspelt',
      expecting({ okay: ok }),
      `${EXPECT}: expected an object with ok or err, found an object with okay`,
    ],
    ['what ok holds', expecting({ ok: { state: ok.state } }), `${EXPECT}.ok: without effects`],
    ['nothing beside ok', expecting({ ok, err: {} }), `${EXPECT}.err: no such field`],
    [
      'true or false',
      expecting({ ok: { ...ok, effects: [{ type: 'LocalEmitEvent', rolloutId: 'r', payload: {}, durable: 1 }] } }),
      `${EXPECT}.ok.effects[0].durable: expected true or false, found 1`,
    ],
    [
      'a refusal',
      expecting({ err: { kind: 'Illegal' } }),
      `${EXPECT}.err.kind: expected "SeqRegression" or "IllegalForState" or "Invariant", found "Illegal"`,
    ],
    [
      'what a refusal holds',
      expecting({ err: { kind: 'IllegalForState', from: 'Pending', event: 'LocalActivat', rolloutId: 'r' } }),
      `${EXPECT}.err.event: expected one of 24 names, probably "LocalActivate", found "LocalActivat"`,
    ],
  ])('is told that %s was expected', (_, damage, message) => {
    expect(broken((file) => void damage(file))).toContain(message);
  });

  it('is not compared with a form that the expectation was not meant to have', () => {
    const refusal = { kind: 'SeqRegression', got: 1, rolloutId: 'r', hostname: 'h' };
    expect(broken(expecting({ err: refusal }))).toEqual([`${EXPECT}.err: without last`]);
  });

  it.each([null, 7, 'text', [], {}])('is refused if it is %j', (value) => {
    expect(readFixtureFile(value).ok).toBe(false);
  });
});

describe('a record', () => {
  it('is read from JSON', () => {
    const record = recordIn('Soaking');
    expect(readRecord(JSON.stringify(record))).toEqual({ ok: true, record });
  });

  it('is refused with every problem and its place', () => {
    const { hostname: _, ...rest } = recordIn('Soaking');
    const read = readRecord(JSON.stringify({ ...rest, state: 'Soakin', lastEventSeq: -1, more: 1 }));
    expect([...textsOf(read)].sort()).toEqual([
      '$.lastEventSeq: expected 0 or more, found -1',
      '$.more: no such field',
      `$.state: expected ${hostStates.map((state) => `"${state}"`).join(' or ')}, found "Soakin"`,
      '$: without hostname',
    ]);
    expect(textsOf(readRecord('{'))).toEqual(['$: this is not JSON']);
    expect(textsOf(readRecord(' \n'))).toEqual(['$: there is nothing in it']);
    expect(textsOf(readRecord('null'))).toEqual(['$: expected an object, found null']);
  });

  it('is refused in a few messages, however much is wrong with it', () => {
    const more = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`field${index}`, index]));
    const read = readRecord(JSON.stringify({ ...recordIn('Soaking'), ...more }));
    expect(textsOf(read).slice(-2)).toEqual(['$.field49: no such field', '$: 950 more problems are not listed']);
  });

  it('reports everything missing in one place in one line', () => {
    const { hostname: _, channel: __, ...rest } = recordIn('Soaking');
    const read = readRecord(JSON.stringify({ ...rest, rolloutId: 7, probes: { web: { status: 'pass' } } }));
    expect(textsOf(read)).toEqual([
      '$.rolloutId: expected a string, found 7',
      '$: without hostname, channel',
      '$.probes: expected for each probe, by its name: status, mode, lastObservedAt, lastPassAt and failureReason, found an object',
    ]);
  });
});

describe('reference answers', () => {
  const state = recordIn('Pending');
  const line = (value: object): string => JSON.stringify({ id: 'a', out: { ok: { effects: [] } }, ...value });
  const event = { type: 'LocalProbeFailureFirst', probeName: 'x', mode: 'enforce', firstFailedAt: 1, seq: 1 };
  const { rolloutId, hostname } = state;
  const err = { kind: 'IllegalForState', from: 'Pending', event: event.type, rolloutId, hostname };
  const policy = { onHealthFailure: 'halt' };
  const messagesOf = (text: string, isTrusted = false): readonly string[] => {
    const read = readVectorLines(text, { isTrusted });
    return textsOf(read);
  };

  it('are one question a line, and one for each event of a walk', () => {
    const walk = {
      in: { op: 'walk', initial: state, policy, events: [1, 2, 3].map((now) => ({ event, now })) },
      out: [{ err }, { err }, { err }],
    };
    const read = readVectorLines([line({ in: { op: 'rehydrate', state } }), '', line(walk)].join('\n'));
    expect(read.ok && read.exercises.map(({ place }) => place)).toEqual([
      'rehydrate',
      ...Array<string>(3).fill('Pending.LocalProbeFailureFirst'),
    ]);
  });

  it('that cannot be read are reported by their line', () => {
    const step = { op: 'step', state, event: { ...event, type: 'LocalDance' }, now: 1, policy };
    const lines = [
      '{',
      line({ in: { op: 'dance' } }),
      line({ in: { op: 'walk', events: [1] } }),
      '7',
      // Once a stack trace, because the chart has no such event.
      line({ in: step, out: { err } }),
      line({ in: { op: 'rollout_step', record: null, event: null, now: 1 } }),
      line({ in: { op: 'walk', initial: state, policy, events: [{ event, now: 1 }] }, out: [] }),
    ];
    const numbers = new Set(messagesOf(lines.join('\n')).map((message) => message.slice(0, 7)));
    expect([...numbers]).toEqual(lines.map((_, index) => `line ${index + 1}:`));
  });

  // A refusal without fields once stood for every refusal.
  it('of a refusal say which one it is', () => {
    const asked = { in: { op: 'step', state, event, now: 1, policy } };
    expect(messagesOf(line({ ...asked, out: { err } }))).toEqual([]);
    for (const out of [{ err: {} }, { err: { kind: 'IllegalForState' } }, { ok: {} }, {}]) {
      expect(messagesOf(line({ ...asked, out })), JSON.stringify(out)).not.toEqual([]);
      expect(messagesOf(line({ ...asked, out }), true), JSON.stringify(out)).not.toEqual([]);
    }
  });

  it('that are not those of this chart are refused, unless they are trusted', () => {
    const wrong = line({ in: { op: 'step', state, event, now: 1, policy }, out: { err: { ...err, from: 'Soaking' } } });
    expect(messagesOf(wrong)).toEqual([
      'line 1: $.out: this chart answers otherwise: $.err.from: expected "Pending", got "Soaking"',
    ]);
    expect(messagesOf(wrong, true)).toEqual([]);
  });

  it('that are nested half a million levels deep are refused: it was a stack trace', () => {
    const deep = line({ in: { op: 'step', state, event, now: 1, policy }, out: { err: { ...err, deep: '@' } } });
    expect(messagesOf(deep.replace('"@"', `${'['.repeat(500_000)}${']'.repeat(500_000)}`))).toEqual([
      'line 1: $: this is nested deeper than 100 levels',
    ]);
  });

  it('are written for the rollout machine as they are read', () => {
    for (const criterion of rolloutCriteria) {
      const paths = generateRolloutPaths(criterion);
      const read = readVectorLines(paths.map(rolloutVectorLine).join(''));
      expect(read.ok && read.exercises).toHaveLength(paths.reduce((sum, { steps }) => sum + steps.length, 0));
    }
  });
});

describe('a fixture file that lies', () => {
  const { paths } = generatePaths({
    criterion: { kind: 'full', name: 'validTransitions' },
    side: 'agent',
    onHealthFailure: 'halt',
  });
  const file = fixtureFile(paths);

  it('carries the chart and the reducer that its answers are from', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
    expect(file).toMatchObject({ version: 2, chart: chartHash(), reducer: version });
    expect(chartHash()).toMatch(/^[0-9a-f]{16}$/);
  });

  it('is refused, because a wrong implementation would conform to it', () => {
    const lie = { ...file, paths: file.paths.map((path) => ({ ...path, steps: path.steps.map(withoutEffects) })) };
    const read = readFixtureFile(lie);
    expect(textsOf(read)[0]).toMatch(/^\$\.paths\[0\]\.steps\[0\]\.expect: this chart answers otherwise: /);
    expect(readFixtureFile(lie, { isTrusted: true }).ok).toBe(true);
    const other = readFixtureFile({ ...lie, chart: '0123456789abcdef', reducer: '9.9.9' });
    expect(textsOf(other)[0]).toBe('$.chart: the answers are from another chart (0123456789abcdef, reducer 9.9.9)');
  });

  it('of another chart is fine where the answers are the same', () => {
    expect(readFixtureFile({ ...file, chart: '0123456789abcdef' }).ok).toBe(true);
  });

  it('of version 1 is refused with a sentence', () => {
    const read = readFixtureFile({ ...file, version: 1 });
    expect(textsOf(read)).toEqual(['$.version: version 1 does not say which chart its answers are from']);
  });

  function withoutEffects(each: (typeof file.paths)[number]['steps'][number]) {
    return 'ok' in each.expect ? { ...each, expect: { ok: { ...each.expect.ok, effects: [] } } } : each;
  }
});
