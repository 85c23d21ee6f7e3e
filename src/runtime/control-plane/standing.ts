import { fleetMemberOf, hostsOf, manifestOf, rolloutOf } from '../../control-plane/index.ts';
import { isAtEnd, type HostRolloutState } from '../../machine/index.ts';
import { isDispatching } from '../../rollout/index.ts';
import type { FoldedLog } from './fold.ts';
import { hostViews, newestRollouts, type OperatorHost } from './operator/views.ts';

/** The one reason why a host is unfinished: what has to change first. */
export interface Standing {
  readonly hostname: string;
  readonly rolloutId: string;
  readonly state: OperatorHost['state'];
  readonly cause: 'gate' | 'stopped' | 'offline' | 'reboot' | 'probe' | 'dispatched' | 'working';
  /** A sentence for a person. */
  readonly message: string;
}

/** Every unfinished host of the newest rollouts, and what it waits for. */
export function standingsOf(folded: FoldedLog): readonly Standing[] {
  const { controlPlane } = folded;
  return newestRollouts(controlPlane).flatMap(({ rolloutId }) => {
    const policy = manifestOf(controlPlane, rolloutId)?.policy.onHealthFailure ?? 'halt';
    const records = new Map(hostsOf(controlPlane, rolloutId).map((record) => [record.hostname, record]));
    const views = [...hostViews(folded, { rolloutId, hostname: null, state: null })];
    return views.flatMap((view) => {
      const record = records.get(view.hostname);
      return record === undefined || isAtEnd(view.state, policy) ? [] : [standingOf(folded, view, record)];
    });
  });
}

function standingOf({ controlPlane }: FoldedLog, view: OperatorHost, record: HostRolloutState): Standing {
  const { hostname, rolloutId, state } = view;
  const is = (cause: Standing['cause'], message: string): Standing => ({ hostname, rolloutId, state, cause, message });
  if (fleetMemberOf(controlPlane, hostname)?.isUnreachable === true)
    return is('offline', `${hostname} is ${state} and unreachable.`);
  if (state === 'Deferred') return is('reboot', `${hostname} is Deferred: it waits for a reboot.`);
  if (view.hold !== null) return is('gate', view.hold.reason);
  const rolloutState = rolloutOf(controlPlane, rolloutId)?.state;
  if (state === 'Pending' && rolloutState !== undefined && !isDispatching(rolloutState))
    return is('stopped', `${hostname} is Pending: ${rolloutId} is ${rolloutState}, and dispatches nothing more.`);
  const failing = Object.entries(record.probes).flatMap(([name, probe]) => (probe.status === 'fail' ? [name] : []));
  if (failing.length > 0) return is('probe', `${hostname} is ${state}, and these probes fail: ${failing.join(', ')}.`);
  if (view.isDispatched) return is('dispatched', `${hostname} has not acknowledged its dispatch.`);
  return is('working', `${hostname} is ${state}.`);
}
