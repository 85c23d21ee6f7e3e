import { isAtEnd, type HostState } from '../machine/index.ts';
import {
  AT_END,
  failureOf,
  Moment,
  simulate,
  type HostTrack,
  type Run,
  type RolloutTrack,
  type RunHistory,
  type Scenario,
} from '../simulator/index.ts';
import { USUAL_PROBES } from './plan-scenario.ts';

/**
 * How a release is bad on a host: the switch fails, a probe fails immediately, or a probe fails after the host has
 * converged.
 */
export const BAD_RELEASES = ['activation', 'probe', 'probe-after-soak'] as const;
/** One way in which a release is bad. */
export type BadRelease = (typeof BAD_RELEASES)[number];

/** What happens if the release is bad on one host of a wave. Times are milliseconds since the start. */
export interface Blast {
  readonly rolloutId: string;
  readonly wave: number;
  readonly hostname: string;
  readonly how: BadRelease;
  /** When it started to fail; `null` if it never got the release. */
  readonly failedMs: number | null;
  /** When dispatching stopped; `null` if the rollout continued. */
  readonly stoppedMs: number | null;
  /** How many hosts of the rollout ran the release when it began to fail, and at the end. */
  readonly hadIt: number;
  readonly haveItAtEnd: number;
  /** How many rolled back on their own. */
  readonly wentBack: number;
  /** How many keep the failed release because their own probes pass. */
  readonly notTold: number;
}

const FAILED_EXIT_CODE = 1;

/**
 * For each wave of a plan, what happens if the release is bad on its first host, in each of the three ways, worst
 * first. A probe that fails after its host has converged does not change the course. So no extra run is needed to find
 * who has the release by then, unless failing controls hold waves back.
 *
 * @param run the run without faults, which shows when each host would converge
 */
export function blastRadius(scenario: Scenario, run: Run): readonly Blast[] {
  const states = new Map(
    scenario.hosts.map(({ hostname, underWay }) => [hostname, underWay?.record.state ?? 'Pending']),
  );
  const stateOf = ({ hostname }: HostTrack): HostState => states.get(hostname) ?? 'Pending';
  const blasts = firstHosts(run, (host) => !isPast.has(stateOf(host))).flatMap((host) =>
    BAD_RELEASES.filter((how) => how !== 'activation' || stateOf(host) !== 'Soaking').map((how) => {
      const isHarmless = how === 'probe-after-soak' && !isComplianceEnforced(scenario);
      return blastOf(isHarmless ? run : badRun(scenario, run.history, host, how), run.history, host, how);
    }),
  );
  return blasts.toSorted((a, b) => b.notTold + b.haveItAtEnd - (a.notTold + a.haveItAtEnd));
}

/** The states in which a failure can no longer stop the rollout, or has stopped it. */
const isPast: ReadonlySet<HostState> = new Set(['Deferred', 'Converged', 'Failed', 'Reverted']);

/** The host of each wave that gets the release first. */
function firstHosts({ history }: Run, mayFail: (host: HostTrack) => boolean): readonly HostTrack[] {
  return history.rollouts.flatMap(({ rollout, hosts }) =>
    rollout.waves.flatMap((_, wave) => {
      const [first] = hosts
        .filter((host) => host.wave === wave && host.view.dispatchedRunMs !== null && mayFail(host))
        .toSorted((a, b) => (a.view.dispatchedRunMs ?? 0) - (b.view.dispatchedRunMs ?? 0));
      return first ?? [];
    }),
  );
}

function isComplianceEnforced({ rollouts }: Scenario): boolean {
  return rollouts.some(({ complianceMode }) => complianceMode === 'enforce');
}

