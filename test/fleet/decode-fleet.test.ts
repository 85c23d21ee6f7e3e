import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeFleet, parseFleet } from '../../src/fleet/index.ts';
import { aFleet, aHost, aSelector } from './a-fleet.ts';
import { expectHelpful, fleetOf, placesOf, problemsOf } from './expect-fleet.ts';

const SHARED_FLEETS = '../shared/fleets';
const isShared = existsSync(SHARED_FLEETS);

const EXPECTED_WARNINGS: Readonly<Record<string, readonly string[]>> = {
  'demo-fleet.json': [],
  'empty-first-wave.json': ['$.waves.stable[0]', '$.channels.stable'],
  'every-nullable.json': ['$.channels.stable'],
  'host-edge.json': ['$.channels.stable'],
  'signed-artifact.json': [],
  'three-waves.json': ['$.channels.stable'],
};

describe.skipIf(!isShared)(`real files (skipped where ${SHARED_FLEETS} is absent)`, () => {
  const files = isShared ? readdirSync(SHARED_FLEETS).filter((name) => name.endsWith('.json')) : [];
  test.each(files)('%s decodes', (file) => {
    const text = readFileSync(`${SHARED_FLEETS}/${file}`, 'utf8');
    expect(fleetOf(text).hosts.size).toBeGreaterThan(0);
    expect(problemsOf(text).map(({ path }) => path)).toEqual(EXPECTED_WARNINGS[file]);
  });

  test('an absent channelEdges and null metadata become explicit', () => {
    const fleet = fleetOf(readFileSync(`${SHARED_FLEETS}/every-nullable.json`, 'utf8'));
    expect(fleet.channelEdges).toEqual([]);
    expect(fleet.meta).toEqual({ schemaVersion: 1, signedAt: null, ciCommit: null, signatureAlgorithm: null });
    expect(fleet.hosts.get('h1')).toEqual({
      system: 'x86_64-linux',
      tags: [],
      channel: 'stable',
      closureHash: null,
      pubkey: null,
      pin: null,
    });
  });
});

test('the example fleet has neither errors nor warnings', () => {
  const decoded = parseFleet(readFileSync('examples/fleets/harbor.json', 'utf8'));
  expect(decoded).toMatchObject({ ok: true, warnings: [] });
  expect(decoded.ok && decoded.fleet.hosts.size).toBe(42);
});

