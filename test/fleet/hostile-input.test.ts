import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeFleet, parseFleet, projectRollout } from '../../src/fleet/index.ts';
import { findJsonError } from '../../src/text/index.ts';
import { aChannel, aFleet, aHost, aSelector } from './a-fleet.ts';
import { expectHelpful, fleetOf, problemsOf, rolloutOf } from './expect-fleet.ts';

/** Generous for a slow machine. At night the sizes are such that quadratic work would take longer. */
const QUICK = { timeout: 30_000 };
const SCALE = process.env['NIGHTLY'] === '1' ? 5 : 1;

test('any JSON value decodes or is refused with a reason', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (json) => {
      expect(decodeFleet(json).ok).toBe(false);
      expect(problemsOf(json)).not.toHaveLength(0);
      expectHelpful(problemsOf(json));
    }),
  );
});

test('any text that is not JSON is refused, with the position', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.json(), fc.string({ unit: fc.constantFrom(...'{}[]",:\\ue01.-+ tn\n') })),
      (text) => {
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect(findJsonError(text) === null).toBe(isJson);
        expect(parseFleet(text).ok).toBe(false);
      },
    ),
    { numRuns: 500 },
  );
});

test('a valid fleet with any value anywhere in it never throws', () => {
  const places = pathsOf(aFleet());
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.jsonValue({ maxDepth: 2 }), (place, value) => {
      const json = JSON.parse(JSON.stringify(aFleet()));
      const parent = place.slice(0, -1).reduce((node, key) => node[key], json);
      parent[place.at(-1) ?? ''] = value;
      const decoded = decodeFleet(json);
      expectHelpful(problemsOf(json));
      const channels = decoded.ok ? [...decoded.fleet.channels.keys()] : [];
      const projected = channels.map((channel) => decoded.ok && projectRollout(decoded.fleet, channel));
      expect(projected).not.toContain(false);
    }),
    { numRuns: 500 },
  );
});

function pathsOf(json: unknown): string[][] {
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([key, value]) => [[key], ...pathsOf(value).map((rest) => [key, ...rest])]);
}

test('a prototype in the file is a name like any other', () => {
  const text = JSON.stringify(aFleet()).replace(
    '"hosts":{',
    '"hosts":{"__proto__":{"channel":"stable"},"constructor":1,',
  );
  const paths = problemsOf(text).map(({ path }) => path);
  expect(paths).toContain('$.hosts.__proto__.system');
  expect(paths).toContain('$.hosts.constructor');
  expect(Object.hasOwn(Object.prototype, 'channel')).toBe(false);
});

test('a section is not taken from a prototype', () => {
  const text = `{"__proto__":${JSON.stringify(aFleet())}}`;
  const problems = problemsOf(text);
  expect(problems).toHaveLength(1);
  expect(problems[0]?.message).toContain('this is not a fleet.resolved.json');
});

test('deep nesting is read', QUICK, () => {
  const depth = 200_000 * SCALE;
  const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`;
  expect(parseFleet(deep).ok).toBe(false);
  expect(parseFleet(deep.slice(0, -1))).toMatchObject({
    ok: false,
    problems: [{ message: expect.stringContaining(`column ${2 * depth}`) }],
  });
  const withDeepPin = JSON.stringify(aFleet()).replace('"pubkey":null', `"pubkey":null,"pin":{"x":${deep}}`);
  expect(parseFleet(withDeepPin).ok).toBe(true);
});

test('a fleet of megabytes is read and projected', QUICK, () => {
  const json = aFleet();
  const count = 10_000 * SCALE;
  const names = Array.from({ length: count }, (_, index) => `host-with-a-rather-long-name-${index}`);
  const big = {
    ...json,
    hosts: Object.fromEntries(
      names.map((name, index) => [
        name,
        aHost('stable', [`rack-${index % 500}`, 'all', 'linux'], `closure-of-${name}-${'x'.repeat(40)}`),
      ]),
    ),
    channels: { stable: aChannel('careful') },
    waves: {
      stable: [
        { hosts: names.slice(0, 10), soakMinutes: 1 },
        { hosts: names.slice(10), soakMinutes: 1 },
      ],
    },
    edges: names.slice(1).map((name, index) => ({ gated: name, gates: names[index] })),
    channelEdges: [],
    disruptionBudgets: Array.from({ length: 200 * SCALE }, (_, index) => ({
      selector: aSelector({ tags: ['linux', `rack-${index % 500}`, 'all'], hosts: [names[index]] }),
      maxInFlight: 1,
      maxInFlightPct: null,
    })),
  };
  const text = JSON.stringify(big);
  expect(text.length).toBeGreaterThan(2_000_000 * SCALE);
  expect(rolloutOf(fleetOf(text), 'stable').hosts).toHaveLength(count);
});

test('a cycle of tens of thousands of hosts is found and reported in one line', QUICK, () => {
  const count = 20_000 * SCALE;
  const edges = Array.from({ length: count }, (_, index) => ({ gated: `h${index}`, gates: `h${(index + 1) % count}` }));
  const [problem] = problemsOf({ ...aFleet(), edges }).filter(({ message }) => message.includes('wait for each other'));
  expect(problem?.message).toContain('h0 → h1 → ');
  expect(problem?.message).toContain(`(${count - 10} more)`);
  expect(problem?.message.length).toBeLessThan(300);
});

test('very many bad items cost neither time nor memory', QUICK, () => {
  const bad = Array.from({ length: 400_000 * SCALE }, () => 1);
  const problems = problemsOf({ ...aFleet(), edges: bad, hosts: { a: aHost('stable', bad) } });
  expect(problems.filter(({ path }) => path.startsWith('$.edges'))).toHaveLength(10_001);
  const ofTags = problems.filter(({ path }) => path.startsWith('$.hosts.a.tags'));
  expect(ofTags).toHaveLength(21);
  expect(ofTags.at(-1)).toMatchObject({ path: '$.hosts.a.tags', message: expect.stringContaining('not checked') });
});

test.each([
  ['a list', 'edges', Array.from({ length: 10_001 }, () => 7)],
  ['an object of names', 'hosts', Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`h${index}`, 7]))],
])('%s in which the reader gives up says so', (_what, section, spoilt) => {
  const problems = problemsOf({ ...aFleet(), [section]: spoilt }).filter(({ path }) => path.startsWith(`$.${section}`));
  expect(problems).toHaveLength(10_001);
  expect(problems.at(-1)).toMatchObject({
    severity: 'error',
    path: `$.${section}`,
    message: expect.stringContaining('the rest was not checked'),
  });
});

test('more problems of one rule than are listed are counted', () => {
  const hosts = Object.fromEntries(Array.from({ length: 10_005 }, (_, index) => [`h${index}`, aHost('gone')]));
  const problems = problemsOf({ ...aFleet(), hosts }).filter(({ path }) => path.startsWith('$.hosts'));
  expect(problems).toHaveLength(10_001);
  expect(problems.at(-1)).toMatchObject({
    severity: 'error',
    path: '$.hosts',
    message: expect.stringContaining('at least 5 more'),
  });
});
