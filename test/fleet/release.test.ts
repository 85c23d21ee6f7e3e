import { describe, expect, test } from 'vitest';
import { agentManifest, parseFleet, projectRollout, projectRollouts, type Fleet } from '../../src/fleet/index.ts';

const host = (channel: string, closureHash: string | null) => ({
  system: 'x86_64-linux',
  tags: [],
  channel,
  closureHash,
  pubkey: null,
});
const channel = {
  rolloutPolicy: 'all',
  reconcileIntervalMinutes: 5,
  freshnessWindow: 120,
  signingIntervalMinutes: 60,
  compliance: { mode: 'disabled', frameworks: [] },
};

function fleetOf(ciCommit: string | null): Fleet {
  const decoded = parseFleet(
    JSON.stringify({
      schemaVersion: 1,
      hosts: { b: host('stable', 'b1'), a: host('stable', 'a1'), e: host('edge', 'e1') },
      channels: { stable: channel, edge: channel },
      rolloutPolicies: { all: { strategy: 'all-at-once', waves: [], healthGate: {}, onHealthFailure: 'halt' } },
      waves: {},
      edges: [],
      disruptionBudgets: [],
      meta: { schemaVersion: 1, signedAt: null, ciCommit },
    }),
  );
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  return decoded.fleet;
}

describe('a release', () => {
  test('is the rollout of every channel, in order of name', () => {
    const fleet = fleetOf('c0ffee');
    const released = projectRollouts(fleet);
    expect(released).toEqual({
      ok: true,
      rollouts: ['edge', 'stable'].map((name) => {
        const projected = projectRollout(fleet, name);
        return projected.ok ? projected.rollout : null;
      }),
    });
    const named = projectRollouts(fleet, 'r2');
    expect(named.ok && named.rollouts.map(({ rolloutId }) => rolloutId)).toEqual(['edge@r2', 'stable@r2']);
  });

  test('reports once what prevents it', () => {
    const released = projectRollouts(fleetOf(null));
    expect(released).toMatchObject({ ok: false, problems: [{ path: '$.meta.ciCommit' }] });
  });
});

test('the manifest of a host is its part of the rollout, and nothing for any other host', () => {
  const released = projectRollouts(fleetOf('c0ffee'));
  if (!released.ok) throw new Error('no release');
  const [, stable] = released.rollouts;
  if (stable === undefined) throw new Error('no rollout');
  expect(agentManifest(stable, 'b')).toEqual({
    rolloutId: 'stable@c0ffee',
    hostname: 'b',
    channel: 'stable',
    targetClosure: 'b1',
    policy: { onHealthFailure: 'halt' },
  });
  expect(agentManifest(stable, 'e')).toBeNull();
});