describe('optional and older forms', () => {
  test.each([
    [{ mode: 'permissive', frameworks: [] }, 'permissive'],
    [{ strict: true, frameworks: [] }, 'enforce'],
    [{ strict: false, frameworks: [] }, 'permissive'],
    [{ mode: 'disabled', strict: true, frameworks: [] }, 'disabled'],
  ])('compliance %j has the mode %s', (compliance, mode) => {
    const json = aFleet();
    json['channels'].stable.compliance = compliance;
    expect(fleetOf(json).channels.get('stable')?.compliance.mode).toBe(mode);
  });

  test('compliance with neither mode nor strict is reported', () => {
    const json = aFleet();
    json['channels'].stable.compliance = { frameworks: [] };
    expect(placesOf(json)).toEqual(['error $.channels.stable.compliance.mode']);
  });

  test('before and after are read as gates and gated, the newer names winning', () => {
    const json = aFleet();
    json['channelEdges'] = [
      { before: 'edge', after: 'stable', reason: 'older' },
      { gates: 'edge', gated: 'stable', before: 'stable', after: 'edge' },
    ];
    expect(fleetOf(json).channelEdges).toEqual([
      { gated: 'stable', gates: 'edge', reason: 'older' },
      { gated: 'stable', gates: 'edge', reason: null },
    ]);
  });

  test('a channel edge without ends is reported once for each end', () => {
    expect(placesOf({ ...aFleet(), channelEdges: [{}] })).toEqual([
      'error $.channelEdges[0].gated',
      'error $.channelEdges[0].gates',
    ]);
  });

  test('what a selector leaves out does not fire', () => {
    const json = aFleet();
    json['disruptionBudgets'] = [{ selector: { tags: ['web', 'db', 'web'] } }];
    expect(fleetOf(json).disruptionBudgets).toEqual([
      {
        selector: { all: false, channel: null, hosts: [], tags: ['db', 'web'], tagsAny: [] },
        unreadRules: [],
        maxInFlight: null,
        maxInFlightPct: null,
      },
    ]);
  });

  test('unknown fields are ignored everywhere', () => {
    const json = aFleet();
    const plain = fleetOf(aFleet());
    for (const part of [
      json,
      json['hosts'].a,
      json['channels'].edge,
      json['meta'],
      json['waves'].stable[0],
      json['edges'][0],
    ]) {
      part.addedLater = { anything: [1] };
    }
    expect(fleetOf(json)).toEqual(plain);
  });

  test('signedAt is milliseconds since the epoch, floored', () => {
    const json = aFleet();
    json['meta'].signedAt = '2026-05-16T03:00:00.123999+02:00';
    expect(fleetOf(json).meta.signedAt).toBe(Date.UTC(2026, 4, 16, 1, 0, 0, 123));
  });

  test('a pin and a health gate are kept as they are', () => {
    const json = aFleet();
    json['hosts'].a.pin = { rev: 'x' };
    json['rolloutPolicies'].fast.healthGate = { systemdFailedUnits: { max: 0 } };
    const fleet = fleetOf(json);
    expect(fleet.hosts.get('a')?.pin).toEqual({ rev: 'x' });
    expect(fleet.rolloutPolicies.get('fast')?.healthGate).toEqual({ systemdFailedUnits: { max: 0 } });
  });
});

