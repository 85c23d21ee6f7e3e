import type { Hold } from '../../control-plane/index.ts';
import { gatesOf } from './edge-order.ts';
import { isDispatching, isOrderingEligible } from './host-states.ts';
import type { Judge, Scene } from './invariant.ts';
import { hasFailuresBefore, isWaveDone, itemAt, type RolloutBook } from './rollout-book.ts';
import { needsNoDispatch } from './synthesis.ts';

interface State {
  /** Quarantines by channel and closure, known in the same turn, before the host's rollback is recorded. */
  readonly quarantined: Set<string>;
  /** Since when the control plane has had its present knowledge. */
  knowsSince: number;
  /** Until then, agents may not have had time to report after a loss of the database. */
  reportsUntil: number;
  /** The control plane's clock was set since it was last started, perhaps while it was down. */
  isClockSet: boolean;
  /** Problems found at the previous planning interval; reported if they are still there. */
  suspected: readonly string[];
  /** The last hold of each host, and when it was reported, so none is reported twice at once. */
  readonly deferred: Map<string, { readonly runMs: number; readonly hold: Hold }>;
  /** A backup was restored, which may contain earlier reports. */
  isRestored: boolean;
  /** The rollouts that went on to a later wave in this turn, and the hosts that were dispatched. */
  readonly advanced: Set<string>;
  readonly queued: Set<string>;
}

const MAX_INTERVALS_AHEAD = 10;

/** Complains about a host that waits without a reason, if it still does at the next planning interval. */
interface Suspicion {
  readonly key: string;
  readonly hostname: string;
  readonly rolloutId: string;
  readonly message: string;
}

type GateName = Hold['gate'];

const NOTHING: readonly string[] = [];

const NO_GROUP = -1;

/** The gates of the specification in order. The third holds a host without a wave under a separate name. */
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
 * A waiting host is held by a gate that really holds it, and is reported once under the name of the first such gate. A
 * host that nothing holds is dispatched within a planning interval (specification: control-plane, "Planning", 3).
 */
export const waiting: Judge<State> = {
  begin: () => ({
    quarantined: new Set(),
    knowsSince: -Infinity,
    reportsUntil: -Infinity,
    isClockSet: false,
    suspected: NOTHING,
    deferred: new Map(),
    isRestored: false,
    advanced: new Set(),
    queued: new Set(),
  }),
  on: {
    DatabaseLost: ({ setup, runMs }, state) => {
      state.quarantined.clear();
      state.suspected = NOTHING;
      state.knowsSince = runMs;
      state.reportsUntil = runMs + heartbeatMs(setup);
    },
    DatabaseRestored: ({ setup, runMs }, state, { database }) => {
      state.reportsUntil = runMs + heartbeatMs(setup);
      state.quarantined.clear();
      for (const { channel, closures } of database.quarantine)
        for (const closure of closures) state.quarantined.add(`${channel} ${closure}`);
      state.suspected = NOTHING;
      state.knowsSince = runMs;
      state.isRestored = true;
    },
    // After its clock was set back, it may wait longer for the agents, up to ten intervals.
    ControlPlaneClockSet: (scene, state) => {
      state.reportsUntil = -Infinity;
      state.isClockSet = true;
      if (state.knowsSince > -Infinity) state.knowsSince = longestWait(scene);
    },
    ControlPlaneStarted: (scene, state) => {
      state.advanced.clear();
      state.suspected = NOTHING;
      const since = state.isClockSet ? longestWait(scene) : scene.runMs;
      if (scene.ledger.databasesLost > 0) state.knowsSince = Math.max(since, state.knowsSince);
      state.isClockSet = false;
    },
    PlanTicked: (scene, state) => {
      const found: Suspicion[] = [];
      for (const book of scene.ledger.books.values())
        if (isDispatching(book.state)) lookThrough(scene, state, book, found);
      for (const { key, hostname, rolloutId, message } of found)
        if (state.suspected.includes(key)) scene.broken('waiting', hostname, rolloutId, message);
      state.suspected = found.length === 0 ? NOTHING : found.map(({ key }) => key);
      if (state.deferred.size > 0) state.deferred.clear();
    },
    ControlPlaneIdle: (scene, { advanced, queued, knowsSince }) => {
      queued.clear();
      if (advanced.size === 0) return;
      for (const rolloutId of advanced) if (knowsSince === -Infinity) checkNextWave(scene, rolloutId);
      advanced.clear();
    },
  },
  effects: {
    AdvanceWave: (_, { advanced }, { rolloutId, fromWave, toWave }) => {
      if (toWave > fromWave) advanced.add(rolloutId);
    },
    RemoteInsertQuarantine: (_, { quarantined }, { channel, closure }) => {
      quarantined.add(`${channel} ${closure}`);
    },
    QueueDispatch: ({ ledger, runMs, broken }, { reportsUntil, queued }, { host, rolloutId }) => {
      queued.add(host);
      if (runMs < reportsUntil)
        broken('waiting', host, rolloutId, `${host} was dispatched before all agents had time to report.`);
      const { book, at: place } = ledger.find(rolloutId, host);
      if (book !== null && hasFailuresBefore(book, itemAt(book.manifest.hosts, place).wave))
        broken('waiting', host, rolloutId, `${host} was dispatched while enforce checks of earlier waves fail.`);
    },
    DeferDispatch: (scene, { deferred, quarantined, queued }, { host, rolloutId, gate, reason, hold }) => {
      const { book, at: place } = scene.ledger.find(rolloutId, host);
      if (book === null) return;
      if (gate !== hold.gate || reason === '' || !isTrue(scene, book, place, hold))
        scene.broken('waiting', host, rolloutId, `${gate} gives a wrong reason for ${host}: ${reason}`);
      const holding = gatesThatHold(scene, quarantined, book, place);
      const first = holding[0] ?? null;
      const key = `${rolloutId} ${host} ${hold.gate}`;
      const before = deferred.get(key);
      if (before?.runMs === scene.runMs && JSON.stringify(before.hold) === JSON.stringify(hold))
        scene.broken('waiting', host, rolloutId, `The hold of ${host} by ${hold.gate} was reported twice at once.`);
      deferred.set(key, { runMs: scene.runMs, hold });
      // A budget that fills in this turn may hold a host when it is reported, and not yet when the last gate held it.
      const isFirst =
        first === hold.gate ||
        // Gates outside the specification come last, and are not judged by it.
        (hold.gate === 'extension' && first === null) ||
        (hold.gate === 'compliance-wave' &&
          first === 'disruption-budget' &&
          holding.includes(hold.gate) &&
          !isFull(scene, book, place, queued));
      if (!isFirst)
        scene.broken(
          'waiting',
          host,
          rolloutId,
          `${host} was reported as held by ${hold.gate}, but ${first === null ? 'nothing holds it' : `the first gate that holds it is ${first}`}.`,
        );
    },
  },
};

