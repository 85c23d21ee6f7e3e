import { shortName, someNames } from '../text/index.ts';
import { projectRollouts, type Fleet, type FleetHost, type FleetProblem } from '../fleet/index.ts';
import { declaredRelease } from './declared-release.ts';
import { DEFAULT_SCENARIO, REF_WITHOUT_COMMIT } from './scenario-defaults.ts';
import type { Scenario, ScenarioHost } from './scenario.ts';

/** What a fleet file does not contain: which closures are new. */
export interface FleetScenarioOptions {
  /** The channel ref; `null` for the file's commit, or `simulated` if it names none. */
  readonly ref: string | null;
  /** New closures, by host. */
  readonly closures: ReadonlyMap<string, string>;
  /** Every host gets a new closure, unless `closures` names one for it. */
  readonly newClosures: boolean;
  /** The fleet that runs now; absent or `null` if unknown. */
  readonly from?: Fleet | null;
}

/** What a run assumes because the file does not say it. */
export interface Assumption {
  readonly what: string;
  /** How to choose something else. */
  readonly change: string;
  /** Everything else depends on which closures are new. */
  readonly isAboutClosures?: true;
}

/** A fleet file as a scenario, or all of its problems. */
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

/**
 * A scenario of a fleet file, without faults: every channel rolls out.
 *
 * With `from`, the file is the new release and `from` is what runs now, so only what differs changes. Without `from`,
 * if the options name new closures, the file is what runs now, and hosts that they do not name keep their closures.
 * Otherwise, the file is the new release, and its hosts run something older.
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
    notes.push(`The file names no commit, so the channel ref is "${REF_WITHOUT_COMMIT}". Set it with --ref.`);
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
 * What a host runs before the rollout. If the file is the new release, that is something older, unless the host is
 * pinned. Otherwise, it is the closure in the file.
 */
export function closureBefore(hostname: string, { closureHash, pin }: FleetHost, isRelease: boolean): string {
  const isKept = !isRelease || pin !== null;
  return isKept && closureHash !== null ? closureHash : `old-${hostname}`;
}

const EVERYTHING_IS_NEW: Assumption = {
  what: 'Every host is assumed to run an older closure.',
  change: 'Say what runs now with --from FLEET, or what is new with --closure HOST=HASH.',
  isAboutClosures: true,
};

/** Hosts that only one of the two fleets has. */
function membership(fleet: Fleet, from: Fleet): readonly string[] {
  const joining = [...fleet.hosts.keys()].filter((hostname) => !from.hosts.has(hostname));
  const leaving = [...from.hosts.keys()].filter((hostname) => !fleet.hosts.has(hostname));
  return [
    ...(joining.length === 0 ? [] : [`Hosts that are new to the fleet: ${someNames(joining)}.`]),
    ...(leaving.length === 0 ? [] : [`Hosts that leave the fleet and are not simulated: ${someNames(leaving)}.`]),
  ];
}

/** Values in the file that no run uses. Users should not rely on them. */
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
    ...(gated.length > 0
      ? [`healthGate of ${gated.length === 1 ? 'policy' : 'policies'} ${someNames(gated.map(([name]) => name))}`]
      : []),
    ...(channels.some(({ compliance }) => compliance.frameworks.length > 0) ? ['compliance.frameworks'] : []),
  ];
  if (unused.length > 0) {
    const change = 'To simulate health gates and frameworks, use probes in a scenario.';
    assumptions.push({ what: `Not used: ${unused.join(', ')}.`, change });
  }
  assumptions.push({
    what: 'Manifests are signed in time, so no freshnessWindow expires.',
    change: 'To stop the signing, use the step `stop-signing` in a scenario.',
  });
  return assumptions;
}
