import type { MakeInvariant } from './invariant.ts';
import { PerHost } from './per-host.ts';

/**
 * Except by synthesis, the control plane never knows a later event than the agent has emitted; and it makes up only what
 * a heartbeat stands for, which is that the host runs the target.
 */
export const neverAhead: MakeInvariant = ({ ledger, indexOf, broken }) => {
  const emitted = new PerHost(0);
  const running: (string | null)[] = [];
  const check = (host: string, rolloutId: string, seq: number): void => {
    const { book, at } = ledger.find(rolloutId, host);
    if (book !== null && book.synthesizedSeq[at] === seq) return;
    const last = emitted.get(rolloutId, indexOf(host));
    if (seq > last) {
      broken(
        'never ahead',
        host,
        rolloutId,
        `The control plane took event ${seq} of ${host}, which has emitted ${last}.`,
      );
    }
  };
  return {
    emitted: (node, { rolloutId, payload }) => {
      if (payload.seq > emitted.get(rolloutId, node.index)) emitted.set(rolloutId, node.index, payload.seq);
    },
    heard: ({ index }, { currentClosure }) => {
      while (running.length <= index) running.push(null);
      running[index] = currentClosure;
    },
    effects: {
      SynthesizeEvent: ({ host, rolloutId, event }) => {
        const { book, at } = ledger.find(rolloutId, host);
        const target = book?.manifest.hosts[at]?.targetClosure;
        const runs = running[indexOf(host)] ?? null;
        if (target === undefined || runs === target) return;
        broken(
          'never ahead',
          host,
          rolloutId,
          `${event} of ${host} was made up, which runs ${runs ?? 'nothing known'} and not ${target}.`,
        );
      },
      RemoteAppendEventLog: ({ host, rolloutId, payload }) => check(host, rolloutId, payload.seq),
    },
  };
};
