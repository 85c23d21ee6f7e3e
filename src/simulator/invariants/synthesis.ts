import type { HostRolloutState } from '../../machine/index.ts';
import type { Heartbeat, HostRolloutSnapshot } from '../../wire/index.ts';
import type { HostRecord } from './host-record.ts';
import type { Judge, Scene } from './invariant.ts';
import type { Ledger } from './ledger.ts';
import type { ObservedState } from './observed-hosts.ts';
import { PerHost } from './per-host.ts';
import { itemAt, type RolloutBook } from './rollout-book.ts';

interface State {
  /**
   * How many of the host's last heartbeats in a row carried a record that differs from the control plane's, with
   * nothing undelivered. Heartbeats without a record of the rollout do not count. At most 2.
   */
  differed: PerHost<number>;
  /** A warning was logged since the last heartbeat arrived; a gap was closed and no warning logged. */
  hasWarned: boolean;
  isGapOpen: boolean;
  /** The rollouts whose chain of synthesized events has begun since the last heartbeat arrived. */
  chains: readonly string[];
}

/** A real clock is not read at the very moment of the observation. */
const SLACK_MS = 60_000;
const NONE: readonly string[] = [];

/**
 * The control plane concludes from a heartbeat what its content and the control plane's own records imply
 * (specification: control-plane, "Heartbeats"). It synthesizes no event while the agent's own may be in flight, and
 * closes no gap before the second heartbeat in a row that shows it.
 */
export const synthesis: Judge<State> = {
  begin: () => ({
    differed: new PerHost(0),
    hasWarned: false,
    isGapOpen: false,
    chains: NONE,
  }),
  on: {
    DatabaseLost: (_, state) => {
      state.differed = new PerHost(0);
    },
    // Every record of a backup counts as one that differed before.
    DatabaseRestored: (_, state) => {
      state.differed = new PerHost(1);
    },
    HeartbeatReplied: (scene, state, { hostname }, { heard }) => {
      if (state.isGapOpen)
        scene.broken('synthesis', hostname, null, `A gap of ${hostname} was closed without a warning in the log.`);
      if (heard !== null) checkConcluded(scene, heard);
      for (const rolloutId of state.chains) checkChainEnd(scene, hostname, rolloutId);
    },
    HeartbeatReceived: (scene, state, { heartbeat }, { index }) => {
      state.hasWarned = state.isGapOpen = false;
      state.chains = NONE;
      for (const snapshot of heartbeat.rollouts) {
        const { rolloutId } = snapshot;
        const before = state.differed.get(rolloutId, index);
        const after = differs(scene, heartbeat, snapshot) ? Math.min(before + 1, 2) : 0;
        if (after !== before) state.differed.set(rolloutId, index, after);
      }
    },
  },
  effects: {
    SynthesizeEvent: (scene, state, { host, rolloutId, event, payload }) => {
      const { book, at: place } = scene.ledger.find(rolloutId, host);
      const heartbeat = scene.hosts.find(host)?.heard ?? null;
      if (book === null) return;
      const complain = (what: string): void =>
        scene.broken('synthesis', host, rolloutId, `${payload.type} of ${host} was synthesized, but ${what}.`);
      if (heartbeat === null) return complain('it has sent no heartbeat');
      if (event !== `Remote${payload.type}`) complain(`it was called ${event}`);
      const record = itemAt(book.records, place);
      if (heartbeat.currentClosure !== record.targetClosure) complain('the host does not run the target');
      if (payload.type === 'ActivationCompleted' && payload.observedCurrentClosure !== heartbeat.currentClosure)
        complain(`it names ${payload.observedCurrentClosure}`);
      // The further events of the chain follow from the first.
      if (payload.type === 'DispatchAck') {
        state.chains = [...state.chains, rolloutId];
        checkChain(scene, book, place, heartbeat, complain);
      }
      if (payload.type === 'ActivationCompleted' && !isOfChain(record, payload.seq))
        checkActivation(heartbeat, rolloutId, complain);
      if (payload.type === 'Converged') checkConvergedAt(scene, record, payload.convergedAt, complain);
      const known = Math.max(record.lastEventSeq, snapshotIn(heartbeat, rolloutId)?.lastEventSeq ?? 0);
      if (payload.seq !== known + 1) complain(`its number is ${payload.seq}, and the last known one is ${known}`);
    },
    EmitLog: (_, state, { level }) => {
      if (level === 'info') return;
      state.hasWarned = true;
      state.isGapOpen = false;
    },
    TakeOverRecord: (scene, state, { host, rolloutId, record, because }) => {
      if (because === 'gap') state.isGapOpen = !state.hasWarned;
      const observed = scene.hosts.find(host);
      const complain = (what: string): void =>
        scene.broken('synthesis', host, rolloutId, `The record of ${host} was taken over, but ${what}.`);
      if (observed === null) return complain('nothing is known of the host');
      const { index, heard } = observed;
      if (heard?.undelivered.includes(rolloutId) === true) complain('the host has undelivered events');
      if (because === 'gap' && state.differed.get(rolloutId, index) < 2)
        complain('it did not differ at the previous heartbeat');
      const own = heard === null ? undefined : snapshotIn(heard, rolloutId);
      if (own === undefined || !isTakenFrom(own, record)) complain('it is not what the heartbeat said');
    },
  },
};

