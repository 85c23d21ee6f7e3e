import type { RolloutState } from '../../rollout/index.ts';
import { isDispatching, isOrderingEligible } from './host-states.ts';
import type { Judge, Scene } from './invariant.ts';
import { isWaveDone, itemAt, type RolloutBook } from './rollout-book.ts';

interface State {
  /** Rollouts with an event in the log, in this turn. */
  readonly logged: Set<string>;
  /** The state that a rollout must reach by the end of this turn, because of a host's transition. */
  readonly due: Map<string, 'Failed' | 'Reverted'>;
  /** Rollouts that were opened in this turn, by channel. */
  readonly opened: Map<string, string>;
  /** Rollouts that were superseded in this turn. */
  readonly superseded: Set<string>;
  /** How many hosts of each rollout that was opened in this turn have not joined it. */
  readonly outside: Map<string, number>;
  /** Rollouts that went on from Converging to a later wave in this turn. */
  readonly goneOn: Set<string>;
  /** Waves without hosts that were passed over in this turn, those named as such, and whether a warning was logged. */
  readonly passed: Set<string>;
  readonly named: Set<string>;
  hasWarned: boolean;
  /** Closures that a host rolled back from in this turn, and those quarantined since. */
  readonly back: Set<string>;
  readonly quarantined: Set<string>;
  /** Differences found at the previous planning interval; reported if they are still there. */
  suspected: ReadonlySet<string>;
}

const NOTHING: ReadonlySet<string> = new Set();

/**
 * A release opens its rollouts and supersedes the earlier ones on their channels. Each rollout follows its hosts in the
 * same turn, and every transition of it is in the event log (specification: control-plane, "Planning";
 * rollout-machine).
 */
export const rolloutCourse: Judge<State> = {
  begin: () => ({
    logged: new Set(),
    due: new Map(),
    opened: new Map(),
    superseded: new Set(),
    outside: new Map(),
    goneOn: new Set(),
    passed: new Set(),
    named: new Set(),
    hasWarned: false,
    back: new Set(),
    quarantined: new Set(),
    suspected: new Set(),
  }),
  on: {
    ControlPlaneStarted: (_, state) => {
      state.suspected = new Set();
      // The turn in which the last one died is over.
      for (const memory of [state.outside, state.goneOn, state.passed, state.named]) memory.clear();
    },
    DatabaseRestored: (_, state) => {
      state.suspected = new Set();
    },
    PlanTicked: (scene, state) => {
      const found = new Map<string, string>();
      for (const { rolloutId, hosts } of scene.ledger.newestManifests)
        if (hosts.length > 0 && !scene.ledger.books.has(rolloutId))
          found.set(rolloutId, 'was released but is not open');
      for (const book of scene.ledger.books.values())
        if (book.state === 'Active' && isThrough(book))
          found.set(book.rolloutId, 'is Active, although every host up to the current wave is past activation');
        else if (isDispatching(book.state) && isWaveDone(book))
          found.set(book.rolloutId, `stays at wave ${book.currentWave}, although nothing holds it`);
      for (const [rolloutId, what] of found)
        if (state.suspected.has(`${rolloutId} ${what}`))
          scene.broken('rollout course', null, rolloutId, `${rolloutId} ${what}.`);
      state.suspected =
        found.size === 0 ? NOTHING : new Set([...found].map(([rolloutId, what]) => `${rolloutId} ${what}`));
    },
    ControlPlaneIdle: (scene, state) => {
      const { logged, due, opened, superseded, goneOn, passed, named, back, quarantined } = state;
      // Nearly every turn handles one event of a host and leaves the rollouts unchanged.
      const changed = logged.size + due.size + opened.size + superseded.size + back.size + quarantined.size;
      if (changed + goneOn.size + passed.size + named.size > 0) {
        endOfTurn(scene, state);
        for (const memory of [logged, due, opened, superseded, goneOn, passed, named, back, quarantined])
          memory.clear();
      }
      state.hasWarned = false;
    },
  },
  effects: {
    OpenRollout: ({ ledger }, { opened, outside }, { channel, rolloutId }) => {
      opened.set(channel, rolloutId);
      outside.set(rolloutId, ledger.manifestOf(rolloutId)?.hosts.length ?? 0);
    },
    AdvanceWave: ({ ledger }, { goneOn, passed }, { rolloutId, fromWave, toWave }) => {
      const book = ledger.books.get(rolloutId);
      if (book === undefined || toWave <= fromWave) return;
      if (book.state === 'Converging') goneOn.add(rolloutId);
      for (let wave = fromWave; wave < toWave; wave += 1)
        if (book.waves[wave]?.hosts === 0) passed.add(`${wave} of ${rolloutId}`);
    },
    WaveWithoutHosts: (_, { named }, { rolloutId, wave }) => {
      named.add(`${wave} of ${rolloutId}`);
    },
    EmitLog: (_, state, { level }) => {
      if (level === 'warn') state.hasWarned = true;
    },
    AppendRolloutEvent: ({ broken }, { logged, outside }, { rolloutId, event }) => {
      logged.add(rolloutId);
      if (event.type === 'OperatorClearance')
        broken('rollout course', null, rolloutId, `${rolloutId} was cleared, which leads to nothing that is defined.`);
      const left = outside.get(rolloutId);
      if (event.type === 'HostJoined' && left !== undefined) outside.set(rolloutId, left - 1);
    },
    RemoteAppendEventLog: (scene, { back }, { rolloutId, host, payload }) => {
      if (payload.type === 'RollbackComplete') goBack(scene, back, rolloutId, host);
    },
    TakeOverRecord: (scene, { back }, { rolloutId, host, record }) => {
      const { book, at: place } = scene.ledger.find(rolloutId, host);
      if (record.state === 'Reverted' && book !== null && book.states[place] !== 'Reverted')
        goBack(scene, back, rolloutId, host);
    },
    RemoteInsertQuarantine: ({ broken }, { back, quarantined }, { channel, closure }) => {
      const key = `${channel} ${closure}`;
      quarantined.add(key);
      if (!back.has(key))
        broken(
          'rollout course',
          null,
          null,
          `${closure} was quarantined on ${channel}, but no host rolled back from it.`,
        );
    },
    RecordTransition: ({ ledger, broken }, { due }, { rolloutId, host, from, to }) => {
      const { book, at: place } = ledger.find(rolloutId, host);
      if (book === null) return;
      const known = itemAt(book.states, place);
      if (from !== known)
        broken('rollout course', host, rolloutId, `${host} was recorded as moved from ${from}, but was ${known}.`);
      const isOpen = book.state === 'Active' || book.state === 'Converging';
      if (isOpen && !due.has(rolloutId) && (to === 'Failed' || to === 'Reverted')) due.set(rolloutId, to);
    },
    RecordRolloutTransition: ({ ledger, broken }, { logged, due, superseded }, { rolloutId, from, to }) => {
      const book = ledger.books.get(rolloutId);
      if (book === undefined) return;
      const complain = (what: string): void =>
        broken('rollout course', null, rolloutId, `${rolloutId} became ${to}, but ${what}.`);
      if (from !== book.state) complain(`it was recorded as ${from} while it was ${book.state}`);
      if (!logged.has(rolloutId)) complain('the event log has no event for that');
      if ((to === 'Failed' || to === 'Reverted') && due.get(rolloutId) !== to) complain('none of its hosts did');
      if (to === 'Superseded') superseded.add(rolloutId);
      if (to === 'Converging' && !isThrough(book)) complain('a host up to the current wave is not past activation');
    },
  },
};

