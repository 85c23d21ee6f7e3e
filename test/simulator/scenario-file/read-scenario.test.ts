import { describe, expect, it } from 'vitest';
import { DEFAULT_SCENARIO } from '../../../src/simulator/index.ts';
import { readScenario } from '../../../src/simulator/scenario-file/index.ts';
import { FLEET, linesOf, problemsOf, scenarioOf } from './read-problems.ts';

describe('a scenario file', () => {
  it('needs no more than a fleet', () => {
    const scenario = scenarioOf(FLEET);
    expect(scenario.hosts.map(({ hostname }) => hostname)).toEqual(['db-01', 'db-02', 'web-01', 'web-02', 'web-03']);
    expect(scenario.rollouts.map(({ waves }) => waves)).toEqual([
      [
        { hosts: ['web-01'], soakMinutes: 5 },
        { hosts: ['db-01', 'db-02', 'web-02', 'web-03'], soakMinutes: 10 },
      ],
    ]);
    expect(scenario).toMatchObject({
      seed: 1,
      rates: DEFAULT_SCENARIO.rates,
      durations: DEFAULT_SCENARIO.durations,
      steps: [],
      settle: null,
    });
  });

  it('gives every setting its own kind of value', () => {
    const scenario = scenarioOf(`${FLEET}
title: all of it
seed: 7
starts: 2026-02-03T04:05:06Z
lasts: 1d12h
durations: { activation: 30s to 2m, disk-flush: 250ms }
network: { latency: 1.5s }
agent: { tick: 5s, retry: { cap: 2m } }
rates: { request-lost: 5%, answer-lost: 0.25, agent-crashes-per-hour: 2, deferred-reboot-after: 1h to 2h, deferred-components: [kernel] }
settle: { faults-until: 2h, within: 1h }
`);
    expect(scenario).toMatchObject({
      title: 'all of it',
      seed: 7,
      startAt: Date.UTC(2026, 1, 3, 4, 5, 6),
      untilMs: 36 * 3_600_000,
      durations: { activation: { minMs: 30_000, maxMs: 120_000 }, diskFlushMs: 250 },
      network: { latency: { minMs: 1500, maxMs: 1500 } },
      agent: { tickSecs: 5, heartbeatSecs: 60, retry: { firstMs: 1000, capMs: 120_000, factor: 2 } },
      rates: {
        requestLost: 0.05,
        answerLost: 0.25,
        agentCrashesPerHour: 2,
        deferredRebootAfter: { minMs: 3_600_000, maxMs: 7_200_000 },
        deferredComponents: ['kernel'],
      },
      settle: { faultsUntilMs: 7_200_000, withinMs: 3_600_000 },
    });
  });

  it('says when steps happen, and to whom', () => {
    const { steps } = scenarioOf(`${FLEET}
steps:
  - { at: 12m, do: crash, hosts: web-* }
  - { when: wave 1 starts, after: 30s, do: reboot, hosts: { tag: db } }
  - { when: web-02 is Soaking, do: take-offline, hosts: { wave: 1, first: 2 }, for: 1h }
  - { when: wave 0 of stable starts, do: fail-probe, hosts: ["?eb-03", db-02], probe: http }
`);
    expect(steps.map(({ when }) => when)).toEqual([
      { type: 'At', atMs: 720_000 },
      { type: 'WaveStarts', channel: 'stable', wave: 1, afterMs: 30_000 },
      { type: 'HostEnters', host: 'web-02', state: 'Soaking', afterMs: 0 },
      { type: 'WaveStarts', channel: 'stable', wave: 0, afterMs: 0 },
    ]);
    expect(steps.map(({ do: action }) => ('hosts' in action ? action.hosts : []))).toEqual([
      ['web-01', 'web-02', 'web-03'],
      ['db-01', 'db-02'],
      ['db-01', 'db-02'],
      ['db-02', 'web-03'],
    ]);
  });

  it('gives hosts the probes of every entry that is about them', () => {
    const scenario = scenarioOf(`${FLEET}
probes:
  - { run: [{ name: up, every: 30s }] }
  - { hosts: { tag: db }, run: [{ name: replication, mode: observe, kind: sql }, { name: up, every: 5s }] }
  - { hosts: web-03, run: [] }
`);
    const probesOf = (name: string): readonly string[] =>
      (scenario.probeSets[scenario.hosts.find(({ hostname }) => hostname === name)?.probeSet ?? -1] ?? []).map(
        ({ probeName, mode, intervalSecs }) => `${probeName} ${mode} ${intervalSecs}`,
      );
    expect(probesOf('web-01')).toEqual(['up enforce 30']);
    expect(probesOf('db-01')).toEqual(['up enforce 5', 'replication observe 60']);
    expect(probesOf('web-03')).toEqual(['up enforce 30']);
  });

  it('reads a fleet file, and a release of new closures for every host', () => {
    const fleet = JSON.stringify({
      schemaVersion: 1,
      hosts: { a: { system: 'x', tags: [], channel: 'c', closureHash: 'now', pubkey: null } },
      channels: {
        c: {
          rolloutPolicy: 'p',
          reconcileIntervalMinutes: 1,
          freshnessWindow: 100,
          signingIntervalMinutes: 1,
          compliance: { mode: 'disabled', frameworks: [] },
        },
      },
      rolloutPolicies: { p: { strategy: 'canary', waves: [], healthGate: {}, onHealthFailure: 'halt' } },
      waves: {},
      edges: [],
      disruptionBudgets: [],
      meta: { schemaVersion: 1, signedAt: null, ciCommit: 'abc' },
    });
    const read = readScenario('fleet: { file: f.json }\nclosures: new for every host\n', {
      readFile: (path) => (path === 'f.json' ? fleet : null),
    });
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    expect(read.scenario.hosts[0]?.runningClosure).toBe('now');
    expect(read.scenario.rollouts[0]).toMatchObject({
      rolloutId: 'c@abc',
      hosts: [{ hostname: 'a', targetClosure: 'a-abc' }],
    });
  });

  it('keeps names that mean something to JavaScript', () => {
    const scenario = scenarioOf(
      `
fleet: { channels: { __proto__: { hosts: [__proto__, constructor, "10", "x y"] } } }
closures: { __proto__: evil, "*": other, __proto__: evil2 }
`.replace(', __proto__: evil2', ''),
    );
    expect(scenario.hosts.map(({ hostname }) => hostname)).toEqual(['10', '__proto__', 'constructor', 'x y']);
    expect(scenario.rollouts[0]?.channel).toBe('__proto__');
    const closures = '"*": other, "7": own';
    const { rollouts } = scenarioOf(`fleet: { channels: { c: { hosts: ["7", b] } } }\nclosures: { ${closures} }`);
    expect(rollouts[0]?.hosts.map(({ targetClosure }) => targetClosure)).toEqual(['own', 'other']);
    expect(
      scenarioOf(
        'fleet: { channels: { c: { hosts: [__proto__, b] } } }\nclosures: { "*": other, __proto__: own }',
      ).rollouts[0]?.hosts.map(({ targetClosure }) => targetClosure),
    ).toEqual(['own', 'other']);
  });
});