const snapshotIn = ({ rollouts }: Heartbeat, rolloutId: string): HostRolloutSnapshot | undefined =>
  rollouts.find((snapshot) => snapshot.rolloutId === rolloutId);

function isTakenFrom(own: HostRolloutSnapshot, record: HostRolloutState): boolean {
  return (
    record.state === own.state &&
    record.lastEventSeq === own.lastEventSeq &&
    record.targetClosure === own.targetClosure &&
    record.currentClosure === own.currentClosure &&
    record.currentClosureAtDispatch === own.currentClosureAtDispatch &&
    record.soakDueAt === own.soakDueAt
  );
}

/** After a heartbeat, everything it implies has been concluded. */
function checkConcluded(scene: Scene, { hostname, currentClosure, rollouts, undelivered }: Heartbeat): void {
  const books = scene.ledger.booksOf(hostname);
  for (const book of books) {
    const place = scene.ledger.positionIn(book, hostname);
    const { state, targetClosure, lastEventSeq } = itemAt(book.records, place);
    const { rolloutId } = book;
    const isOpen = state === 'Pending' || state === 'Activating' || state === 'Deferred';
    if (!isOpen || undelivered.includes(rolloutId)) continue;
    const own = rollouts.find((snapshot) => snapshot.rolloutId === rolloutId);
    const isAhead = own !== undefined && own.state !== 'Pending' && own.lastEventSeq > lastEventSeq;
    if (state === 'Pending' && isAhead) {
      const message = `${hostname} is Pending, and its agent's record, which is ${own.state}, was not taken over.`;
      scene.broken('synthesis', hostname, rolloutId, message);
    }
    const isActivating = own === undefined || own.state === 'Activating' || own.state === 'Deferred';
    if (state !== 'Pending' && currentClosure === targetClosure && isActivating) {
      const message = `${hostname} is ${state} and runs its target, but no activation was synthesized.`;
      scene.broken('synthesis', hostname, rolloutId, message);
    }
  }
}

function differs({ ledger }: Scene, { undelivered }: Heartbeat, snapshot: HostRolloutSnapshot): boolean {
  const { book, at: place } = ledger.find(snapshot.rolloutId, snapshot.hostname);
  if (book === null || undelivered.includes(snapshot.rolloutId)) return false;
  const { lastEventSeq, state, currentClosure } = itemAt(book.records, place);
  return (
    snapshot.lastEventSeq !== lastEventSeq || snapshot.state !== state || snapshot.currentClosure !== currentClosure
  );
}

