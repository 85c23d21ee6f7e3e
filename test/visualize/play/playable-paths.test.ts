import { describe, expect, it } from 'vitest';
import type { HealthFailurePolicy } from '../../../src/machine/events.ts';
import { generatePaths } from '../../../src/testing/generate.ts';
import { sides, type Side } from '../../../src/testing/side.ts';
import { playableFile, playablePaths, remarkOn, sessionForPaths } from '../../../src/visualize/play/playable-paths.ts';
import { newSession, type Session } from '../../../src/visualize/play/session.ts';

const policies: readonly HealthFailurePolicy[] = ['halt', 'rollback-and-halt'];
const pathsOf = (side: Side, onHealthFailure: HealthFailurePolicy) =>
  generatePaths({ criterion: { kind: 'full', name: 'validTransitions' }, side, onHealthFailure }).paths;
const covered = ({ coverage }: ReturnType<typeof playableFile>) =>
  [...coverage().cells].filter(([, count]) => count > 0).map(([cell]) => cell);

describe('the paths of a file', () => {
  // Coverage was once counted by the side and policy of the page, so another file had none.
  it.each(sides.flatMap((side) => policies.map((policy) => ({ side, policy }))))(
    'cover what they cover when they are generated, whatever the page shows: $side, $policy',
    ({ side, policy }) => {
      const session: Session = { ...newSession, side, onHealthFailure: policy };
      const generated = covered(playablePaths(session, 'validTransitions'));
      expect(generated.length).toBeGreaterThan(5);
      expect(covered(playableFile(pathsOf(side, policy)))).toEqual(generated);
    },
  );

  it('of several sides and policies cover what each of them does', () => {
    const all = sides.flatMap((side) => policies.flatMap((policy) => pathsOf(side, policy)));
    const each = sides.flatMap((side) => policies.flatMap((policy) => covered(playableFile(pathsOf(side, policy)))));
    expect(new Set(covered(playableFile(all)))).toEqual(new Set(each));
  });

  it('are shown on their own chart, and a session of that chart continues', () => {
    const remote = pathsOf('control-plane', 'halt');
    expect(sessionForPaths(newSession, remote)).toEqual({
      ...newSession,
      side: 'control-plane',
      onHealthFailure: 'halt',
    });
    const rollout: Session = { ...newSession, machine: 'rollout', side: 'control-plane' };
    expect(sessionForPaths(rollout, remote)).toMatchObject({ machine: 'host', side: 'control-plane' });
    const both: Session = { ...newSession, side: 'both' };
    expect(sessionForPaths(both, remote)).toBe(both);
    const [first] = remote;
    expect(sessionForPaths(newSession, [...pathsOf('agent', 'halt'), ...(first === undefined ? [] : [first])])).toBe(
      newSession,
    );
    expect(sessionForPaths(newSession, [])).toBe(newSession);
  });
});

describe('with generated paths', () => {
  it('accepts what no path can exercise, and more paths than the limit', () => {
    expect(remarkOn({ unreached: [], wasCut: false })).toBe('');
    expect(remarkOn({ unreached: ['a', 'b'], wasCut: false })).toBe('; 2 cannot be reached under this policy');
    const cut = generatePaths({
      criterion: { kind: 'full', name: 'simplePaths' },
      side: 'agent',
      onHealthFailure: 'halt',
      maxPaths: 3,
    });
    expect(remarkOn(cut)).toMatch(/; stopped at its limit$/);
  });

  it.each(policies)('accepts what this generation could not reach: %s', (onHealthFailure) => {
    const generation = generatePaths({
      criterion: { kind: 'full', name: 'validTransitions' },
      side: 'agent',
      onHealthFailure,
    });
    expect(playablePaths({ ...newSession, onHealthFailure }, 'validTransitions').remark).toBe(remarkOn(generation));
  });
});