describe('what is wrong with a scenario file', () => {
  it('is reported all at once, in order of place, with what to do', () => {
    expect(
      linesOf(`titel: x
fleet:
  channels:
    stable: { hosts: 6, waves: 2, sok: 5m }
steps:
  - at: 12
    do: crsh
    hosts: web-*
  - at: 12
    do: crash
    host: web-*
  - 7
rates: { request-lost: 120%, agent-crash: 3 }
seed: -1
settle: soon
`),
    ).toMatchInlineSnapshot(`
      [
        "1:1 there is no setting "titel" here. Did you mean "title"?",
        "4:35 there is no setting "sok" here. Did you mean "soak"?",
        "7:9 expected what to do, found "crsh". Did you mean "crash"?",
        "8:12 there is no host "web-*". Known here: stable-01, stable-02, stable-03, stable-04, stable-05, stable-06.",
        "9:5 \`hosts\` is missing: expected a host, a pattern such as web-*, a list of them, or a mapping with any of: named, tag, channel, wave, first. Add \`hosts\`.",
        "9:9 expected a duration such as 30s, 2m or 1h30m, found 12. Give the unit: 12s, 12m or 12h.",
        "11:5 there is no setting "host" here. Did you mean "hosts"?",
        "12:5 expected a mapping, found 7. Correct the value.",
        "13:24 expected a chance: a number from 0 to 1, or a percentage such as 5%, found "120%". Correct the value.",
        "13:30 there is no setting "agent-crash" here. Did you mean "agent-crashes-per-hour"?",
        "14:7 expected a whole number from 0, found -1. Correct the value.",
        "15:9 expected a mapping with any of: faults-until, within, found "soon". Correct the value.",
      ]
    `);
  });

  it('includes what can be seen only with the fleet', () => {
    expect(
      linesOf(`${FLEET}steps:
  - { at: 1m, do: crash, hosts: wbe-01 }
  - { when: wave 2 starts, do: reboot, hosts: web-* }
  - { when: web-09 is Soaking, do: reboot, hosts: web-* }
  - { when: wave 0 of stabel starts, do: reboot, hosts: { tag: cache } }
  - { at: 1m, when: wave 0 starts, do: reboot, hosts: web-* }
  - { at: 1m, after: 2m, do: fail-probe, hosts: web-*, probe: htp }
  - { at: 1m, do: publish, ref: r2, channels: [edge], closures: { dbb-01: x } }
hosts:
  - { hosts: web-01, clock: soon ahead }
starts: tomorrow
expect: { rollouts: { edge: Terminal }, hosts: { web-7: Pending } }
`),
    ).toMatchInlineSnapshot(`
      [
        "5:33 there is no host wbe-01. Did you mean "web-01"?",
        "6:13 the channel has no wave 2. Waves count from 0; the last one is 1.",
        "7:13 there is no host web-09. Did you mean "web-01"?",
        "8:13 there is no channel stabel. Did you mean "stable"?",
        "8:64 there is no tag cache. Known here: db, web.",
        "9:5 expected one of at or when, found both. Set when it happens: \`at: 12m\`, or \`when: wave 1 starts\`.",
        "10:15 \`after\` only applies to \`when\`. Add it to the time in \`at\`.",
        "10:63 there is no probe of these hosts htp. Did you mean "http"?",
        "11:47 there is no channel edge. Known here: stable.",
        "11:75 there is no host dbb-01. Did you mean "db-01"?",
        "13:29 expected how far off the clock is, found "soon ahead". Write it as 30s ahead or 2m behind.",
        "14:9 expected a time of day, or a date with a time, found "tomorrow". Write it as 22:00, 22:00+02:00, or 2026-05-16T22:00:00Z.",
        "15:29 there is no channel edge. Known here: stable.",
        "15:57 there is no host web-7. Known here: db-01, db-02, web-01, web-02, web-03.",
      ]
    `);
  });

  it.each([
    ['', 'the file is empty'],
    ['- a\n- b', 'expected a mapping'],
    ['5', 'expected a mapping'],
    ['fleet: {}', 'expected one of file, hosts or channels'],
    ['title: x', '`fleet` is missing'],
    ['fleet: { hosts: 5, channels: {} }', 'found hosts and channels'],
    ['fleet: { file: nowhere.json }', 'cannot be read'],
    ['fleet: { hosts: 0 }', 'expected a whole number from 1'],
    ['fleet: { hosts: 5, budgets: [] }', 'cannot be used with'],
    ['fleet: { channels: { c: { hosts: 3 } }, waves: 2 }', 'only applies to'],
    ['fleet: { channels: { c: { hosts: [a, a] } } }', 'appears twice'],
    ['fleet: { channels: { c: { hosts: [a], waits-for: c } } }', 'c'],
    [
      'fleet: { channels: { c: { hosts: [a, b] } }, edges: [{ hosts: a, waits-for: b }, { hosts: b, waits-for: a }] }',
      'wait for each other',
    ],
    ['fleet: { channels: { c: { hosts: [a, b] } }, budgets: [{ at-most: 1 }] }', 'selects no hosts'],
    ['fleet: { channels: { "a@b": { hosts: [a] } } }', '@'],
    ['fleet: &x { hosts: 3 }\nexpect: *x', 'refers to another part'],
    ['fleet: { hosts: 3 }\nfleet: { hosts: 4 }', 'appears twice'],
    ['fleet: { hosts: 3 }\n---\nfleet: { hosts: 3 }', 'second YAML document'],
    ['fleet: { hosts: 3', 'not YAML'],
    ['? { a: b }\n: c', 'not a plain text'],
    ['fleet: { hosts: 3 }\nagent: { retry: { first: 2m, cap: 1s } }', 'is below `first`'],
    ['fleet: { hosts: 3 }\ndurations: { plan-interval: 0s }', 'planIntervalMs'],
    ['fleet: { hosts: 3 }\nlasts: 99999999d', 'at most ten years'],
    ['fleet: { hosts: 3 }\ndurations: { activation: 2m to 1m }', 'the shorter one first'],
  ])('names what is wrong with %j', (text, message) => {
    const problems = problemsOf(text);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.map((problem) => problem.message).join('\n')).toContain(message);
    for (const { line, column, remedy } of problems) {
      expect(line).toBeGreaterThan(0);
      expect(column).toBeGreaterThan(0);
      expect(remedy).toMatch(/[.?]$/);
    }
  });
});