const heartbeatMs = ({ agent }: Scene['setup']): number => agent.heartbeatSecs * 1000;

const longestWait = ({ setup, runMs }: Scene): number => runMs + MAX_INTERVALS_AHEAD * heartbeatMs(setup);

/**
 * The next wave starts in the pass that advances to it, so none of its hosts goes on waiting for its wave. If nothing
 * holds that wave either, the pass goes on to the one after it.
 */
function checkNextWave({ ledger, hosts, broken }: Scene, rolloutId: string): void {
  const book = ledger.books.get(rolloutId);
  if (book === undefined || !isDispatching(book.state)) return;
  if (isWaveDone(book))
    broken('waiting', null, rolloutId, `${rolloutId} stays at wave ${book.currentWave}, which nothing holds.`);
  book.manifest.hosts.forEach(({ hostname, wave, targetClosure }, place) => {
    const isWaiting = book.states[place] === 'Pending' && book.isOutstanding[place] !== 1;
    if (!isWaiting || wave > book.currentWave || book.holds[place]?.gate !== 'wave-promotion') return;
    if (hosts.find(hostname)?.heard?.currentClosure !== targetClosure)
      broken('waiting', hostname, rolloutId, `${hostname} goes on waiting for wave ${wave}, which has begun.`);
  });
}

