import type { Judge, Scene } from './invariant.ts';
import { HostValues } from './per-host.ts';

interface State {
  /** When each host's last heartbeat arrived, or else when it joined a rollout; NaN if neither is known. */
  readonly heardAt: HostValues<number>;
  readonly isUnreachable: HostValues<boolean>;
  /** Whether the heartbeat before the last one is known to be older by more than a step and a planning interval. */
  readonly isSpaced: HostValues<boolean>;
  /** For how many planning intervals in a row each host was overdue. */
  readonly overdue: HostValues<number>;
  /** No host was heard for the last time before then. */
  heardSince: number;
  /** After its clock was set, the control plane starts watching its hosts anew. */
  patientUntil: number;
  /** How often the reports about hosts were forgotten: a backup was restored, or the clock was set. */
  forgotten: number;
  /** The same count when each host was last heard: reports about it are known if it was heard since. */
  readonly knownSince: HostValues<number>;
}

const MISSED = 3;
/** Hosts are checked in steps of a quarter of an interval. */
const STEPS = 4;
/** The planning interval at which a host that is still not reported is too late. */
const PATIENCE = 2;
/** A host that was heard again before the next step may be checked one planning interval later. */
const MORE_PATIENCE = 3;

/** How much too fast a clock may be. */
const DRIFT = 0.001;

const longestSilenceMs = ({ agent }: Scene['setup']): number =>
  agent.heartbeatSecs * 1000 * (MISSED + 1 / STEPS) * (1 + DRIFT);

/** Planning intervals longer than a heartbeat interval add up. */
function leastSpaceMs({ agent, planIntervalMs }: Scene['setup']): number {
  const heartbeatMs = agent.heartbeatSecs * 1000;
  return planIntervalMs > heartbeatMs ? Infinity : heartbeatMs / STEPS + planIntervalMs;
}

/** A host that misses three heartbeats is reported once, in time, and so is its return. */
export const reachability: Judge<State> = {
  begin: () => ({
    heardAt: new HostValues(Number.NaN),
    isUnreachable: new HostValues(false),
    isSpaced: new HostValues(false),
    overdue: new HostValues(0),
    heardSince: -Infinity,
    forgotten: 0,
    knownSince: new HostValues(0),
    patientUntil: -Infinity,
  }),
  on: {
    DatabaseRestored: (_, state) => forget(state),
    ControlPlaneClockSet: ({ setup, runMs }, state) => {
      state.patientUntil = runMs + longestSilenceMs(setup);
      forget(state);
    },
    // A control plane that dies while handling a heartbeat has not heard it; what it knew at the start has no answer.
    HeartbeatReceived: ({ runMs }, { heardAt }, _, { index }) => {
      if (Number.isNaN(heardAt.get(index))) heardAt.set(index, runMs);
    },
    HeartbeatReplied: ({ setup, runMs, broken }, state, { hostname }, { index }) => {
      const isSpaced = runMs - state.heardAt.get(index) > leastSpaceMs(setup);
      if (isSpaced !== state.isSpaced.get(index)) state.isSpaced.set(index, isSpaced);
      state.heardAt.set(index, runMs);
      state.overdue.delete(index);
      state.knownSince.set(index, state.forgotten);
      if (!state.isUnreachable.get(index)) return;
      state.isUnreachable.delete(index);
      broken('reachability', hostname, null, `${hostname} is back, but that was not reported.`);
    },
    DatabaseLost: (_, state) => forgetHosts(state),
    // A control plane that died between two effects may not remember its last report.
    ControlPlaneStarted: (_, state) => forget(state),
    PlanTicked: ({ setup, runMs, ledger, hosts, broken }, state) => {
      const longestMs = longestSilenceMs(setup);
      if (runMs <= state.patientUntil) {
        state.overdue.clear();
        return;
      }
      // Nearly always there is no host to look at.
      if (runMs - state.heardSince <= longestMs) return;
      state.heardSince = runMs;
      for (const { index, name: hostname } of hosts.all) {
        const heardAt = state.heardAt.get(index);
        // A host in no rollout is not overdue, nor is one of which a restart may have forgotten a report.
        const silentMs = runMs - heardAt;
        if (heardAt < state.heardSince) state.heardSince = heardAt;
        const isOverdue =
          silentMs > longestMs && !state.isUnreachable.get(index) && ledger.newestOf(hostname).book !== null;
        const times = isOverdue ? state.overdue.get(index) + 1 : 0;
        if (isOverdue) state.overdue.set(index, times);
        else state.overdue.delete(index);
        if (times === (state.isSpaced.get(index) ? PATIENCE : MORE_PATIENCE))
          broken(
            'reachability',
            hostname,
            null,
            `${hostname} has been silent for too long, but was not reported unreachable.`,
          );
      }
    },
  },
  effects: {
    // From now on the heartbeats of its hosts are expected, even if there was none.
    OpenRollout: ({ runMs, ledger, hosts }, { heardAt, knownSince, forgotten }, { rolloutId }) => {
      for (const { hostname } of ledger.manifestOf(rolloutId)?.hosts ?? []) {
        const index = hosts.find(hostname)?.index;
        if (index === undefined || !Number.isNaN(heardAt.get(index)) || knownSince.get(index) < forgotten) continue;
        heardAt.set(index, runMs);
      }
    },
    HostUnreachable: ({ setup, runMs, hosts, broken }, state, { host, missedIntervals }) => {
      if (missedIntervals !== MISSED)
        broken('reachability', host, null, `${host} was reported unreachable after ${missedIntervals} intervals.`);
      const index = hosts.find(host)?.index ?? null;
      if (index !== null && isUnsure(state, index)) return;
      const silentMs = index === null ? Infinity : runMs - state.heardAt.get(index);
      if (index === null || state.isUnreachable.get(index))
        broken('reachability', host, null, `${host} was reported unreachable, but is unknown or was already reported.`);
      else if (silentMs < setup.agent.heartbeatSecs * 1000 * MISSED * (1 - DRIFT))
        broken('reachability', host, null, `${host} was reported unreachable ${silentMs} ms after a heartbeat.`);
      if (index !== null) state.isUnreachable.set(index, true);
    },
    HostReachable: ({ hosts, broken }, state, { host }) => {
      const index = hosts.find(host)?.index ?? null;
      const isExpected = index !== null && (state.isUnreachable.get(index) || isUnsure(state, index));
      if (index !== null) state.isUnreachable.delete(index);
      if (!isExpected) broken('reachability', host, null, `${host} was reported to be back, but was not unreachable.`);
    },
  },
};

/** It was not heard since the reports about it were forgotten. */
const isUnsure = ({ forgotten, knownSince }: State, index: number): boolean => knownSince.get(index) < forgotten;

function forget(state: State): void {
  forgetHosts(state);
  state.forgotten += 1;
}

function forgetHosts({ heardAt, isSpaced, isUnreachable, overdue }: State): void {
  heardAt.clear();
  isSpaced.clear();
  isUnreachable.clear();
  overdue.clear();
}
