import { describe, expect, it } from 'vitest';
import { readScenario } from '../../../src/simulator/scenario-file/index.ts';
import { FLEET, linesOf, scenarioOf } from './read-problems.ts';

const brief = (text: string): readonly string[] => linesOf(text).map((line) => line.replace(/\. .*$/s, ''));

describe('the mistakes of a scenario file', () => {
  it('are reported in one pass, whatever they are about (they took four)', () => {
    expect(
      brief(`seed: -1
fleet:
  channels:
    stable:
      hosts: { web: 3, db: 2 }
      waves: [{ hosts: web-01, soka: 5m }, { hosts: wbe-02 }, { hosts: the rest }]
  tags: { front: 7 }
  budgets: [{ at-most: many, hosts: web-* }, { hosts: wbe-*, at-most: 1 }]
  edges: [{ hosts: db-01 }, { hosts: db-02, waits-for: db-09 }]
steps:
  - { at: 12, when: wave 0 starts, do: crash, hosts: web-09 }
  - { do: reboot, hosts: web-* }
  - { when: web-07 is Soaking, do: reboot, host: web-01 }
  - { at: 1m, do: set-clock, hosts: db-03, ahead: 1s, behind: 1s }
hosts: [{ hosts: web-04, joins: soon }]
probes: [{ hosts: web-05 }]
expect: { outcome: fine, rollouts: { edge: Terminal }, hosts: { web-06: Odd } }
`),
    ).toMatchInlineSnapshot(`
      [
        "1:7 expected a whole number from 0, found -1",
        "6:32 there is no setting "soka" here",
        "6:53 there is no host wbe-02",
        "7:18 expected a host, a pattern such as web-*, or a list of them, found 7",
        "8:24 expected a number of hosts, or a percentage such as 10%, found "many"",
        "8:55 there is no host "wbe-*"",
        "9:11 \`waits-for\` is missing: expected a host, a pattern such as web-*, or a list of them",
        "9:56 there is no host db-09",
        "11:5 expected one of at or when, found both",
        "11:11 expected a duration such as 30s, 2m or 1h30m, found 12",
        "11:54 there is no host web-09",
        "12:5 expected one of at or when, found neither",
        "13:5 \`hosts\` is missing: expected a host, a pattern such as web-*, a list of them, or a mapping with any of: named, tag, channel, wave, first",
        "13:13 there is no host web-07",
        "13:44 there is no setting "host" here",
        "14:5 a clock cannot be both ahead and behind",
        "14:37 there is no host db-03",
        "15:18 there is no host web-04",
        "15:33 expected a duration such as 30s, 2m or 1h30m, found "soon"",
        "16:10 \`run\` is missing: expected a list of probes",
        "16:19 there is no host web-05",
        "17:20 expected one of: terminal, not-terminal, invariant-broken, found "fine"",
        "17:44 there is no channel edge",
        "17:73 expected one of: Pending, Activating, Deferred, Soaking, Converged, Failed, Reverted, found "Odd"",
        "17:73 there is no host web-06",
        "17:73 some names of hosts, channels, waves or tags could not be checked yet",
      ]
    `);
  });

  it('do not make others of what is right, and what could not be checked is said last', () => {
    const rest = `steps:
  - { at: 1m, do: crash, hosts: [web-01, nobody] }
  - { when: wave 7 starts, do: reboot, hosts: { tag: web, wave: 1 } }
  - { when: web-01 is Soaking, do: fail-probe, hosts: web-*, probe: http }
closures: { web-*: new }
hosts: [{ hosts: web-02, joins: 5m }]
expect: { rollouts: { stable: Terminal }, hosts: { web-01: Converged } }
`;
    for (const fleet of [
      'fleet: { channels: { stable: { hosts: much } } }\n',
      'fleet: { channels: 7 }\n',
      'fleet: { file: gone.json }\n',
      '',
    ]) {
      const lines = brief(`${fleet}${rest}`);
      expect(lines, fleet).toHaveLength(2);
      expect(lines.at(-1)).toContain('some names of hosts, channels, waves or tags could not be checked yet');
    }
    expect(brief(`fleet: { channels: { stable: { hosts: { web: 2 }, waves: [{ hosts: wbe-01 }] } } }\n${rest}`))
      .toMatchInlineSnapshot(`
      [
        "1:68 there is no host wbe-01",
        "3:33 there is no host nobody",
        "3:33 some names of hosts, channels, waves or tags could not be checked yet",
      ]
    `);
  });
});

describe('a name that appears twice', () => {
  it('is reported before anything else, and says that the rest was skipped', () => {
    expect(brief('fleet: { hosts: 3 }\nseed: -1\nseed: 2\n')).toEqual([
      '3:1 "seed" appears twice',
      '3:1 the rest of the file has not been checked yet',
    ]);
  });
});

