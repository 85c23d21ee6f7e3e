import { shortName, someNames } from '../text/index.ts';
import { projectRollouts, type Fleet, type FleetHost, type FleetProblem } from '../fleet/index.ts';
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
    for (const [hostname, { pin }] of fleet.hosts)
      if (pin === null && !closures.has(hostname)) closures.set(hostname, `new-${hostname}`);
  }
  const ref = options.ref ?? fleet.meta.ciCommit ?? REF_WITHOUT_COMMIT;
  if (options.ref === null && fleet.meta.ciCommit === null) {
    notes.push(`The file names no commit; the channel ref is called "${REF_WITHOUT_COMMIT}". Give another with --ref.`);
  }
  const released = projectRollouts(fleet, ref, closures);
  notes.push(...notUsed(fleet));
  if (!released.ok) return released;
  const { rollouts } = released;
  const hosts: ScenarioHost[] = [];
  for (const [hostname, host] of fleet.hosts) {
    const runningClosure = closureBefore(hostname, host, isRelease);
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
  return { ok: true, scenario: { ...DEFAULT_SCENARIO, title: `Rollout of ${shortName(ref)}`, hosts, rollouts }, notes };
}

/**
 * What a host runs before anything rolls out. Where the file is the release it is something older, unless the host is
 * pinned; otherwise the file says what runs.
 */
export function closureBefore(hostname: string, { closureHash, pin }: FleetHost, isRelease: boolean): string {
  const isKept = !isRelease || pin !== null;
  return isKept && closureHash !== null ? closureHash : `old-${hostname}`;
}

/** What the file says and no rollout depends on, so that nobody relies on it in vain. */
function notUsed(fleet: Fleet): readonly string[] {
  const notes: string[] = [];
  const pinned = [...fleet.hosts].filter(([, { pin }]) => pin !== null).map(([hostname]) => hostname);
  if (pinned.length > 0) notes.push(`Pinned hosts keep their closure and are in no rollout: ${someNames(pinned)}.`);
  const used = new Set([...fleet.channels.values()].map(({ rolloutPolicy }) => rolloutPolicy));
  const gated = [...fleet.rolloutPolicies].filter(
    ([name, { healthGate }]) => used.has(name) && Object.keys(healthGate).length > 0,
  );
  const unread = [
    ...(gated.length > 0 ? [`healthGate of ${someNames(gated.map(([name]) => name))}`] : []),
    ...([...fleet.channels.values()].some(({ compliance }) => compliance.frameworks.length > 0)
      ? ['compliance.frameworks']
      : []),
  ];
  if (unread.length > 0) notes.push(`Not simulated: ${unread.join(', ')}.`);
  return notes;
}