/** The synthesized acknowledgement has number 1, and this event the next. */
const isOfChain = (record: HostRecord, seq: number): boolean =>
  record.state === 'Activating' &&
  record.currentClosureAtDispatch === record.targetClosure &&
  seq === record.lastEventSeq + 1;

function checkActivation(
  { rollouts, undelivered, hostname }: Heartbeat,
  rolloutId: string,
  complain: (what: string) => void,
): void {
  const own = rollouts.filter((snapshot) => snapshot.rolloutId === rolloutId && snapshot.hostname === hostname).at(-1);
  if (own === undefined && undelivered.includes(rolloutId)) complain('the host has undelivered events');
  if (own === undefined) return;
  if (own.state !== 'Activating' && own.state !== 'Deferred') complain(`its agent's record is ${own.state}`);
}

function checkConvergedAt(
  { setup, ledger, runMs }: Scene,
  { soakDueAt }: HostRecord,
  convergedAt: number,
  complain: (what: string) => void,
): void {
  const now = ledger.controlPlaneTime(setup.startAt, runMs);
  if (convergedAt < (soakDueAt ?? 0)) complain('its soak was not over');
  if (convergedAt > Math.max(now + SLACK_MS, soakDueAt ?? 0)) complain('it is later than the end of its soak');
}

function checkChain(
  scene: Scene,
  book: RolloutBook,
  place: number,
  { hostname, rollouts, undelivered }: Heartbeat,
  complain: (what: string) => void,
): void {
  const { rolloutId } = book;
  if (book.isOutstanding[place] === 1) complain('a dispatch is outstanding');
  if (undelivered.includes(rolloutId)) complain('the host has undelivered events');
  const own = rollouts.find((snapshot) => snapshot.rolloutId === rolloutId);
  if (own !== undefined && own.lastEventSeq > 0) complain(`its agent's record is ${own.state}`);
  const other = underWayElsewhere(scene.ledger, book, hostname);
  if (other === null) return;
  complain(`it is ${itemAt(other.states, scene.ledger.positionIn(other, hostname))} in ${other.rolloutId}`);
}

function checkChainEnd({ ledger, broken }: Scene, hostname: string, rolloutId: string): void {
  const { book, at: place } = ledger.find(rolloutId, hostname);
  if (book === null || book.states[place] === 'Converged') return;
  const message = `The synthesized events of ${hostname} end with ${book.states[place]} instead of Converged.`;
  broken('synthesis', hostname, rolloutId, message);
}

/** By its last heartbeat, the host runs its target, and nothing else may change that: the next one completes it. */
export function needsNoDispatch(
  ledger: Ledger,
  book: RolloutBook,
  place: number,
  { name, heard }: Pick<ObservedState, 'name' | 'heard'>,
): boolean {
  const { targetClosure } = itemAt(book.manifest.hosts, place);
  return heard?.currentClosure === targetClosure && underWayElsewhere(ledger, book, name) === null;
}

/** The other rollout that may still change what the host runs; `null` if there is none. */
function underWayElsewhere(ledger: Ledger, book: RolloutBook, hostname: string): RolloutBook | null {
  // A host that has started a rollout has left the earlier ones.
  for (const other of ledger.booksOf(hostname).toReversed()) {
    const place = ledger.positionIn(other, hostname);
    if (other !== book && isUnderWay(other, place)) return other;
    if (itemAt(other.states, place) !== 'Pending') return null;
  }
  return null;
}

function isUnderWay(book: RolloutBook, place: number): boolean {
  switch (itemAt(book.states, place)) {
    case 'Pending':
      return book.isOutstanding[place] === 1;
    case 'Activating':
    case 'Deferred':
    case 'Soaking':
      return true;
    case 'Failed':
      return book.manifest.policy.onHealthFailure === 'rollback-and-halt';
    case 'Converged':
    case 'Reverted':
      return false;
  }
}
