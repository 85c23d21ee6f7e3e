import type { MakeInvariant } from './invariant.ts';
import { PerHost } from './per-host.ts';

/** Accepted numbers of a host increase within a rollout, and its agent never uses one for two events. */
export const sequence: MakeInvariant = ({ ledger, broken }) => {
  const emitted = new PerHost(0);
  return {
    emitted: ({ name, index }, { rolloutId, payload: { seq, type } }) => {
      const last = emitted.get(rolloutId, index);
      if (seq <= last)
        broken('sequence', name, rolloutId, `${name} numbered ${type} ${seq}, after it had used ${last}.`);
      emitted.set(rolloutId, index, seq > last ? seq : last);
    },
    // An agent cannot know a number that was only on its lost disk.
    diskLost: ({ index }) => emitted.deleteHost(index),
    effects: {
      RemoteAppendEventLog: ({ host, rolloutId, payload: { seq, type } }) => {
        const { book, at } = ledger.find(rolloutId, host);
        const last = book?.acceptedSeq[at] ?? 0;
        if (seq > last) return;
        broken('sequence', host, rolloutId, `The control plane accepted ${type} ${seq} of ${host} after ${last}.`);
      },
    },
  };
};
