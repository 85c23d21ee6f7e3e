import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MINUTE_MS, planOf, type FleetSketch } from './support/plan-fleets.ts';

const hostsOf = (sketch: FleetSketch): readonly string[] => [
  ...new Set(planOf(sketch).path.links.map(({ hostname }) => hostname)),
];

describe('the critical path', () => {
  test('goes through one host of each wave', () => {
    expect(hostsOf({ channels: { stable: [['a'], ['b'], ['c']] }, release: 'r1' })).toEqual(['a', 'b', 'c']);
  });

  test('goes along edges and channel edges', () => {
    const edges = [{ gated: 'b', gates: 'a' }];
    expect(hostsOf({ channels: { stable: [['a', 'b', 'c']] }, release: 'r1', edges })).toEqual(['a', 'b']);
    const channelEdges = [{ gated: 'stable', gates: 'edge' }];
    expect(hostsOf({ channels: { edge: [['z']], stable: [['a']] }, release: 'r1', channelEdges })).toEqual(['z', 'a']);
  });

  test('names the budget under which hosts take turns', () => {
    const { links } = planOf({ channels: { stable: [['a', 'b', 'c']] }, release: 'r1', budget: 1 }).path;
    expect([...new Set(links.map(({ hostname }) => hostname))]).toHaveLength(3);
    expect(new Set(links.flatMap(({ budget }) => budget ?? []))).toEqual(new Set(['all']));
  });

  test('covers the time from the start to the end without gaps', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
        fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
        (sizes, budget) => {
          const stable = sizes.map((size, wave) => Array.from({ length: size }, (_, at) => `h${wave}${at}`));
          const { path, run } = planOf({
            channels: { stable },
            release: 'r1',
            ...(budget === undefined ? {} : { budget }),
          });
          expect(path.endedMs).toBe(Math.max(...run.rollouts.map(({ sinceRunMs }) => sinceRunMs ?? 0)));
          path.links.forEach(({ fromMs, untilMs }, at) => {
            expect(untilMs).toBeGreaterThan(fromMs);
            if (at > 0) expect(fromMs).toBe(path.links[at - 1]?.untilMs);
          });
          expect(path.links.at(-1)?.untilMs).toBe(path.endedMs);
        },
      ),
      { numRuns: 20, seed: 7 },
    );
  });
});

test('everything off the path has slack, and nothing on it does', () => {
  const { slack } = planOf({
    channels: { edge: [['z']], stable: [['a'], ['b']] },
    release: 'r1',
    soaks: [10, 30],
  }).path;
  const slackOf = new Map(slack.map(({ rolloutId, wave, slackMs }) => [`${rolloutId}/${wave}`, slackMs]));
  expect(slackOf.get('stable@r1/0')).toBe(0);
  expect(slackOf.get('stable@r1/1')).toBe(0);
  // Its wave could end when the other channel does.
  expect(slackOf.get('edge@r1/0')).toBeGreaterThan(29 * MINUTE_MS);
});

test('a channel that another one waits for has no more slack than that one', () => {
  const { slack } = planOf({
    channels: { edge: [['z']], stable: [['a']], long: [['l'], ['m'], ['n']] },
    release: 'r1',
    soaks: [10, 30, 10],
    channelEdges: [{ gated: 'stable', gates: 'edge' }],
  }).path;
  const of = (rolloutId: string) => slack.find((each) => each.rolloutId === rolloutId)?.slackMs ?? NaN;
  expect(of('stable@r1')).toBeGreaterThan(29 * MINUTE_MS);
  expect(Math.abs(of('edge@r1') - of('stable@r1'))).toBeLessThan(MINUTE_MS);
});
