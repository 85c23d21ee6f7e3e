import { projectRollout, type Fleet, type FleetProblem, type RolloutManifest } from '../fleet/index.ts';
import { byCodeUnit } from '../text/by-code-unit.ts';
import { DEFAULT_SCENARIO } from './scenario-defaults.ts';
import type { Scenario, ScenarioHost } from './scenario.ts';

/** What a fleet file does not say: which of it is new. */
export interface FleetScenarioOptions {
  /** The channel ref; `null` for the commit of the file, or `simulated` where it has none. */
  readonly ref: string | null;
  /** New closures, by host. */
  readonly closures: ReadonlyMap<string, string>;
  /** Every host gets a new closure, unless `closures` names one for it. */
  readonly newClosures: boolean;
}

export type FleetScenario =
  | { readonly ok: true; readonly scenario: Scenario; readonly notes: readonly string[] }
  | { readonly ok: false; readonly problems: readonly FleetProblem[] };

const REF_WITHOUT_COMMIT = 'simulated';

/**
 * A scenario of a fleet file, without faults: each of its channels rolls out.
 *
 * Where the options name anything new, the file says what runs today, and what they do not name stays as it is. Where
 * they do not, the file itself is the new release, and its hosts run something older.
 */
export function fleetScenario(fleet: Fleet, options: FleetScenarioOptions): FleetScenario {
  const notes: string[] = [];
  const isRelease = !options.newClosures && options.closures.size === 0;
  const closures = new Map(options.closures);
  if (options.newClosures) {
    for (const hostname of fleet.hosts.keys()) if (!closures.has(hostname)) closures.set(hostname, `new-${hostname}`);
  }
  const ref = options.ref ?? fleet.meta.ciCommit ?? REF_WITHOUT_COMMIT;
  if (options.ref === null && fleet.meta.ciCommit === null) {
    notes.push(`The file names no commit; the channel ref is called "${REF_WITHOUT_COMMIT}". Give another with --ref.`);
  }
  const rollouts: RolloutManifest[] = [];
  const problems = new Map<string, FleetProblem>();
  for (const channel of [...fleet.channels.keys()].sort(byCodeUnit)) {
    const projected = projectRollout(fleet, channel, { ref, closures });
    if (projected.ok) rollouts.push(projected.rollout);
    else problems.set(JSON.stringify(projected.problem), projected.problem);
  }
  if (problems.size > 0) return { ok: false, problems: [...problems.values()] };
  const hosts: ScenarioHost[] = [];
  for (const [hostname, host] of fleet.hosts) {
    const runningClosure = isRelease || host.closureHash === null ? `old-${hostname}` : host.closureHash;
    hosts.push({
      hostname,
      channel: host.channel,
      runningClosure,
      probeSet: 0,
      joinsAtMs: 0,
      clockSkewMs: 0,
      clockDriftPpm: 0,
    });
  }
  return { ok: true, scenario: { ...DEFAULT_SCENARIO, title: `Rollout of ${ref}`, hosts, rollouts }, notes };
}