function goBack({ ledger }: Scene, back: Set<string>, rolloutId: string, host: string): void {
  const { book, at: place } = ledger.find(rolloutId, host);
  if (book !== null) back.add(`${book.manifest.channel} ${itemAt(book.manifest.hosts, place).targetClosure}`);
}

function hasSuccessor({ rolloutId, manifest }: RolloutBook, opened: ReadonlyMap<string, string>): boolean {
  const successor = opened.get(manifest.channel);
  return successor !== undefined && successor !== rolloutId;
}

/** Every host up to the current wave is past activation, or needs none. */
function isThrough({ states, manifest, currentWave }: RolloutBook): boolean {
  return manifest.hosts.every(({ wave }, place) => {
    const state = itemAt(states, place);
    return wave > currentWave || state === 'Soaking' || isOrderingEligible(state);
  });
}

const isOver = (state: RolloutState): boolean => state === 'Superseded' || state === 'Pruned';

function endOfTurn(scene: Scene, state: State): void {
  const { ledger, broken } = scene;
  const { due, opened, superseded, goneOn, back, quarantined } = state;
  checkEmptyWaves(scene, state);
  for (const [rolloutId, hosts] of state.outside)
    if (hosts !== 0)
      broken('rollout course', null, rolloutId, `${rolloutId} was opened, but ${hosts} of its hosts did not join it.`);
  state.outside.clear();
  for (const rolloutId of goneOn) {
    const book = ledger.books.get(rolloutId);
    if (book?.state === 'Converging' && !isThrough(book))
      broken('rollout course', null, rolloutId, `${rolloutId} went on to a later wave, but is still Converging.`);
  }
  for (const rolloutId of superseded) {
    const book = ledger.books.get(rolloutId);
    const released = book === undefined ? null : ledger.manifestOfChannel(book.manifest.channel);
    // A release that leaves the channel without hosts opens nothing.
    const isEmptied = released !== null && released.hosts.length === 0;
    if (book !== undefined && !isEmptied && !hasSuccessor(book, opened))
      broken('rollout course', null, rolloutId, `${rolloutId} was superseded, but no successor was opened.`);
  }
  for (const [rolloutId, state] of due) {
    const known = ledger.books.get(rolloutId)?.state;
    if (known === undefined || known === state || isOver(known)) continue;
    broken('rollout course', null, rolloutId, `A host of ${rolloutId} is ${state}, but the rollout is ${known}.`);
  }
  for (const key of back)
    if (!quarantined.has(key))
      broken('rollout course', null, null, `A host rolled back, but nothing quarantined ${key}.`);
  if (opened.size === 0) return;
  for (const book of ledger.books.values()) {
    if (!hasSuccessor(book, opened) || isOver(book.state)) continue;
    const { rolloutId, state, manifest } = book;
    broken(
      'rollout course',
      null,
      rolloutId,
      `${rolloutId} is ${state}, although ${opened.get(manifest.channel) ?? ''} was opened.`,
    );
  }
}

function checkEmptyWaves({ broken }: Scene, { passed, named, hasWarned }: State): void {
  for (const wave of passed)
    if (!named.has(wave) || !hasWarned)
      broken('rollout course', null, null, `Wave ${wave} has no hosts, but no warning says so.`);
  for (const wave of named)
    if (!passed.has(wave)) broken('rollout course', null, null, `Wave ${wave} was skipped, but it has hosts.`);
}
