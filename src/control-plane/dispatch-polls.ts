import type { DispatchAnswer } from './control-plane-replies.ts';
import type { ControlPlane, Rollout } from './control-plane-state.ts';
import { valueOf } from './name-map.ts';
import { slotAt } from './turn.ts';
import { valueAt } from './vector.ts';

const NOTHING: DispatchAnswer = Object.freeze({ dispatch: null });

/** The outstanding dispatch of a host, again until it is acknowledged; that of the newest rollout if it has several. */
export function answerPoll(controlPlane: ControlPlane, hostname: string): DispatchAnswer {
  const places = valueOf(controlPlane.hosts, hostname)?.places ?? [];
  for (const { rollout, position } of places.toReversed()) {
    // A place is that of a host in a rollout, and is left when the rollout lets its hosts go.
    const { record, dispatch } = slotAt(valueAt(controlPlane.rollouts, rollout) as Rollout, position);
    if (dispatch !== 'outstanding') continue;
    const { rolloutId, targetClosure, soakDueAt, dispatchedAt } = record;
    return { dispatch: { rolloutId, targetClosure, soakDueAt, dispatchedAt } };
  }
  return NOTHING;
}
