import type { DispatchAnswer } from './control-plane-replies.ts';
import type { ControlPlane } from './control-plane-state.ts';
import { valueOf } from './name-map.ts';
import { valueAt } from './vector.ts';

const NOTHING: DispatchAnswer = Object.freeze({ dispatch: null });

/** The outstanding dispatch of a host, again until it is acknowledged; that of the newest rollout if it has several. */
export function answerPoll(controlPlane: ControlPlane, hostname: string): DispatchAnswer {
  const places = valueOf(controlPlane.hosts, hostname)?.places ?? [];
  for (let at = places.length - 1; at >= 0; at -= 1) {
    const place = places[at];
    const rollout = place === undefined ? undefined : valueAt(controlPlane.rollouts, place.rollout);
    const slot = place === undefined || rollout === undefined ? undefined : valueAt(rollout.hosts, place.position);
    if (slot === undefined || !slot.isOutstanding) continue;
    const { rolloutId, targetClosure, soakDueAt, dispatchedAt } = slot.record;
    return { dispatch: { rolloutId, targetClosure, soakDueAt, dispatchedAt } };
  }
  return NOTHING;
}