describe('shape problems', () => {
  test.each([
    ['schemaVersion', (json: Json) => void (json['schemaVersion'] = 2), '$.schemaVersion'],
    ['host that is no object', (json: Json) => void (json['hosts']['web 1'] = 5), '$.hosts["web 1"]'],
    ['tags item', (json: Json) => void (json['hosts'].a.tags = ['x', 3]), '$.hosts.a.tags[1]'],
    ['closureHash', (json: Json) => void (json['hosts'].a.closureHash = 3), '$.hosts.a.closureHash'],
    ['pin', (json: Json) => void (json['hosts'].a.pin = 'x'), '$.hosts.a.pin'],
    [
      'freshnessWindow',
      (json: Json) => void (json['channels'].edge.freshnessWindow = 1.5),
      '$.channels.edge.freshnessWindow',
    ],
    [
      'strategy',
      (json: Json) => void (json['rolloutPolicies'].fast.strategy = 'big-bang'),
      '$.rolloutPolicies.fast.strategy',
    ],
    [
      'selector',
      (json: Json) => void (json['disruptionBudgets'][0].selector.all = 'yes'),
      '$.disruptionBudgets[0].selector.all',
    ],
    [
      'maxInFlight',
      (json: Json) => void (json['disruptionBudgets'][0].maxInFlight = -1),
      '$.disruptionBudgets[0].maxInFlight',
    ],
    ['wave host', (json: Json) => void json['waves'].stable[1].hosts.push(7), '$.waves.stable[1].hosts[2]'],
    ['wave list', (json: Json) => void (json['waves'].stable = {}), '$.waves.stable'],
    ['edge', (json: Json) => void json['edges'].push(null), '$.edges[1]'],
    ['signedAt', (json: Json) => void (json['meta'].signedAt = '2026-02-30T00:00:00Z'), '$.meta.signedAt'],
    [
      'soakMinutes',
      (json: Json) => void (json['rolloutPolicies'].careful.waves[0].soakMinutes = '5'),
      '$.rolloutPolicies.careful.waves[0].soakMinutes',
    ],
    ['missing meta', (json: Json) => void delete json['meta'], '$.meta'],
  ])('%s', (_name, spoil, path) => {
    const json = aFleet();
    spoil(json);
    const problems = problemsOf(json);
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    expect(problems[0]?.message).toMatch(/^expected .+, found /);
    expectHelpful(problems);
  });

  const requiredFields: readonly (readonly [part: string, fields: readonly string[]])[] = [
    ['hosts.a', ['system', 'tags', 'channel']],
    [
      'channels.stable',
      ['rolloutPolicy', 'reconcileIntervalMinutes', 'freshnessWindow', 'signingIntervalMinutes', 'compliance'],
    ],
    ['channels.stable.compliance', ['mode', 'frameworks']],
    ['rolloutPolicies.careful', ['strategy', 'waves', 'healthGate', 'onHealthFailure']],
    ['rolloutPolicies.careful.waves.0', ['selector', 'soakMinutes']],
    ['waves.stable.0', ['hosts', 'soakMinutes']],
    ['edges.0', ['gated', 'gates']],
    ['disruptionBudgets.0', ['selector']],
    ['meta', ['schemaVersion']],
  ];
  test.each(requiredFields.flatMap(([part, fields]) => fields.map((field) => [part, field] as const)))(
    '%s without %s',
    (part, field) => {
      const json = aFleet();
      const owner = part.split('.').reduce((node, key) => node[key], json);
      delete owner[field];
      const problems = problemsOf(json).filter(({ severity }) => severity === 'error');
      expect(problems).toHaveLength(1);
      expect(problems[0]?.path.endsWith(`.${field}`)).toBe(true);
      expect(problems[0]?.message).toMatch(/^expected .+, found nothing$/);
      expect(problems[0]?.message).not.toContain('Invalid input');
    },
  );

  test('a host of the wrong type hides neither a cycle nor anything else', () => {
    const json = aFleet();
    json['hosts'].a = 5;
    json['edges'].push({ gated: 'c', gates: 'b', reason: 9 });
    json['channels'].edge.rolloutPolicy = 'none';
    json['channels'].edge.compliance = 'off';
    json['waves'].stable[0].hosts = [false, 'ghost'];
    const places = placesOf(json);
    expect(places).toEqual([
      'error $.hosts.a',
      'error $.channels.edge.compliance',
      'error $.waves.stable[0].hosts[0]',
      'error $.edges[1].reason',
      'error $.channels.edge.rolloutPolicy',
      'error $.edges[0]',
      'error $.waves.stable[0].hosts[1]',
    ]);
  });

  test('the name of a host that could not be read is still known', () => {
    const json = aFleet();
    json['hosts'].c = null;
    expect(placesOf(json)).toEqual(['error $.hosts.c']);
  });

  test.each([[null], [[]], [5], [true], [undefined]])('%j is no fleet', (json) => {
    expect(placesOf(json)).toEqual(['error $']);
  });

  test('every section missing from an empty object is reported', () => {
    expect(placesOf({})).toHaveLength(8);
  });
});

describe('text', () => {
  test.each([
    ['{"a": 1,\n  "b": tru}', 'line 2, column 8: expected a value, found "t"'],
    ['{"a": 1,\n', 'line 2, column 1: expected a name in double quotes, found the end of the file'],
    ['{"a" 1}', 'line 1, column 6: expected a colon, found "1"'],
    ['[1 2]', 'line 1, column 4: expected a comma or "]", found "2"'],
    ['{} {}', 'line 1, column 4: expected the end of the text, found "{"'],
    ['["\t"]', 'line 1, column 3: expected an escaped control character, such as \\n, found "\\t"'],
    ['["\\x"]', 'line 1, column 3: expected a JSON escape'],
    ['["abc', 'line 1, column 6: expected the closing double quote, found the end of the file'],
    ['[1,]', 'line 1, column 4: expected a value, found "]"'],
    ['[01]', 'line 1, column 3: expected a comma or "]", found "1"'],
    ['', 'the file is empty'],
    ['\uFEFF \n', 'the file is empty'],
  ])('%j names the place', (text, message) => {
    const decoded = parseFleet(text);
    expect(decoded).toMatchObject({ ok: false, problems: [{ path: '$' }] });
    expect(!decoded.ok && decoded.problems[0]?.message).toContain(message);
  });

  test('a byte order mark is passed over, and text may be given to decodeFleet', () => {
    const text = JSON.stringify(aFleet());
    expect(parseFleet(`\uFEFF${text}`)).toEqual(decodeFleet(aFleet()));
    expect(decodeFleet(text)).toEqual(decodeFleet(aFleet()));
  });

  test('a text that holds a string is a string, not a text once more', () => {
    const decoded = parseFleet(JSON.stringify(JSON.stringify(aFleet())));
    expect(decoded).toMatchObject({
      ok: false,
      problems: [{ path: '$', message: expect.stringContaining('found "{') }],
    });
  });
});

