import type { ControlPlane } from '../../../src/control-plane/state.ts';
import { totalFailures } from '../../../src/control-plane/host-slots.ts';
import { valueOf } from '../../../src/control-plane/name-map.ts';
import { valuesOf } from '../../../src/control-plane/vector.ts';
import type { NaiveFleet } from './naive-planner.ts';

/** What the naive planner looks at, read from a control plane; `undispatched` names dispatches to leave out. */
export function fleetView(controlPlane: ControlPlane, undispatched: ReadonlySet<string>): NaiveFleet {
  return {
    manifests: controlPlane.manifests,
    quarantine: controlPlane.quarantine,
    busyWith: (hostname) => valueOf(controlPlane.hosts, hostname)?.busyWith ?? [],
    rollouts: [...valuesOf(controlPlane.rollouts)].map(({ plan, record, hosts }) => ({
      manifest: plan.manifest,
      record,
      currentWave: record.currentWave,
      hosts: [...valuesOf(hosts)].map((slot) => ({
        record: slot.record,
        outstanding:
          slot.dispatch === 'outstanding' && !undispatched.has(`${record.rolloutId} ${slot.record.hostname}`),
        withdrawn: slot.dispatch === 'withdrawn',
        runningClosure: valueOf(controlPlane.hosts, slot.record.hostname)?.runningClosure ?? null,
        failures: totalFailures(slot.failures),
      })),
    })),
  };
}
