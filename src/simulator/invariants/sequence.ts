import type { Judge } from './invariant.ts';
import { PerHost } from './per-host.ts';

interface State {
  readonly emitted: PerHost<number>;
}

/** Accepted numbers of a host increase within a rollout, and its agent never uses one for two events. */
export const sequence: Judge<State> = {
  begin: () => ({ emitted: new PerHost(0) }),
  on: {
    EventEmitted: ({ broken }, { emitted }, { hostname, rolloutId, event: { seq, type } }, { index }) => {
      const last = emitted.get(rolloutId, index);
      if (seq <= last)
        broken('sequence', hostname, rolloutId, `${hostname} numbered ${type} ${seq}, after it had used ${last}.`);
      emitted.set(rolloutId, index, Math.max(seq, last));
    },
    // An agent cannot know a number that was only on its lost disk.
    DiskLost: (_, { emitted }, _observation, { index }) => emitted.deleteHost(index),
  },
  effects: {
    RemoteAppendEventLog: ({ ledger, broken }, _, { host, rolloutId, payload: { seq, type } }) => {
      const { book, at } = ledger.find(rolloutId, host);
      const last = book?.records[at]?.lastEventSeq ?? 0;
      if (seq > last) return;
      broken('sequence', host, rolloutId, `The control plane accepted ${type} ${seq} of ${host} after ${last}.`);
    },
  },
};
