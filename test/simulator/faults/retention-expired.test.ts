import { describe, expect, test } from 'vitest';
import { FLEET, MINUTE, runYaml } from '../support/run-yaml.ts';

const RELEASES = `closures: { '*': one }
steps:
  - { at: 1h, do: publish, ref: release-2, closures: { '*': two } }
  - { at: 2h, do: publish, ref: release-3, closures: { '*': three } }
`;

const prunedIn = (step: string): readonly string[] =>
  runYaml(`ref: release-1${FLEET}${RELEASES}  - ${step}\n`).events.flatMap((event) =>
    event.type === 'RolloutTransition' && event.to === 'Pruned' ? [event.rolloutId] : [],
  );

describe('expire-retention', () => {
  test('prunes every superseded rollout, and no other', () => {
    expect(prunedIn('{ at: 125m, do: expire-retention }')).toEqual(['stable@release-1', 'stable@release-2']);
  });

  test('leaves alone what was superseded later', () => {
    expect(prunedIn('{ at: 125m, do: expire-retention, superseded-for: 1h }')).toEqual(['stable@release-1']);
    expect(prunedIn('{ at: 59m, do: expire-retention }')).toEqual([]);
  });

  test('what is still reported of a pruned rollout is dropped, and the hosts go on to the next', () => {
    const { run: result, events } = runYaml(`ref: release-1${FLEET}closures: { '*': one }
steps:
  - { at: 90s, do: partition, hosts: web-01, for: 1m }
  - { at: 2m, do: publish, ref: release-2, closures: { '*': two } }
  - { at: 2m1s, do: expire-retention }
`);
    expect([result.outcome, result.violations]).toEqual(['terminal', []]);
    const dropped = events.filter((event) => event.type === 'EventDropped' && event.outcome === 'unknown');
    expect(dropped.length).toBeGreaterThan(0);
    expect(dropped.every(({ runMs }) => runMs >= 2 * MINUTE)).toBe(true);
  });

  test('a pruned rollout is not opened again', () => {
    const { run: result, events } = runYaml(
      `ref: release-1${FLEET}${RELEASES}  - { at: 125m, do: expire-retention }
  - { at: 3h, do: publish, ref: release-1, closures: { '*': one } }
  - { at: 4h, do: publish, ref: release-4, closures: { '*': four } }
`,
    );
    expect([result.outcome, result.violations]).toEqual(['terminal', []]);
    const opened = events.flatMap((event) => (event.type === 'RolloutOpened' ? [event.rolloutId] : []));
    expect(opened).toEqual(['stable@release-1', 'stable@release-2', 'stable@release-3', 'stable@release-4']);
  });
});
