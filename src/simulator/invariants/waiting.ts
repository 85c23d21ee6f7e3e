import type { Hold } from '../../control-plane/index.ts';
import { gatesOf } from './edge-order.ts';
import { isDispatching, isOrderingEligible } from './host-states.ts';
import type { Judge, Scene } from './invariant.ts';
import { HostValues } from './per-host.ts';
import { hasFailuresBefore, itemAt, type RolloutBook } from './rollout-book.ts';

interface State {
  /** The closure that the last heartbeat of each host named, `undefined` for none; a lost database has heard of nobody. */
  readonly heard: HostValues<string | null | undefined>;
  /** Whether its last heartbeat got no reply: the control plane died on it, and may not have stored it. */
  readonly isUnsure: HostValues<boolean>;
  /** What was quarantined, by channel and closure: in the same turn, before the host that went back is recorded. */
  readonly quarantined: Set<string>;
  /** Since when the control plane has known what it knows. */
  knowsSince: number;
  /** What was wrong at the planning interval before, and is wrong if it still is. */
  suspected: ReadonlySet<string>;
  /** The last hold of each host, and when it was reported, so that none is reported twice at once. */
  readonly deferred: Map<string, { readonly runMs: number; readonly hold: Hold }>;
  /** A backup was restored, which may hold what was reported before. */
  isRestored: boolean;
}

const MAX_INTERVALS_AHEAD = 10;

type GateName = Hold['gate'];

const NO_GROUP = -1;

/** The gates of the specification in their order; a host in no wave is held by the third under a name of its own. */
const ORDER: readonly GateName[] = [
  'quarantine',
  'channel-edges',
  'wave-promotion',
  'wave-promotion-host-unstaged',
  'host-edge',
  'disruption-budget',
  'compliance-wave',
];

/**
 * Who waits is held by a gate that really holds, reported once under the name of the first that does; whom nothing holds
 * is dispatched within a planning interval (specification: control-plane, "Planning", 3).
 */
export const waiting: Judge<State> = {
  begin: () => ({
    heard: new HostValues<string | null | undefined>(undefined),
    isUnsure: new HostValues(false),
    quarantined: new Set(),
    knowsSince: -Infinity,
    suspected: new Set(),
    deferred: new Map(),
    isRestored: false,
  }),
  on: {
    HeartbeatReceived: (_, { heard, isUnsure }, { heartbeat }, { index }) => {
      heard.set(index, heartbeat.currentClosure);
      isUnsure.set(index, true);
    },
    HeartbeatReplied: (_, { isUnsure }, _observation, { index }) => isUnsure.delete(index),
    DatabaseLost: ({ runMs }, state) => {
      state.heard.clear();
      state.quarantined.clear();
      state.suspected = new Set();
      state.knowsSince = runMs;
    },
    DatabaseRestored: ({ runMs }, state, { database }) => {
      state.heard.clear();
      state.quarantined.clear();
      for (const { channel, closures } of database.quarantine)
        for (const closure of closures) state.quarantined.add(`${channel} ${closure}`);
      state.suspected = new Set();
      state.knowsSince = runMs;
      state.isRestored = true;
    },
    // A clock that was set back lets it wait longer for the agents, up to ten intervals.
    ControlPlaneClockSet: ({ setup, runMs }, state) => {
      if (state.knowsSince > -Infinity)
        state.knowsSince = runMs + MAX_INTERVALS_AHEAD * setup.agent.heartbeatSecs * 1000;
    },
    ControlPlaneStarted: ({ runMs, ledger }, state) => {
      state.suspected = new Set();
      if (ledger.databasesLost > 0) state.knowsSince = Math.max(runMs, state.knowsSince);
    },
    PlanTicked: (scene, state) => {
      const found = new Map<string, () => void>();
      for (const book of scene.ledger.books.values())
        if (isDispatching(book.state)) lookThrough(scene, state, book, found);
      for (const [key, report] of found) if (state.suspected.has(key)) report();
      state.suspected = new Set(found.keys());
      state.deferred.clear();
    },
  },
  effects: {
    RemoteInsertQuarantine: (_, { quarantined }, { channel, closure }) => {
      quarantined.add(`${channel} ${closure}`);
    },
    QueueDispatch: ({ ledger, broken }, _, { host, rolloutId }) => {
      const { book, at: place } = ledger.find(rolloutId, host);
      if (book !== null && hasFailuresBefore(book, itemAt(book.manifest.hosts, place).wave))
        broken('waiting', host, rolloutId, `${host} was dispatched while enforce checks of earlier waves fail.`);
    },
    DeferDispatch: (scene, { deferred, quarantined }, { host, rolloutId, hold }) => {
      const { book, at: place } = scene.ledger.find(rolloutId, host);
      if (book === null) return;
      const holding = gatesThatHold(scene, quarantined, book, place);
      const first = holding[0] ?? null;
      const key = `${rolloutId} ${host} ${hold.gate}`;
      const before = deferred.get(key);
      if (before?.runMs === scene.runMs && JSON.stringify(before.hold) === JSON.stringify(hold))
        scene.broken('waiting', host, rolloutId, `That ${host} is held by ${hold.gate} was reported twice at once.`);
      deferred.set(key, { runMs: scene.runMs, hold });
      // Within one pass budgets fill: who was held by the last gate may be held by a budget when it is reported.
      const isFirst =
        first === hold.gate ||
        (hold.gate === 'compliance-wave' && first === 'disruption-budget' && holding.includes(hold.gate));
      if (!isFirst)
        scene.broken(
          'waiting',
          host,
          rolloutId,
          `${host} is said to be held by ${hold.gate}, and ${first === null ? 'nothing holds it' : `the first gate that holds it is ${first}`}.`,
        );
    },
  },
};

