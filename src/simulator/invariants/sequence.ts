import type { Judge } from './invariant.ts';
import { PerHost } from './per-host.ts';

interface State {
  readonly emitted: PerHost<number>;
  /** The life of the agent that emitted last. */
  readonly lives: PerHost<number>;
}

/**
 * Accepted numbers of a host increase within a rollout, and its agent never uses one for two events. Until it starts
 * again, its numbers have no gaps: each event gets the number after the last one of its record.
 */
export const sequence: Judge<State> = {
  begin: () => ({ emitted: new PerHost(0), lives: new PerHost(0) }),
  on: {
    EventEmitted: (
      { broken },
      { emitted, lives },
      { hostname, rolloutId, event: { seq, type } },
      { index, life, own },
    ) => {
      const last = emitted.get(rolloutId, index);
      if (seq <= last)
        broken('sequence', hostname, rolloutId, `${hostname} gave ${type} the number ${seq} after using ${last}.`);
      const known = own.get(rolloutId)?.record.lastEventSeq ?? 0;
      if (lives.get(rolloutId, index) !== life) lives.set(rolloutId, index, life);
      else if (seq > known + 1)
        broken('sequence', hostname, rolloutId, `${hostname} gave ${type} the number ${seq} instead of ${known + 1}.`);
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
