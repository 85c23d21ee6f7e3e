import { shortName, someNames } from '../text/index.ts';
import { projectRollouts, type Fleet, type FleetHost, type FleetProblem } from '../fleet/index.ts';
import { declaredRelease } from './declared-release.ts';
import { DEFAULT_SCENARIO } from './scenario-defaults.ts';
import type { Scenario, ScenarioHost } from './scenario.ts';

/** What a fleet file does not contain: which closures are new. */
export interface FleetScenarioOptions {
  /** The channel ref; `null` for the commit of the file, or `simulated` where it has none. */
  readonly ref: string | null;
  /** New closures, by host. */
  readonly closures: ReadonlyMap<string, string>;
  /** Every host gets a new closure, unless `closures` names one for it. */
  readonly newClosures: boolean;
  /** The fleet that runs now; absent or `null` if unknown. */
  readonly from?: Fleet | null;
}

/** A missing value that a run depends on. */
export interface Assumption {
  readonly what: string;
  /** How to choose something else. */
  readonly change: string;
  /** Everything else depends on which closures are new. */
  readonly isAboutClosures?: true;
}

/** A fleet file as a scenario, or every problem that it has. */
export type FleetScenario =
  | {
      readonly ok: true;
      readonly scenario: Scenario;
      readonly notes: readonly string[];
      /** Hosts that only one of the two fleets has. */
      readonly membership: readonly string[];
      readonly assumptions: readonly Assumption[];
    }
  | { readonly ok: false; readonly problems: readonly FleetProblem[] };

const REF_WITHOUT_COMMIT = 'simulated';

/**
 * A scenario of a fleet file, without faults: each of its channels rolls out.
 *
 * With `from`, the file is the new release and `from` says what runs now: only what differs changes. Without it, where
 * the options name anything new, the file says what runs now, and what they do not name stays as it is; where they do
 * not, the file is the new release, and its hosts run something older.
 */
export function fleetScenario(fleet: Fleet, options: FleetScenarioOptions): FleetScenario {
  const notes: string[] = [];
  const from = options.from ?? null;
  const isRelease = from !== null || (!options.newClosures && options.closures.size === 0);
  const assumptions = isRelease && from === null ? [EVERYTHING_IS_NEW] : [];
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
  assumptions.push(...notUsed(fleet));
  if (!released.ok) return released;
  const { rollouts } = released;
  const hosts: ScenarioHost[] = [];
  for (const [hostname, host] of fleet.hosts) {
    const runningNow = from?.hosts.get(hostname)?.closureHash ?? null;
    const runningClosure = runningNow ?? closureBefore(hostname, host, isRelease);
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
  const declared = declaredRelease(fleet, ref, closures);
  const scenario = { ...DEFAULT_SCENARIO, title: `Rollout of ${shortName(ref)}`, hosts, rollouts, declared };
  return { ok: true, scenario, notes, membership: from === null ? [] : membership(fleet, from), assumptions };
}

/**
 * What a host runs before anything rolls out. Where the file is the release it is something older, unless the host is
 * pinned; otherwise the file says what runs.
 */
export function closureBefore(hostname: string, { closureHash, pin }: FleetHost, isRelease: boolean): string {
  const isKept = !isRelease || pin !== null;
  return isKept && closureHash !== null ? closureHash : `old-${hostname}`;
}

const EVERYTHING_IS_NEW: Assumption = {
  what: 'Everything is taken as new: every host runs something older.',
  change: 'Say what runs now with --from FLEET, or what is new with --closure HOST=HASH.',
  isAboutClosures: true,
};

/** Hosts that only one of the two fleets has. */
function membership(fleet: Fleet, from: Fleet): readonly string[] {
  const joining = [...fleet.hosts.keys()].filter((hostname) => !from.hosts.has(hostname));
  const leaving = [...from.hosts.keys()].filter((hostname) => !fleet.hosts.has(hostname));
  return [
    ...(joining.length === 0 ? [] : [`Hosts that do not run yet: ${someNames(joining)}.`]),
    ...(leaving.length === 0 ? [] : [`Hosts that leave the fleet and are not simulated: ${someNames(leaving)}.`]),
  ];
}

/** Values in the file that no run uses, so that users do not rely on them. */
function notUsed(fleet: Fleet): readonly Assumption[] {
  const assumptions: Assumption[] = [];
  const pinned = [...fleet.hosts].filter(([, { pin }]) => pin !== null).map(([hostname]) => hostname);
  if (pinned.length > 0) {
    const what = `Pinned hosts keep their closure and are in no rollout: ${someNames(pinned)}.`;
    assumptions.push({ what, change: 'Remove `pin` from the hosts that are to change.' });
  }
  const channels = [...fleet.channels.values()];
  const policies = new Set(channels.map(({ rolloutPolicy }) => rolloutPolicy));
  const gated = [...fleet.rolloutPolicies].filter(
    ([name, { healthGate }]) => policies.has(name) && Object.keys(healthGate).length > 0,
  );
  const unused = [
    ...(gated.length > 0 ? [`healthGate of ${someNames(gated.map(([name]) => name))}`] : []),
    ...(channels.some(({ compliance }) => compliance.frameworks.length > 0) ? ['compliance.frameworks'] : []),
  ];
  if (unused.length > 0) {
    const change = 'In a scenario, probes can stand for health gates and frameworks.';
    assumptions.push({ what: `Not used: ${unused.join(', ')}.`, change });
  }
  assumptions.push({
    what: 'Manifests are signed in time, so that freshnessWindow never runs out.',
    change: 'Stop the signing in a scenario, with the step `stop-signing`.',
  });
  return assumptions;
}
