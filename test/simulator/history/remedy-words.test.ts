import { describe, expect, test } from 'vitest';
import { asRunMs, remedyWords, type Holding } from '../../../src/simulator/index.ts';

const words = (blocker: Holding['blocker'], ...hostnames: string[]) =>
  remedyWords(
    hostnames,
    {
      hostname: 'a',
      rolloutId: 'stable@1',
      state: 'Soaking',
      blocker,
      sinceRunMs: asRunMs(0),
      untilRunMs: null,
      notBeforeRunMs: null,
    },
    null,
  );

describe('what to do about several hosts is a sentence about several', () => {
  test.each<[Holding['blocker'], one: string, two: string]>([
    [{ heldBy: 'reboot', component: null }, 'Reboot a.', 'Reboot a and b.'],
    [
      { heldBy: 'unreachable', why: 'silent' },
      'Find out why a is silent: check network, agent and power.',
      'Find out why a and b are silent: check network, agent and power.',
    ],
    [
      { heldBy: 'unreachable', why: 'off' },
      'Bring a up, or take it out of the fleet.',
      'Bring a and b up, or take them out of the fleet.',
    ],
    // The closures of the second host may be others.
    [
      { heldBy: 'wrong-closure', closure: 'hotfix', targetClosure: 'a-2' },
      'Find out why a runs hotfix, and switch it to a-2.',
      'Find out why a and b run other closures, and switch each to its target.',
    ],
  ])('%o', (blocker, one, two) => {
    expect(words(blocker, 'a')).toBe(one);
    expect(words(blocker, 'a', 'b')).toBe(two);
  });
});
