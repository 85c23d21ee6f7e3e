import type { Judge, Scene } from './invariant.ts';
import type { ObservedHosts } from './observed-hosts.ts';

interface State {
  /** By host, when its last heartbeat arrived; a lost database has heard of nobody. */
  readonly heardAt: Map<string, number>;
  readonly unreachable: Set<string>;
  /** At how many planning intervals in a row each host was overdue. */
  overdue: Map<string, number>;
  /** What the control plane's clock showed at the last planning interval. */
  shownAt: number;
  /** One that was set back looks after a host when it shows what was arranged before. */
  patientUntil: number;
  /** Hosts that were not heard since a backup was restored or the clock was set: what was reported of them is not known. */
  readonly unsure: Set<string>;
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
    heardAt: new Map(),
    unreachable: new Set(),
    overdue: new Map(),
    unsure: new Set(),
    shownAt: -Infinity,
    patientUntil: -Infinity,
  }),
  on: {
    DatabaseRestored: ({ hosts }, state) => forget(state, hosts),
    ControlPlaneClockSet: ({ setup, hosts }, state) => {
      state.patientUntil = Math.max(state.patientUntil, state.shownAt + longestSilenceMs(setup));
      forget(state, hosts);
    },
    // A control plane that dies while it handles a heartbeat has not heard it; what it knew at the start has no answer.
    HeartbeatReceived: ({ runMs }, { heardAt }, { hostname }) => {
      if (!heardAt.has(hostname)) heardAt.set(hostname, runMs);
    },
    HeartbeatReplied: ({ runMs, broken }, { heardAt, unreachable, unsure, overdue }, { hostname }) => {
      heardAt.set(hostname, runMs);
      if (overdue.size > 0) overdue.delete(hostname);
      if (unsure.size > 0) unsure.delete(hostname);
      if (unreachable.delete(hostname))
        broken('reachability', hostname, null, `${hostname} is back, and that was not reported.`);
    },
    DatabaseLost: (_, state) => {
      state.heardAt.clear();
      state.unreachable.clear();
      state.overdue = new Map();
    },
    // One that died between two effects may not remember what it reported last.
    ControlPlaneStarted: ({ hosts }, state) => forget(state, hosts),
    PlanTicked: ({ setup, runMs, ledger, broken }, state) => {
      const longestMs = longestSilenceMs(setup);
      const overdue = new Map<string, number>();
      state.shownAt = ledger.controlPlaneTime(setup.startAt, runMs);
      if (state.shownAt <= state.patientUntil) {
        state.overdue = overdue;
        return;
      }
      for (const [hostname, heardAt] of state.heardAt) {
        if (runMs - heardAt <= longestMs || state.unreachable.has(hostname)) continue;
        if (ledger.newestOf(hostname).book === null) continue;
        const times = (state.overdue.get(hostname) ?? 0) + 1;
        overdue.set(hostname, times);
        if (times === PATIENCE)
          broken(
            'reachability',
            hostname,
            null,
            `${hostname} has been silent for too long, and was not reported unreachable.`,
          );
      }
      state.overdue = overdue;
    },
  },
  effects: {
    HostUnreachable: ({ setup, runMs, hosts, broken }, { heardAt, unreachable, unsure }, { host }) => {
      if (unsure.has(host)) return;
      const heard = heardAt.get(host) ?? -Infinity;
      if (hosts.find(host) === null || unreachable.has(host))
        broken(
          'reachability',
          host,
          null,
          `${host} was reported as unreachable, and is unknown or was reported before.`,
        );
      else if (runMs - heard < setup.agent.heartbeatSecs * 1000 * MISSED * (1 - DRIFT))
        broken(
          'reachability',
          host,
          null,
          `${host} was reported as unreachable ${runMs - heard} ms after a heartbeat.`,
        );
      unreachable.add(host);
    },
    HostReachable: ({ broken }, { unreachable, unsure }, { host }) => {
      if (!unreachable.delete(host) && !unsure.has(host))
        broken('reachability', host, null, `${host} was reported to be back, and was not unreachable.`);
    },
  },
};

function forget(state: State, { all }: ObservedHosts): void {
  state.heardAt.clear();
  state.unreachable.clear();
  state.overdue = new Map();
  for (const { name } of all) state.unsure.add(name);
}
