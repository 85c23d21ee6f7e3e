import { createActor, type Actor } from 'xstate';
import type { HostEffect } from './effects.ts';
import type { RolloutPolicy } from './events.ts';
import { recordOfSnapshot, snapshotOfRecord } from './host-actor.ts';
import { hostRolloutMachine } from './host-rollout.machine.ts';
import type { HostRolloutState } from './record.ts';
import { step as compiledStep } from './step.ts';

/** An actor, and the record that its state corresponds to. */
interface Standing {
  readonly actor: Actor<typeof hostRolloutMachine>;
  readonly policy: RolloutPolicy;
  readonly effects: HostEffect[];
  record: HostRolloutState;
}

/**
 * `step` on real XState actors, to check the compiled one against. About fifty times slower. An actor is reused as long
 * as its own record comes back; any other record starts a new one.
 *
 * XState silently drops an event that it refuses, so the reason comes from `reference`, which must refuse it too.
 *
 * @throws Error, when called, if the actor refuses what the reference accepts.
 */
export function actorStep(reference: typeof compiledStep = compiledStep): typeof compiledStep {
  const standings = new WeakMap<HostRolloutState, Standing>();
  return (state, event, now, policy) => {
    const known = standings.get(state);
    const standing = known?.record === state && known.policy === policy ? known : standAt(state, policy);
    const { actor, effects } = standing;
    effects.length = 0;
    // An actor in a final state accepts nothing, and logs a warning for every event.
    if (actor.getSnapshot().status === 'active') actor.send(event);
    const record = recordOfSnapshot(actor.getSnapshot());
    if (record.lastEventSeq !== state.lastEventSeq) {
      standing.record = record;
      standings.set(record, standing);
      return { ok: true, state: record, effects: [...effects] };
    }
    standings.set(state, standing);
    const said = reference(state, event, now, policy);
    if (said.ok) throw new Error(`The actor refuses ${event.type} in ${state.state}, but the reference accepts it.`);
    return said;
  };
}

function standAt(record: HostRolloutState, policy: RolloutPolicy): Standing {
  const actor = createActor(hostRolloutMachine, {
    snapshot: snapshotOfRecord(record, policy),
    input: { ...record, policy },
  });
  const effects: HostEffect[] = [];
  actor.on('*', (effect) => effects.push(effect));
  actor.start();
  return { actor, policy, effects, record };
}