/** Adds hosts that wait without a reason, judging by the first host that a gate holds in each wave. */
function lookThrough(scene: Scene, state: State, book: RolloutBook, found: Map<string, () => void>): void {
  const { setup, runMs, hosts, broken } = scene;
  const { rolloutId, manifest } = book;
  const isRebuilt = state.knowsSince > -Infinity;
  if (isRebuilt && runMs < state.knowsSince + 2 * setup.agent.heartbeatSecs * 1000) return;
  const seen = new Set<number>();
  book.states.forEach((known, place) => {
    if (known !== 'Pending' || book.isOutstanding[place] === 1) return;
    const { hostname, targetClosure, wave } = itemAt(manifest.hosts, place);
    const hold = book.holds[place] ?? null;
    const group = hold === null ? NO_GROUP : wave * ORDER.length + ORDER.indexOf(hold.gate);
    if (seen.has(group)) return;
    const index = hosts.find(hostname)?.index ?? null;
    const heard = index === null ? undefined : state.heard.get(index);
    if (heard === targetClosure || (isRebuilt && heard === undefined)) return;
    if (index !== null && state.isUnsure.get(index)) return;
    if (hold === null && state.isRestored) return;
    if (hold === null) {
      found.set(`${rolloutId} ${hostname} unreported`, () =>
        broken('waiting', hostname, rolloutId, `${hostname} is neither dispatched nor reported as held.`),
      );
      return;
    }
    seen.add(group);
    // Nearly always it is the one that was reported.
    const isHeld = (gate: GateName): boolean => isHeldBy(gate, scene, state.quarantined, book, place);
    if (isHeld(hold.gate) || ORDER.some(isHeld)) return;
    found.set(`${rolloutId} ${hostname} free`, () =>
      broken('waiting', hostname, rolloutId, `${hostname} is held by ${hold.gate}, and nothing holds it.`),
    );
  });
}

/** In their order. */
function gatesThatHold(
  scene: Scene,
  quarantined: ReadonlySet<string>,
  book: RolloutBook,
  place: number,
): readonly GateName[] {
  return ORDER.filter((gate) => isHeldBy(gate, scene, quarantined, book, place));
}

function isHeldBy(
  gate: GateName,
  { ledger }: Scene,
  quarantined: ReadonlySet<string>,
  book: RolloutBook,
  place: number,
): boolean {
  const { manifest } = book;
  const planned = itemAt(manifest.hosts, place);
  switch (gate) {
    case 'quarantine':
      return quarantined.size > 0 && quarantined.has(`${manifest.channel} ${planned.targetClosure}`);
    case 'channel-edges':
      return manifest.channelEdges.some(({ gates }) => {
        const gating = ledger.manifestOfChannel(gates);
        if (gating === null || gating.hosts.length === 0) return false;
        return ledger.books.get(gating.rolloutId)?.state !== 'Terminal';
      });
    case 'wave-promotion':
      return planned.staged && planned.wave > book.currentWave;
    case 'wave-promotion-host-unstaged':
      return !planned.staged;
    case 'host-edge':
      return (gatesOf(manifest).get(planned.hostname) ?? []).some((gates) => {
        const state = book.states[ledger.positionIn(book, gates)];
        return state !== undefined && !isOrderingEligible(state);
      });
    case 'disruption-budget':
      return manifest.budgets.some(
        ({ selectorKey, limit }, index) =>
          limit !== null && book.selected[index]?.[place] === 1 && ledger.inFlight(selectorKey) >= limit,
      );
    case 'compliance-wave':
      return hasFailuresBefore(book, planned.wave);
  }
}