describe('what would pass in silence', () => {
  it.each([
    ['a tag of a budget', 'budgets: [{ tag: wbe, at-most: 0 }]', 'there is no tag wbe. Did you mean "web"?'],
    ['tags of a budget', 'budgets: [{ tags: [web, dbb], at-most: 1 }]', 'there is no tag dbb. Did you mean "db"?'],
    [
      'tags that nobody has all of',
      'budgets: [{ tags: [web, db], at-most: 1 }]',
      'no host has all of the tags web, db',
    ],
  ])('is reported for %s', (_, budgets, message) => {
    expect(linesOf(`fleet:\n  channels: { stable: { hosts: { web: 3, db: 2 } } }\n  ${budgets}\n`).join()).toContain(
      message,
    );
  });

  it.each([
    ['[{ hosts: 200% }]', 'expected at most 100%, found 200%'],
    ['[{ hosts: 60% }, { hosts: 50% }]', 'the waves so far have 110% of the hosts'],
  ])('is reported for waves %s', (waves, message) => {
    expect(brief(`fleet: { channels: { stable: { hosts: 10, waves: ${waves} } } }`).join()).toContain(message);
    expect(brief('fleet: { channels: { stable: { hosts: 10, waves: [{ hosts: 60% }, { hosts: 40% }] } } }')).toEqual(
      [],
    );
  });

  it('is reported for a time after the end', () => {
    expect(
      linesOf(`${FLEET}lasts: 1h\nsettle: { faults-until: 2h }\nsteps:\n  - { at: 9d, do: reboot, hosts: web-01 }\n`),
    ).toMatchInlineSnapshot(`
      [
        "5:25 this would never happen: the run ends after 1h. Use an earlier time, or a longer run with \`lasts\`.",
        "7:11 this would never happen: the run ends after 1h. Use an earlier time, or a longer run with \`lasts\`.",
      ]
    `);
    expect(brief(`${FLEET}lasts: 9d\nsteps:\n  - { at: 9d, do: reboot, hosts: web-01 }\n`)).toEqual([]);
    expect(brief(`${FLEET}lasts: long\nsteps:\n  - { at: 900d, do: reboot, hosts: web-01 }\n`)).toHaveLength(1);
  });

  it.each([
    ['the ref of the start', 'ref: r1\nsteps: [{ at: 1m, do: publish, ref: r1 }]', 1],
    ['the release before', 'steps: [{ at: 2m, do: publish, ref: r2 }, { at: 1m, do: publish, ref: r2 }]', 1],
    [
      'the ref of the start after another',
      'ref: r1\nsteps: [{ at: 1m, do: publish, ref: r2 }, { at: 2m, do: publish, ref: r1 }]',
      0,
    ],
    ['other closures', 'ref: r1\nsteps: [{ at: 1m, do: publish, ref: r1, closures: { web-*: x } }]', 0],
    [
      'one of several, at unknown times',
      'ref: r1\nsteps: [{ when: wave 1 starts, do: publish, ref: r1 }, { at: 2m, do: publish, ref: r2 }]',
      0,
    ],
  ])('is reported for a release that is already published: %s', (_, rest, count) => {
    const lines = brief(`${FLEET}${rest}\n`);
    expect(lines).toHaveLength(count);
    expect(lines.every((line) => line.includes('is already released with the same closures'))).toBe(true);
  });

  it('is not reported for a probe because of a mistake in the probes', () => {
    const step = 'steps: [{ at: 1m, do: fail-probe, hosts: web-01, probe: replication }]\n';
    for (const [probes, mistake] of [
      ['{ hosts: web-*, run: [{ name: replication, evry: 2m }] }', 'there is no setting "evry" here'],
      ['{ hosts: wbe-*, run: [{ name: replication }] }', 'there is no host "wbe-*"'],
    ] as const)
      expect(brief(`${FLEET}probes: [${probes}]\n${step}`)).toEqual([expect.stringContaining(mistake)]);
    expect(brief(`${FLEET}probes: [{ run: [{ name: http }] }]\n${step}`)).toEqual([
      expect.stringContaining('there is no probe of these hosts replication'),
    ]);
  });

  it('is not reported for percentages that add up to 100, whatever the rounding', () => {
    const waves = (last: string): string =>
      `fleet: { channels: { c: { hosts: 100, waves: [{ hosts: 32.1% }, { hosts: 37.7% }, { hosts: ${last} }] } } }`;
    expect(brief(waves('30.2%'))).toEqual([]);
    expect(brief(waves('30.3%'))).toEqual([expect.stringContaining('the waves so far have 100.1% of the hosts')]);
  });

  it('is noted of waves that no host is left for', () => {
    const notes = (fleet: string): unknown => {
      const read = readScenario(fleet, { readFile: () => null });
      return read.ok ? read.notes : read.problems;
    };
    const message = '12 hosts fill no more than 12 of 40 waves.';
    expect(notes('fleet: { hosts: 12, waves: 40 }')).toEqual([{ line: 1, column: 28, message }]);
    expect(notes('fleet: { channels: { c: { hosts: 12, waves: 40 } } }')).toEqual([{ line: 1, column: 45, message }]);
    expect(notes('fleet: { hosts: 12, waves: 12 }')).toEqual([]);
    // Three waves are the default.
    expect(notes('fleet: { hosts: 1 }')).toEqual([]);
    expect(scenarioOf('fleet: { hosts: 12, waves: 40 }').hosts).toHaveLength(12);
  });
});
