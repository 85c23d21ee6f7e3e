import type { DispatchAnswer } from './control-plane-replies.ts';
import type { ControlPlane } from './control-plane-state.ts';
import { valueOf } from './name-map.ts';
import { valueAt } from './vector.ts';

const NOTHING: DispatchAnswer = Object.freeze({ dispatch: null });

/** The outstanding dispatch of a host, again until it is acknowledged; that of the newest rollout if it has several. */
export function answerPoll(controlPlane: ControlPlane, hostname: string): DispatchAnswer {
  const places = valueOf(controlPlane.hosts, hostname)?.places ?? [];
  for (const { rollout, position } of places.toReversed()) {
    const hosts = valueAt(controlPlane.rollouts, rollout)?.hosts;
    const slot = hosts === undefined ? undefined : valueAt(hosts, position);
    if (slot?.isOutstanding !== true) continue;
    const { rolloutId, targetClosure, soakDueAt, dispatchedAt } = slot.record;
    return { dispatch: { rolloutId, targetClosure, soakDueAt, dispatchedAt } };
  }
  return NOTHING;
}
