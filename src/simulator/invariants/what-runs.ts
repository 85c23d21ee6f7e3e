import type { Judge, Scene } from './invariant.ts';
import type { HostRecord } from './host-record.ts';
import { isOfEarlierDispatch, type ObservedState } from './observed-hosts.ts';
import { PerHost } from './per-host.ts';
import { itemAt, type RolloutBook } from './rollout-book.ts';

interface State {
  readonly atDispatch: PerHost<string | null>;
  /** By rollout, the hosts that did not run their target when they converged, and what they ran. */
  readonly strayed: Map<string, ReadonlyMap<string, string>>;
}

/**
 * Records match what the machines run. At rest, a host that is Converged in its newest rollout runs its target, and a
 * Reverted one runs what it ran at dispatch. When a rollout becomes Terminal, each host ran its target when it
 * converged. This does not apply after a switch by hand or a false report by a worker.
 */
export const whatRuns: Judge<State> = {
  begin: () => ({ atDispatch: new PerHost<string | null>(null), strayed: new Map() }),
  emitted: {
    DispatchAck: (_, { atDispatch }, { rolloutId, event }, host) => {
      const closure = host.wasMisreported ? event.currentClosureAtDispatch : host.closure;
      atDispatch.set(rolloutId, host.index, closure);
    },
    Converged: ({ ledger }, state, { hostname, rolloutId }, host) => {
      const { book, at: place } = ledger.find(rolloutId, hostname);
      if (book !== null) noteConverged(state, book, place, host);
    },
  },
  on: {
    OutboxEmptied: (scene, state, _, host) => checkAtRest(scene, state, host),
    RunEnded: (scene, state) => {
      for (const host of scene.hosts.all) if (host.isOn) checkAtRest(scene, state, host);
    },
  },
  effects: {
    // Reported convergences were checked when they happened; synthesized ones happen here.
    SynthesizeEvent: ({ ledger, hosts }, state, { rolloutId, host, event }) => {
      const { book, at: place } = ledger.find(rolloutId, host);
      const observed = hosts.find(host);
      if (event === 'RemoteConverged' && book !== null && observed !== null)
        noteConverged(state, book, place, observed);
    },
    RecordRolloutTransition: ({ broken }, { strayed }, { rolloutId, to }) => {
      if (to !== 'Terminal') return;
      for (const [host, closure] of strayed.get(rolloutId) ?? []) {
        broken(
          'what runs',
          host,
          rolloutId,
          `${rolloutId} is Terminal, but ${host} ran ${closure} when it converged, not its target.`,
        );
      }
    },
  },
};

const targetOf = ({ manifest }: RolloutBook, place: number): string => itemAt(manifest.hosts, place).targetClosure;

const isBeyondPromise = (host: ObservedState): boolean => host.wasSwitchedByHand || host.wasMisreported;

function noteConverged({ strayed }: State, book: RolloutBook, place: number, host: ObservedState): void {
  if (isBeyondPromise(host) || host.closure === targetOf(book, place)) return;
  strayed.set(book.rolloutId, new Map(strayed.get(book.rolloutId)).set(host.name, host.closure));
}

/**
 * What the host did last is not in its records: the rollout is pruned, and an older one is not yet. Or the record is
 * from a backup that does not know it.
 */
function isForgotten(
  { ledger }: Scene,
  { rolloutId, manifest }: RolloutBook,
  record: HostRecord,
  host: ObservedState,
): boolean {
  const last = host.acknowledged === null ? undefined : ledger.books.get(host.acknowledged.rolloutId);
  if (last?.state === 'Pruned' && last.rolloutId !== rolloutId) return true;
  const isReleasedAgain = ledger.manifestOfChannel(manifest.channel)?.rolloutId === rolloutId;
  if (host.acknowledged?.rolloutId !== rolloutId && isReleasedAgain) return false;
  return isOfEarlierDispatch(ledger, host, rolloutId, record);
}

function checkAtRest(scene: Scene, { atDispatch }: State, host: ObservedState): void {
  const { ledger, broken } = scene;
  if (host.work !== null || isBeyondPromise(host)) return;
  const { book, at: place } = ledger.newestOf(host.name);
  if (book === null || isForgotten(scene, book, itemAt(book.records, place), host)) return;
  const { rolloutId } = book;
  const state = itemAt(book.states, place);
  if (state !== 'Converged' && state !== 'Reverted') return;
  const closure = state === 'Reverted' ? atDispatch.get(rolloutId, host.index) : targetOf(book, place);
  if (closure === null || host.closure === closure) return;
  broken(
    'what runs',
    host.name,
    rolloutId,
    `${host.name} is ${state} in ${rolloutId} and runs ${host.closure} instead of ${closure}.`,
  );
}
