import { describe, expect, it } from 'vitest';
import { readScenario } from '../../../src/simulator/scenario-file/index.ts';
import { FLEET, linesOf } from './read-problems.ts';

describe('what is doubtful about the fleet file of a scenario', () => {
  const doubtsOf = (closureHash: string | null, closures: string): unknown => {
    const channel = {
      rolloutPolicy: 'p',
      reconcileIntervalMinutes: 1,
      freshnessWindow: 100,
      signingIntervalMinutes: 1,
      compliance: { mode: 'disabled', frameworks: [] },
    };
    const fleet = {
      schemaVersion: 1,
      hosts: { a: { system: 'x', tags: [], channel: 'c', closureHash, pubkey: null } },
      channels: { c: channel },
      rolloutPolicies: { p: { strategy: 'canary', waves: [], healthGate: {}, onHealthFailure: 'halt' } },
      waves: { nowhere: [] },
      edges: [],
      disruptionBudgets: [],
      meta: { schemaVersion: 1, signedAt: null, ciCommit: 'abc' },
    };
    const read = readScenario(`title: x\nfleet: { file: f.json }\n${closures}`, {
      readFile: () => JSON.stringify(fleet),
    });
    return read.ok ? read.warnings : read.problems;
  };
  const ofWaves = {
    line: 2,
    column: 16,
    message:
      'in the fleet file, at $.waves.nowhere: waves are declared for channel nowhere, which does not exist, and are never used',
  };
  const ofClosures = {
    line: 2,
    column: 16,
    message:
      'in the fleet file, at $.channels.c: no host of channel c has a closureHash, so there is nothing to roll out',
  };

  it('is reported where the scenario names it (nothing was)', () => {
    expect(doubtsOf('now', '')).toEqual([ofWaves]);
    expect(doubtsOf(null, '')).toEqual([ofWaves, ofClosures]);
  });

  it('is not that hosts have no closure where each gets a new one', () => {
    expect(doubtsOf(null, 'closures: new for every host\n')).toEqual([ofWaves]);
  });
});

describe('what is wrong with the fleet of a scenario', () => {
  it("is reported at its place in the scenario, and not in a fleet file's terms", () => {
    expect(
      linesOf(`fleet:
  channels:
    stable:
      hosts: { web: 3 }
      waits-for: edge
      waves:
        - { hosts: web-01 }
        - { hosts: [web-02, web-01] }
    edge: { hosts: [a, b], waits-for: stable }
    beta: { hosts: [c], waits-for: [edge, beta] }
    "a@b": { hosts: [d] }
  edges:
    - { hosts: web-01, waits-for: web-03 }
    - { hosts: web-03, waits-for: web-01 }
    - { hosts: web-*, waits-for: [a, b] }
`),
    ).toMatchInlineSnapshot(`
      [
        "5:18 the channels wait for each other: edge → stable → edge (each waits for the next), so none of them can ever start. Remove one of these \`waits-for\` (lines 5, 9).",
        "8:29 the host web-01 is already in an earlier wave of this channel. Name each host in one wave only.",
        "10:36 beta waits for itself, so it would never start. Remove it from what it waits for (line 10).",
        "11:5 a channel cannot be called "a@b": expected a name that is not empty and has no "@", which separates the parts of a rollout id. Give the channel another name.",
        "13:7 the hosts wait for each other: web-01 → web-03 → web-01 (each waits for the next), so none of them can ever start. Remove one of these edges, or reverse it (lines 13, 14).",
        "15:7 the edge joins hosts of two channels: web-01 is on stable, a is on edge. Let hosts wait for hosts of the same channel, or give the channel a \`waits-for\`.",
      ]
    `);
  });

  it('includes a wave of 0%, which had a host', () => {
    const waves = (hosts: string): string =>
      `fleet: { channels: { c: { hosts: 12, waves: [{ hosts: ${hosts} }, { hosts: the rest }] } } }`;
    for (const none of ['0%', '0.0%'])
      expect(linesOf(waves(none))).toEqual([
        `1:55 expected more than 0%, found ${none}. Use more, or remove the wave.`,
      ]);
    expect(linesOf(waves('0.1%'))).toEqual([]);
    expect(linesOf(waves('0'))).toEqual([]);
  });

  it('names a ref that is empty where it is written', () => {
    expect(linesOf(`${FLEET}ref: ""\n`)).toMatchInlineSnapshot(`
      [
        "4:6 expected a ref that is not empty, found "". Correct the value.",
      ]
    `);
    expect(linesOf(`${FLEET}steps:\n  - { at: 1m, do: publish, ref: "" }\n`)).toMatchInlineSnapshot(`
      [
        "5:33 expected a ref that is not empty, found "". Correct the value.",
      ]
    `);
  });
});

it('warns of an edge against the waves of a described fleet', () => {
  const read = readScenario(
    `fleet:
  channels: { stable: { hosts: [a, b], waves: [{ hosts: a }, { hosts: b }] } }
  edges: [{ hosts: a, waits-for: b }]
`,
    { readFile: () => null },
  );
  expect(read.ok && read.warnings).toEqual([
    {
      line: 3,
      column: 10,
      message:
        'a waits for b, which is in the later wave 1 and starts only when wave 0 is done, so a is never dispatched',
    },
  ]);
});
