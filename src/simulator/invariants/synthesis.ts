import type { Heartbeat, HostRolloutSnapshot } from '../../wire/index.ts';
import type { HostRecord } from './host-record.ts';
import type { Judge, Scene } from './invariant.ts';
import { HostValues } from './per-host.ts';
import { itemAt, type RolloutBook } from './rollout-book.ts';

interface State {
  /** The rollouts of which the record differed from the agent's at the host's last heartbeat, with nothing undelivered. */
  readonly behind: HostValues<readonly string[]>;
  readonly wasBehind: HostValues<readonly string[]>;
  /** Hosts that were not heard since a backup was restored: it may have known already that they are ahead. */
  readonly isUnheard: HostValues<boolean>;
}

const NONE: readonly string[] = [];

/**
 * What the control plane concludes from a heartbeat follows from what that says and from what it knew itself
 * (specification: control-plane, "Heartbeats"): no event is made up while the agent's own may be on its way, and no gap
 * is concluded before the second heartbeat in a row that shows it.
 */
export const synthesis: Judge<State> = {
  begin: () => ({
    behind: new HostValues(NONE),
    wasBehind: new HostValues(NONE),
    isUnheard: new HostValues(false),
  }),
  on: {
    DatabaseLost: (_, { behind, wasBehind }) => {
      behind.clear();
      wasBehind.clear();
    },
    DatabaseRestored: ({ hosts }, { isUnheard }) => {
      for (const { index } of hosts.all) isUnheard.set(index, true);
    },
    HeartbeatReplied: (_, { isUnheard }, _observation, { index }) => isUnheard.delete(index),
    HeartbeatReceived: (scene, { behind, wasBehind }, { heartbeat }, { index }) => {
      wasBehind.set(index, behind.get(index));
      behind.set(index, behindOf(scene, heartbeat));
    },
  },
  effects: {
    SynthesizeEvent: (scene, _, { host, rolloutId, event, payload }) => {
      const { book, at: place } = scene.ledger.find(rolloutId, host);
      const heartbeat = scene.hosts.find(host)?.heard ?? null;
      if (book === null) return;
      const complain = (what: string): void =>
        scene.broken('synthesis', host, rolloutId, `${payload.type} of ${host} was made up, and ${what}.`);
      if (heartbeat === null) return complain('it has sent no heartbeat');
      if (event !== `Remote${payload.type}`) complain(`it was called ${event}`);
      const record = itemAt(book.records, place);
      if (heartbeat.currentClosure !== record.targetClosure) complain('the host does not run the target');
      // The further events of the chain follow from the first.
      if (payload.type === 'DispatchAck') checkChain(scene, book, place, heartbeat, complain);
      if (payload.type === 'ActivationCompleted' && !isOfChain(record, payload.seq))
        checkActivation(heartbeat, rolloutId, complain);
      if (payload.type === 'Converged' && payload.convergedAt < (record.soakDueAt ?? 0))
        complain('its soak was not over');
    },
    TakeOverRecord: (scene, { wasBehind, isUnheard }, { host, rolloutId, because }) => {
      const observed = scene.hosts.find(host);
      const complain = (what: string): void =>
        scene.broken('synthesis', host, rolloutId, `The record of ${host} was taken over, and ${what}.`);
      if (observed === null) return complain('nothing is known of the host');
      const { index, heard } = observed;
      if (heard?.undelivered.includes(rolloutId) === true) complain('events of it are undelivered');
      if (because === 'gap' && !isUnheard.get(index) && !wasBehind.get(index).includes(rolloutId))
        complain('it did not differ at the heartbeat before');
    },
  },
};

function behindOf(scene: Scene, heartbeat: Heartbeat): readonly string[] {
  let behind = NONE;
  for (const snapshot of heartbeat.rollouts)
    if (isBehind(scene, heartbeat, snapshot)) behind = [...behind, snapshot.rolloutId];
  return behind;
}

function isBehind({ ledger }: Scene, { undelivered }: Heartbeat, snapshot: HostRolloutSnapshot): boolean {
  const { book, at: place } = ledger.find(snapshot.rolloutId, snapshot.hostname);
  if (book === null || undelivered.includes(snapshot.rolloutId)) return false;
  const { lastEventSeq, state, currentClosure } = itemAt(book.records, place);
  return (
    snapshot.lastEventSeq !== lastEventSeq || snapshot.state !== state || snapshot.currentClosure !== currentClosure
  );
}

/** The acknowledgement that was made up has the number 1 more than nothing, and this one the next. */
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
  if (own === undefined && undelivered.includes(rolloutId)) complain('events of it are undelivered');
  if (own === undefined) return;
  if (own.state !== 'Activating' && own.state !== 'Deferred') complain(`its agent has it as ${own.state}`);
}

function checkChain(
  scene: Scene,
  book: RolloutBook,
  place: number,
  { hostname, rollouts, undelivered }: Heartbeat,
  complain: (what: string) => void,
): void {
  const { rolloutId } = book;
  if (book.isOutstanding[place] === 1) complain('a dispatch of it is outstanding');
  if (undelivered.includes(rolloutId)) complain('events of it are undelivered');
  const own = rollouts.find((snapshot) => snapshot.rolloutId === rolloutId);
  if (own !== undefined && own.lastEventSeq > 0) complain(`its agent has it as ${own.state}`);
  // A host that has started a rollout has left the earlier ones.
  for (const other of [...scene.ledger.books.values()].reverse()) {
    const there = scene.ledger.positionIn(other, hostname);
    if (there < 0) continue;
    const state = itemAt(other.states, there);
    const isOther = other !== book;
    if (isOther && isUnderWay(other, there)) return complain(`it is ${state} in ${other.rolloutId}`);
    if (state !== 'Pending') return;
  }
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