/** Adds hosts that wait without a reason, judging by the first host that a gate holds in each wave. */
function lookThrough(scene: Scene, state: State, book: RolloutBook, found: Suspicion[]): void {
  const { setup, runMs, hosts } = scene;
  const { rolloutId, manifest } = book;
  const isRebuilt = state.knowsSince > -Infinity;
  if (isRebuilt && runMs < state.knowsSince + 2 * heartbeatMs(setup)) return;
  const seen: number[] = [];
  for (let place = 0; place < book.states.length; place += 1) {
    if (book.states[place] !== 'Pending' || book.isOutstanding[place] === 1) continue;
    const { hostname, wave } = itemAt(manifest.hosts, place);
    const hold = book.holds[place] ?? null;
    if (hold?.gate === 'extension') continue;
    const group = hold === null ? NO_GROUP : wave * ORDER.length + ORDER.indexOf(hold.gate);
    // Each host waits for hosts of its own.
    if (hold?.gate !== 'host-edge' && seen.includes(group)) continue;
    const host = hosts.find(hostname);
    const heard = host?.heard ?? null;
    if (host !== null && needsNoDispatch(scene.ledger, book, place, host)) continue;
    if (isRebuilt && heard === null) continue;
    // The control plane died while handling its last heartbeat, and may not have stored it.
    if (heard !== null && host?.wasReplied !== true) continue;
    if (hold === null && state.isRestored) continue;
    if (hold === null) {
      const message = `${hostname} is neither dispatched nor reported as held.`;
      found.push({ key: `${rolloutId} ${hostname} unreported`, hostname, rolloutId, message });
      continue;
    }
    seen.push(group);
    // Nearly always the reported one.
    if (isHeldBy(hold.gate, scene, state.quarantined, book, place)) {
      const ended = endedCause(scene, book, hold);
      const message = `${hostname} is reported as waiting for ${ended}, which no longer holds it.`;
      if (ended !== null) found.push({ key: `${rolloutId} ${hostname} ${ended}`, hostname, rolloutId, message });
      continue;
    }
    if (gatesThatHold(scene, state.quarantined, book, place).length > 0) continue;
    const message = `${hostname} is reported as held by ${hold.gate}, but nothing holds it.`;
    found.push({ key: `${rolloutId} ${hostname} free`, hostname, rolloutId, message });
  }
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
  scene: Scene,
  quarantined: ReadonlySet<string>,
  book: RolloutBook,
  place: number,
): boolean {
  const { ledger } = scene;
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
      return isFull(scene, book, place, NOBODY);
    case 'compliance-wave':
      return hasFailuresBefore(book, planned.wave);
    case 'extension':
      return false;
  }
}

const NOBODY: ReadonlySet<string> = new Set();

/** A budget of the host has no place left, even if these hosts did not need any. */
function isFull(
  { ledger }: Scene,
  { manifest, selected }: RolloutBook,
  place: number,
  but: ReadonlySet<string>,
): boolean {
  return manifest.budgets.some(({ selectorKey, limit, hosts }, index) => {
    if (limit === null || selected[index]?.[place] !== 1) return false;
    const without = but.size === 0 ? 0 : hosts.filter((name) => but.has(name)).length;
    return ledger.inFlight(selectorKey) - without >= limit;
  });
}

/** The host or rollout that a hold names, if it holds nothing any more; otherwise `null`. */
function endedCause({ ledger }: Scene, book: RolloutBook, hold: Hold): string | null {
  if (hold.gate === 'host-edge') {
    const state = book.states[ledger.positionIn(book, hold.gatingHostname)];
    return state === undefined || isOrderingEligible(state) ? hold.gatingHostname : null;
  }
  if (hold.gate !== 'channel-edges') return null;
  const { gatingRolloutId } = hold;
  const isNewest = ledger.manifestOfChannel(hold.gatingChannel)?.rolloutId === gatingRolloutId;
  return isNewest && ledger.books.get(gatingRolloutId)?.state !== 'Terminal' ? null : gatingRolloutId;
}

/** Whether the gate that a hold names really holds. */
function isTrue({ ledger }: Scene, book: RolloutBook, place: number, hold: Hold): boolean {
  const { manifest } = book;
  const planned = itemAt(manifest.hosts, place);
  switch (hold.gate) {
    case 'host-edge': {
      const isGating = gatesOf(manifest).get(planned.hostname)?.includes(hold.gatingHostname) === true;
      return isGating && book.states[ledger.positionIn(book, hold.gatingHostname)] === hold.gatingState;
    }
    case 'channel-edges': {
      if (!manifest.channelEdges.some(({ gates }) => gates === hold.gatingChannel)) return false;
      const gating = ledger.manifestOfChannel(hold.gatingChannel);
      const state = gating === null ? null : (ledger.books.get(gating.rolloutId)?.state ?? null);
      return gating?.rolloutId === hold.gatingRolloutId && state === hold.gatingState && state !== 'Terminal';
    }
    case 'disruption-budget': {
      const budget = manifest.budgets.findIndex(({ selectorKey }) => selectorKey === hold.selectorKey);
      if (book.selected[budget]?.[place] !== 1) return false;
      return manifest.budgets[budget]?.limit === hold.limit && hold.inFlight >= hold.limit;
    }
    case 'compliance-wave':
      return hold.wave === planned.wave && failuresBefore(book, hold.wave) === hold.failures;
    case 'quarantine':
      return hold.channel === manifest.channel && hold.closure === planned.targetClosure;
    case 'wave-promotion':
      return hold.wave === planned.wave;
    case 'wave-promotion-host-unstaged':
      return hold.channel === manifest.channel;
    case 'extension':
      return true;
  }
}

function failuresBefore({ manifest, failures }: RolloutBook, before: number): number {
  let total = 0;
  manifest.hosts.forEach(({ wave }, place) => {
    if (wave < before) for (const count of failures[place]?.values() ?? []) total += count;
  });
  return total;
}
