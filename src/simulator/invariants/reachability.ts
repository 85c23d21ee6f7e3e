import type { Judge, Scene } from './invariant.ts';
import { HostValues } from './per-host.ts';

interface State {
  /** When the last heartbeat of each host arrived, NaN for never; a lost database has heard of nobody. */
  readonly heardAt: HostValues<number>;
  readonly isUnreachable: HostValues<boolean>;
  /** At how many planning intervals in a row each host was overdue. */
  readonly overdue: HostValues<number>;
  /** After its clock was set, the control plane begins to look after its hosts again. */
  patientUntil: number;
  /** How often what was reported of the hosts was forgotten: a backup was restored, or the clock was set. */
  forgotten: number;
  /** The same, when each host was heard last: what was reported of it is known if it was heard since. */
  readonly knownSince: HostValues<number>;
}

const MISSED = 3;
/** Hosts are looked after in steps of a quarter of an interval. */
const STEPS = 4;
/** A host that was heard late is looked after one planning interval later, and is reported at the next. */
const PATIENCE = 3;

/** A clock may be so much too fast. */
const DRIFT = 0.001;

const longestSilenceMs = ({ agent }: Scene['setup']): number => agent.heartbeatSecs * 1000 * (MISSED + 1 / STEPS);

/** A host of which three heartbeats are missing is reported once, in time, and so is its return. */
export const reachability: Judge<State> = {
  begin: () => ({
    heardAt: new HostValues(Number.NaN),
    isUnreachable: new HostValues(false),
    overdue: new HostValues(0),
    forgotten: 0,
    knownSince: new HostValues(0),
    patientUntil: -Infinity,
  }),
  on: {
    DatabaseRestored: (_, state) => forget(state),
    ControlPlaneClockSet: ({ setup, runMs }, state) => {
      state.patientUntil = runMs + (1 + DRIFT) * longestSilenceMs(setup);
      forget(state);
    },
    // A control plane that dies while it handles a heartbeat has not heard it; what it knew at the start has no answer.
    HeartbeatReceived: ({ runMs }, { heardAt }, _, { index }) => {
      if (Number.isNaN(heardAt.get(index))) heardAt.set(index, runMs);
    },
    HeartbeatReplied: ({ runMs, broken }, state, { hostname }, { index }) => {
      state.heardAt.set(index, runMs);
      state.overdue.delete(index);
      state.knownSince.set(index, state.forgotten);
      if (!state.isUnreachable.get(index)) return;
      state.isUnreachable.delete(index);
      broken('reachability', hostname, null, `${hostname} is back, and that was not reported.`);
    },
    DatabaseLost: (_, state) => forgetHosts(state),
    // One that died between two effects may not remember what it reported last.
    ControlPlaneStarted: (_, state) => forget(state),
    PlanTicked: ({ setup, runMs, ledger, hosts, broken }, state) => {
      const longestMs = longestSilenceMs(setup);
      if (runMs <= state.patientUntil) {
        state.overdue.clear();
        return;
      }
      for (const { index, name: hostname } of hosts.all) {
        // One that was never heard is not overdue.
        const silentMs = runMs - state.heardAt.get(index);
        const isOverdue =
          silentMs > longestMs && !state.isUnreachable.get(index) && ledger.newestOf(hostname).book !== null;
        const times = isOverdue ? state.overdue.get(index) + 1 : 0;
        if (isOverdue) state.overdue.set(index, times);
        else state.overdue.delete(index);
        if (times === PATIENCE)
          broken(
            'reachability',
            hostname,
            null,
            `${hostname} has been silent for too long, and was not reported unreachable.`,
          );
      }
    },
  },
  effects: {
    HostUnreachable: ({ setup, runMs, hosts, broken }, state, { host, missedIntervals }) => {
      if (missedIntervals !== MISSED)
        broken('reachability', host, null, `${host} was reported as unreachable after ${missedIntervals} intervals.`);
      const index = hosts.find(host)?.index ?? null;
      if (index !== null && isUnsure(state, index)) return;
      const silentMs = index === null ? Infinity : runMs - state.heardAt.get(index);
      if (index === null || state.isUnreachable.get(index))
        broken(
          'reachability',
          host,
          null,
          `${host} was reported as unreachable, and is unknown or was reported before.`,
        );
      else if (silentMs < setup.agent.heartbeatSecs * 1000 * MISSED * (1 - DRIFT))
        broken('reachability', host, null, `${host} was reported as unreachable ${silentMs} ms after a heartbeat.`);
      if (index !== null) state.isUnreachable.set(index, true);
    },
    HostReachable: ({ hosts, broken }, state, { host }) => {
      const index = hosts.find(host)?.index ?? null;
      const isExpected = index !== null && (state.isUnreachable.get(index) || isUnsure(state, index));
      if (index !== null) state.isUnreachable.delete(index);
      if (!isExpected) broken('reachability', host, null, `${host} was reported to be back, and was not unreachable.`);
    },
  },
};

/** It was not heard since what was reported of it was forgotten. */
const isUnsure = ({ forgotten, knownSince }: State, index: number): boolean => knownSince.get(index) < forgotten;

function forget(state: State): void {
  forgetHosts(state);
  state.forgotten += 1;
}

function forgetHosts({ heardAt, isUnreachable, overdue }: State): void {
  heardAt.clear();
  isUnreachable.clear();
  overdue.clear();
}