/** A run with a bad release, until nothing more happens in its rollout. */
function badRun(scenario: Scenario, planned: RunHistory, host: HostTrack, how: BadRelease): Run {
  const { rolloutId } = rolloutOf(planned, host).rollout;
  const hosts = scenario.hosts.map((each) =>
    each.hostname === host.hostname ? { ...each, probeSet: USUAL_PROBES } : each,
  );
  const bad = { ...scenario, hosts, steps: [...scenario.steps, stepFor(host.hostname, how)] };
  let hasNews = false;
  let isStopped = false;
  return simulate(bad, {
    judged: false,
    onEvent: (event) => {
      if (event.type === 'RolloutTransition' && event.rolloutId === rolloutId) isStopped ||= isStop(event.to);
      hasNews = isStopped;
    },
    isEnough: (history) => {
      if (!hasNews) return false;
      hasNews = false;
      return isSettled(history.rolloutOf(rolloutId));
    },
  });
}

const isStop = (state: RolloutTrack['changes'][number]['state']): boolean => state === 'Failed' || state === 'Reverted';

/** Whether no host of a stopped rollout can change any more. */
function isSettled(track: RolloutTrack | null): boolean {
  if (track === null) return false;
  const policy = track.rollout.onHealthFailure ?? 'rollback-and-halt';
  return track.hosts.every(({ view: { state, dispatch } }) =>
    state === 'Pending' ? dispatch === null : isAtEnd(state, policy),
  );
}

function blastOf(run: Run, planned: RunHistory, host: HostTrack, how: BadRelease): Blast {
  const { rolloutId } = rolloutOf(planned, host).rollout;
  const bad = run.history.trackOf(rolloutId, host.hostname);
  const track = run.history.rolloutOf(rolloutId);
  if (bad === null || track === null) throw new RangeError(`${rolloutId} is not in the run of its own scenario.`);
  const end = new Moment(run.history, AT_END);
  const failedMs = how === 'probe-after-soak' ? bad.view.eligibleRunMs : (failureOf(end, bad)?.runMs ?? null);
  const stopped = track.changes.find(({ state }) => isStop(state));
  const hadIt = failedMs === null ? 0 : running(new Moment(run.history, failedMs), track.hosts, how);
  const haveItAtEnd = running(end, track.hosts, how);
  const wentBack = track.hosts.filter(({ view }) => view.state === 'Reverted').length;
  const isStillBad = how === 'probe-after-soak' || bad.view.state === 'Failed';
  return {
    rolloutId,
    wave: host.wave,
    hostname: host.hostname,
    how,
    failedMs,
    stoppedMs: stopped?.runMs ?? null,
    hadIt,
    haveItAtEnd,
    wentBack,
    notTold: Math.max(0, haveItAtEnd - (isStillBad ? 1 : 0)),
  };
}

function rolloutOf(history: RunHistory, { hostname, rollout }: HostTrack): RolloutTrack {
  const track = history.rollouts[rollout];
  if (track === undefined) throw new RangeError(`${hostname} is in no rollout.`);
  return track;
}

function stepFor(hostname: string, how: BadRelease): Scenario['steps'][number] {
  const hosts = [hostname];
  switch (how) {
    case 'activation':
      return {
        when: { type: 'At', atMs: 0 },
        do: { type: 'fail-activation', hosts, exitCode: FAILED_EXIT_CODE, times: null },
      };
    case 'probe':
      return { when: { type: 'At', atMs: 0 }, do: { type: 'fail-probe', hosts, probe: null, forMs: null } };
    case 'probe-after-soak':
      return {
        when: { type: 'HostEnters', host: hostname, state: 'Converged', afterMs: 0 },
        do: { type: 'fail-probe', hosts, probe: null, forMs: null },
      };
  }
}

/** How many hosts run the release because they switched to it. */
function running(moment: Moment, hosts: readonly HostTrack[], how: BadRelease): number {
  return hosts.filter((host) => {
    const { state, dispatchedRunMs } = moment.viewOf(host);
    // A host that was not dispatched ran it before, so it does not count. Only the bad host fails.
    if (dispatchedRunMs === null) return false;
    return state === 'Converged' || state === 'Soaking' || (state === 'Failed' && how !== 'activation');
  }).length;
}
