import { createActor } from 'xstate';
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { HostEffect } from '../../src/machine/effects.ts';
import type { HostEvent, RolloutPolicy } from '../../src/machine/events.ts';
import { recordOfSnapshot, snapshotOfRecord } from '../../src/machine/host-actor.ts';
import { hostRolloutMachine } from '../../src/machine/host-rollout.machine.ts';
import type { HostRolloutState } from '../../src/machine/record.ts';
import { step, type StepResult } from '../../src/machine/step.ts';

export interface ActorUnderTest {
  readonly send: (event: HostEvent) => StepResult;
  readonly stop: () => void;
}

/**
 * The chart, run by XState itself. XState silently drops refused events, so a refusal means no effect and an unchanged
 * snapshot. Its reason comes from `step`.
 */
export function startActor(start: HostRolloutState, policy: RolloutPolicy): ActorUnderTest {
  const actor = createActor(hostRolloutMachine, {
    snapshot: snapshotOfRecord(start, policy),
    input: { ...start, policy },
  });
  const effects: HostEffect[] = [];
  actor.on('*', (effect) => effects.push(effect));
  actor.start();
  return {
    send: (event) => {
      const before = actor.getSnapshot();
      effects.length = 0;
      actor.send(event);
      const after = actor.getSnapshot();
      const record = recordOfSnapshot(after);
      const said = step(recordOfSnapshot(before), event, 0, policy);
      assert.equal(after.value, record.state);
      assert.equal(after.context.policy, policy);
      if (said.ok) return { ok: true, state: record, effects: [...effects] };
      const isUntouched = after.value === before.value && isDeepStrictEqual(after.context, before.context);
      assert.deepEqual({ isUntouched, effects }, { isUntouched: true, effects: [] });
      return said;
    },
    stop: () => actor.stop(),
  };
}
