import { describe, expect, test } from 'vitest';
import { channelEdgesGate } from '../../../src/control-plane/gates/channel-edges.ts';
import type { RolloutRecord, RolloutState } from '../../../src/rollout/rollout-record.ts';
import { candidate, gateContext, reasonOf, rolloutRecord } from '../support/gate-world.ts';
import { manifest } from '../support/manifests.ts';

const gating = manifest({ channel: 'edge', ref: 'e1', others: ['x'] });

function check(rollout: RolloutRecord | null, edge: ReturnType<typeof manifest> | null = gating) {
  const context = gateContext({
    manifest: manifest({ others: ['a'], gatedBy: ['edge'] }),
    manifestOf: (channel) => (channel === 'edge' ? edge : null),
    rolloutOf: (rolloutId) => (rolloutId === 'edge@e1' ? rollout : null),
  });
  return channelEdgesGate.check(context, candidate());
}

describe('channel edges', () => {
  test('no edge holds nothing', () => {
    expect(channelEdgesGate.check(gateContext(), candidate())).toBeNull();
  });

  test('a gating channel without a manifest, or without a host to roll out to, does not block', () => {
    expect(check(null, null)).toBeNull();
    expect(check(null, manifest({ channel: 'edge', ref: 'e1' }))).toBeNull();
  });

  test('a missing rollout blocks', () => {
    expect(check(null)).toMatchObject({ gate: 'channel-edges', gatingRolloutId: 'edge@e1', gatingState: null });
    expect(reasonOf(check(null))).toContain('has not been opened yet');
  });

  test.each<RolloutState>(['Opening', 'Active', 'Converging'])('%s blocks until every host has converged', (state) => {
    expect(reasonOf(check(rolloutRecord({ state })))).toContain('not every host of edge@e1 has converged');
  });

  test.each<RolloutState>(['Failed', 'Reverted', 'Superseded', 'Pruned'])(
    '%s without having been Terminal blocks, and asks for a new ref',
    (state) => {
      expect(reasonOf(check(rolloutRecord({ state })))).toContain('release a new ref');
    },
  );

  test.each<RolloutState>(['Terminal', 'Pruned'])('%s after it was Terminal passes', (state) => {
    expect(check(rolloutRecord({ state, terminalAt: 5 }))).toBeNull();
  });

  test('a superseded one blocks: the channel went back to a ref that its hosts have left', () => {
    expect(reasonOf(check(rolloutRecord({ state: 'Superseded', terminalAt: 5, supersededAt: 6 })))).toContain(
      'release a new ref',
    );
  });

  test('a record that says Terminal without a time is not believed', () => {
    expect(reasonOf(check(rolloutRecord({ state: 'Terminal', terminalAt: null })))).toContain(
      'not every host of edge@e1',
    );
  });

  test('the reason that the fleet file gives is part of it', () => {
    const own = { ...manifest({ others: ['a'] }), channelEdges: [{ gates: 'edge', reason: 'canaries first' }] };
    const hold = channelEdgesGate.check(gateContext({ manifest: own, manifestOf: () => gating }), candidate());
    expect(reasonOf(hold)).toMatch(/^Channel stable waits for channel edge \(canaries first\): edge@e1 has not been/);
    expect(reasonOf(check(null))).toMatch(/^Channel stable waits for channel edge: edge@e1 has not been/);
  });
});