describe('a name that is there more than once', () => {
  const text = JSON.stringify(aFleet());

  test.each([
    ['a host', text.replace('"hosts":{', '"hosts":{"a":{"x":[1,{"y":2}]},'), '$.hosts.a'],
    ['a host in other letters', text.replace('"hosts":{', '"hosts":{"\\u0061":1,'), '$.hosts.a'],
    ['a prototype', text.replace('"hosts":{', '"hosts":{"__proto__":1,"__proto__":1,'), '$.hosts.__proto__'],
    ['a section', text.replace('{', '{"edges":"[{\\"",'), '$.edges'],
    ['a field in a list', text.replace('"gated":"b"', '"gated":"a","gated":"b"'), '$.edges[0].gated'],
  ])('%s', (_name, repeated, path) => {
    expect(problemsOf(repeated)).toContainEqual(
      expect.objectContaining({ severity: 'error', path, message: expect.stringContaining('more than once') }),
    );
  });

  test('in different objects it is no fault', () => {
    expect(problemsOf(text)).toEqual([]);
  });
});

test('the same problem is reported once', () => {
  const json = aFleet();
  json['waves'].stable[0].hosts.push('a', 'a');
  json['hosts'].x = aHost('nowhere');
  json['disruptionBudgets'].push({ selector: aSelector({ hosts: ['x'] }), maxInFlight: 1, maxInFlightPct: null });
  const places = placesOf(json);
  expect(places).toEqual(['error $.hosts.x.channel']);
});

type Json = ReturnType<typeof aFleet>;

describe('a file of a newcomer', () => {
  test('that is something else is named as that, in one problem', () => {
    expect(problemsOf({ name: 'app', version: '1.0.0' })).toMatchObject([
      { path: '$', message: expect.stringContaining('this is not a fleet.resolved.json') },
    ]);
  });

  test('with a misspelt section says which, also where the section may be left out', () => {
    const { channelEdges = [], ...rest }: Record<string, unknown> = { ...aFleet() };
    const found = problemsOf({ ...rest, channelEdge: channelEdges, somethingElse: 1 });
    const remedies = found.filter(({ severity }) => severity === 'warning').map(({ path, remedy }) => [path, remedy]);
    expect(remedies).toContainEqual(['$.channelEdge', 'Rename it to channelEdges if that is what you mean.']);
    expect(placesOf(found)).not.toContain('$.somethingElse');
  });

  test('with a misspelt field says which, and never takes a field that is known for it', () => {
    const { channel, ...host } = aHost('stable');
    const misspelt = problemsOf({ ...aFleet(), hosts: { web: { ...host, chanel: channel } }, edges: [] });
    expect(misspelt.find(({ path }) => path === '$.hosts.web.channel')?.remedy).toBe('Rename chanel to channel.');
    const edges = problemsOf({ ...aFleet(), edges: [{ gates: 'a' }] });
    expect(edges.find(({ path }) => path === '$.edges[0].gated')?.remedy).toContain('Add it');
  });
});
