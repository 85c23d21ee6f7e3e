import type { MakeInvariant } from './invariant.ts';
import { PerHost } from './per-host.ts';

/** Except by synthesis, the control plane never knows a later event than the agent has emitted. */
export const neverAhead: MakeInvariant = ({ ledger, broken }) => {
  const emitted = new PerHost(0);
  const check = (host: string, rolloutId: string, seq: number): void => {
    const { book, at } = ledger.find(rolloutId, host);
    if (book !== null && book.synthesizedSeq[at] === seq) return;
    const last = emitted.get(rolloutId, host);
    if (seq > last) {
      broken('never ahead', host, rolloutId, `The control plane took event ${seq} of ${host}, which has emitted ${last}.`);
    }
  };
  return {
    emitted: (node, { rolloutId, payload }) => {
      emitted.set(rolloutId, node.name, Math.max(payload.seq, emitted.get(rolloutId, node.name)));
    },
    effects: {
      RemoteAppendEventLog: ({ host, rolloutId, payload }) => check(host, rolloutId, payload.seq),
    },
  };
};
