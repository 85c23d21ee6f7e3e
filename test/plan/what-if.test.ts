import { describe, expect, test } from 'vitest';
import { applyWhatIf, readWhatIf, writeWhatIf } from '../../src/plan/index.ts';
import { projectRollouts } from '../../src/fleet/index.ts';
import type { Problem } from '../../src/text/index.ts';
import { fleetOf, inputOf } from './support/plan-fleets.ts';

const FLEET = fleetOf({
  channels: { edge: [['z']], stable: [['a'], ['b', 'c']] },
  release: 'r1',
  budget: 1,
  edges: [{ gated: 'c', gates: 'b' }],
  channelEdges: [{ gated: 'stable', gates: 'edge' }],
});

function projected(text: string) {
  const problems: Problem[] = [];
  const change = readWhatIf(text, FLEET, problems);
  if (change === null) throw new Error(problems.map(({ message }) => message).join('\n'));
  expect(writeWhatIf(change)).toBe(text);
  const release = projectRollouts(applyWhatIf(inputOf(FLEET), [change]).next);
  if (!release.ok) throw new Error('not projected');
  return new Map(release.rollouts.map((rollout) => [rollout.channel, rollout]));
}

describe('a change', () => {
  test('of a budget', () => {
    expect(projected('budget:all=3').get('stable')?.budgets[0]?.limit).toBe(3);
    expect(projected('budget:all=50%').get('stable')?.budgets[0]?.limit).toBe(2);
    expect(projected('budget:all=none').get('stable')?.budgets[0]?.limit).toBeNull();
  });

  test('of a soak affects one channel, even if two share a policy', () => {
    const rollouts = projected('wave:stable/0.soak=25m');
    expect(rollouts.get('stable')?.waves.map(({ soakMinutes }) => soakMinutes)).toEqual([25, 10]);
    expect(rollouts.get('edge')?.waves.map(({ soakMinutes }) => soakMinutes)).toEqual([10]);
  });

  test('of an edge', () => {
    expect(projected('edge:c>b=none').get('stable')?.edges).toEqual([]);
    expect(projected('channel-edge:stable>edge=none').get('stable')?.channelEdges).toEqual([]);
  });

  test('adds what is not in the protocol, in the zone of the start', () => {
    const start = { startAt: 0, offsetMinutes: 120 };
    const changes = ['freeze=01:00-06:00', 'pause=1h-2h', 'approval=20m'].map((text) => {
      const change = readWhatIf(text, FLEET, [], start);
      if (change === null) throw new Error(text);
      expect(writeWhatIf(change)).toBe(`${text} (not in the protocol)`);
      return change;
    });
    expect(applyWhatIf(inputOf(FLEET), changes).extensions).toEqual({
      freeze: { fromMinute: 23 * 60, untilMinute: 4 * 60 },
      pause: { minMs: 3_600_000, maxMs: 7_200_000 },
      approvalMs: 1_200_000,
      failureThreshold: null,
    });
  });

  test.each([
    ['freeze=01:00-06:00', 'a time of day needs a start'],
    ['pause=2h-1h', '"2h-1h" is not a value for pause'],
    ['budget:tags:db=2', 'there is no budget "tags:db"'],
    ['budget:all=many', '"many" is not a limit'],
    ['budget:all=101%', '"101%" is not a limit'],
    ['wave:stable/7.soak=5m', 'channel stable has no wave 7'],
    ['wave:stabel/0.soak=5m', 'there is no wave "stabel/0.soak"'],
    ['wave:stable/0.soak=soon', '"soon" is not a number of minutes'],
    ['wave:stable/0.soak=90s', '"90s" is not a number of minutes'],
    ['edge:a>b=none', 'there is no edge "a>b"'],
    ['edge:c>b=1', 'an edge can only be removed'],
    ['soak=5m', 'expected a place in the fleet file and a value'],
  ])('%s is refused', (text, message) => {
    const problems: Problem[] = [];
    expect(readWhatIf(text, FLEET, problems)).toBeNull();
    expect(problems).toMatchObject([{ path: `--what-if ${text}`, message }]);
  });

  test('is refused with the form of what was meant: all forms were listed', () => {
    const problems: Problem[] = [];
    readWhatIf('pause=2h-1h', FLEET, problems);
    readWhatIf('wave:stable/7.soak=5m', FLEET, problems);
    readWhatIf('budget:all=1', { ...FLEET, disruptionBudgets: [] }, problems);
    expect(problems.map(({ remedy }) => remedy)).toEqual([
      'Write pause=1h-2h.',
      'Name a wave from 0 to 1.',
      'Leave it out: the fleet has none.',
    ]);
  });
});
