import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ControlPlaneEffect } from '../../src/control-plane/effects.ts';
import { hostsOf, quarantineOf, rolloutsOf } from '../../src/control-plane/reads.ts';
import { draftOf, newPendingHost, type HostRolloutState } from '../../src/machine/record.ts';
import { step } from '../../src/machine/step.ts';
import { openRollout, type RolloutRecord } from '../../src/rollout/rollout-record.ts';
import { stepRollout } from '../../src/rollout/step-rollout.ts';
import { toHostEvent } from '../../src/machine/index.ts';
import { history, play } from './support/histories.ts';
import { World } from './support/world.ts';

interface Rebuilt {
  readonly rollouts: Map<string, RolloutRecord>;
  readonly hosts: Map<string, HostRolloutState>;
  readonly quarantine: Map<string, Set<string>>;
}

const keyOf = (rolloutId: string, host: string): string => JSON.stringify([rolloutId, host]);
const policy = { onHealthFailure: 'rollback-and-halt' } as const;

/** What somebody makes of the log who has nothing else, and the targets from the manifests. */
function replay(
  rebuilt: Rebuilt,
  effect: ControlPlaneEffect,
  targetOf: (rolloutId: string, host: string) => string,
): void {
  const { rollouts, hosts, quarantine } = rebuilt;
  switch (effect.type) {
    case 'OpenRollout':
      rollouts.set(effect.rolloutId, openRollout({ ...effect, openedAt: effect.at }));
      return;
    case 'AppendRolloutEvent': {
      const record = rollouts.get(effect.rolloutId);
      const result = record === undefined ? null : stepRollout(record, effect.event, 0);
      if (result !== null && result.ok) rollouts.set(effect.rolloutId, result.record);
      if (effect.event.type === 'RetentionExpired') {
        for (const [key, host] of hosts) if (host.rolloutId === effect.rolloutId) hosts.delete(key);
      }
      return;
    }
    case 'RemoteOpenRolloutRecord': {
      const { rolloutId, channel, host } = effect;
      const dispatchedAt = rollouts.get(rolloutId)?.openedAt ?? 0;
      const targetClosure = targetOf(rolloutId, host);
      hosts.set(
        keyOf(rolloutId, host),
        newPendingHost({ rolloutId, hostname: host, channel, targetClosure, dispatchedAt, soakDueAt: null }),
      );
      return;
    }
    case 'QueueDispatch': {
      const record = draftOf(hosts.get(keyOf(effect.rolloutId, effect.host)) as HostRolloutState);
      record.dispatchedAt = effect.dispatchedAt;
      record.soakDueAt = effect.soakDueAt;
      hosts.set(keyOf(effect.rolloutId, effect.host), record);
      return;
    }
    case 'SynthesizeEvent':
    case 'RemoteAppendEventLog': {
      const key = keyOf(effect.rolloutId, effect.host);
      const result = step(hosts.get(key) as HostRolloutState, toHostEvent(effect.payload), 0, policy);
      if (result.ok) hosts.set(key, result.state);
      return;
    }
    case 'TakeOverRecord':
      hosts.set(keyOf(effect.rolloutId, effect.host), effect.record);
      return;
    case 'RemoteInsertQuarantine': {
      const known = quarantine.get(effect.channel) ?? new Set<string>();
      quarantine.set(effect.channel, known.add(effect.closure));
      return;
    }
    default:
      return;
  }
}

test('records and quarantines can be rebuilt from the log', () => {
  fc.assert(
    fc.property(history, (moves) => {
      const world = new World();
      const rebuilt: Rebuilt = { rollouts: new Map(), hosts: new Map(), quarantine: new Map() };
      const targets = new Map<string, string>();
      for (const move of moves) {
        play(world, move);
        for (const { rolloutId } of rolloutsOf(world.state)) {
          for (const host of hostsOf(world.state, rolloutId))
            targets.set(keyOf(rolloutId, host.hostname), host.targetClosure);
        }
        for (const effect of world.effects)
          replay(rebuilt, effect, (rolloutId, host) => targets.get(keyOf(rolloutId, host)) ?? '');
      }
      const known = rolloutsOf(world.state);
      expect([...rebuilt.rollouts.values()]).toEqual(known);
      const records = known.flatMap(({ rolloutId }) => hostsOf(world.state, rolloutId));
      expect([...rebuilt.hosts.values()]).toEqual(records);
      expect(rebuilt.quarantine).toEqual(quarantineOf(world.state));
    }),
    { numRuns: 100 },
  );
});
