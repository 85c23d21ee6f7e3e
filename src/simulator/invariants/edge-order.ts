import type { RolloutManifest } from '../../fleet/index.ts';
import { isOrderingEligible } from './host-states.ts';
import { noState, type Judge } from './invariant.ts';

/** No host is dispatched before the hosts it waits for, and no channel before the channels it waits for. */
export const edgeOrder: Judge<object> = {
  begin: noState,
  effects: {
    QueueDispatch: ({ ledger, broken }, _, { host, rolloutId }) => {
      const { book } = ledger.find(rolloutId, host);
      if (book === null) return;
      for (const gates of gatesOf(book.manifest).get(host) ?? []) {
        const state = book.states[ledger.positionIn(book, gates)];
        if (state === undefined || isOrderingEligible(state)) continue;
        broken(
          'edge order',
          host,
          rolloutId,
          `${host} was dispatched while ${gates}, which it waits for, is ${state}.`,
        );
      }
      for (const { gates } of book.manifest.channelEdges) {
        const manifest = ledger.manifestOfChannel(gates);
        if (manifest === null || manifest.hosts.length === 0) continue;
        const state = ledger.books.get(manifest.rolloutId)?.state ?? 'not open';
        if (state === 'Terminal') continue;
        broken(
          'edge order',
          host,
          rolloutId,
          `${host} was dispatched while channel ${gates}, which its channel waits for, is ${state}.`,
        );
      }
    },
  },
};

/** Derived from the manifest alone, so it is not part of any state. */
const gatesOfManifest = new WeakMap<RolloutManifest, ReadonlyMap<string, readonly string[]>>();

/** The hosts that each host waits for. */
export function gatesOf(manifest: RolloutManifest): ReadonlyMap<string, readonly string[]> {
  const found = gatesOfManifest.get(manifest);
  if (found !== undefined) return found;
  const gates = new Map<string, string[]>();
  for (const edge of manifest.edges) gates.set(edge.gated, [...(gates.get(edge.gated) ?? []), edge.gates]);
  gatesOfManifest.set(manifest, gates);
  return gates;
}
