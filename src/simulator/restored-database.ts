import { hostOf, hostsOf, isOutstanding, rolloutsOf, type ControlPlane } from '../control-plane/index.ts';
import type { RunEvent } from './run-events.ts';
import type { RunMs } from './run-ms.ts';

/** What the event log says when the control plane's database goes back to an older one: whatever is not as it was. */
export function eventsOfRestore(before: ControlPlane, after: ControlPlane, runMs: RunMs): readonly RunEvent[] {
  const known = new Map(rolloutsOf(before).map((rollout) => [rollout.rolloutId, rollout]));
  return rolloutsOf(after).flatMap(({ rolloutId, state: to }): RunEvent[] => {
    const from = known.get(rolloutId)?.state;
    const events: RunEvent[] = [];
    if (from !== undefined && from !== to) events.push({ runMs, type: 'RolloutTransition', rolloutId, from, to });
    for (const { hostname, state } of hostsOf(after, rolloutId)) {
      const was = hostOf(before, rolloutId, hostname)?.state;
      if (was === undefined) continue;
      if (isOutstanding(before, rolloutId, hostname))
        events.push({ runMs, type: 'DispatchWithdrawn', hostname, rolloutId, because: 'backup-restored' });
      if (was !== state) events.push({ runMs, type: 'HostTransition', hostname, rolloutId, from: was, to: state });
    }
    return events;
  });
}
