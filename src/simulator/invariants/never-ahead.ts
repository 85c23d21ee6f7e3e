import type { Heartbeat } from '../../wire/index.ts';
import type { MakeInvariant } from './invariant.ts';
import { PerHost } from './per-host.ts';

/**
 * Except by synthesis, the control plane never knows a later event than the agent has emitted. It synthesizes only what a
 * heartbeat proves: the host runs the target, and its agent has got no further. A synthesized event does not use a number
 * that, according to the heartbeat, the agent has used.
 */
export const neverAhead: MakeInvariant = ({ ledger, indexOf, broken }) => {
  const emitted = new PerHost(0);
  /** The last one that arrived: what it leads to comes before the next. */
  let heard: Heartbeat | null = null;
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
    heard: (_node, heartbeat) => {
      heard = heartbeat;
    },
    effects: {
      SynthesizeEvent: ({ host, rolloutId, payload: { type, seq } }) => {
        const { book, at } = ledger.find(rolloutId, host);
        const target = book?.manifest.hosts[at]?.targetClosure;
        if (target === undefined) return;
        const heartbeat = heard?.hostname === host ? heard : null;
        if (heartbeat === null)
          return broken('never ahead', host, rolloutId, `${type} of ${host} was made up without a heartbeat.`);
        const snapshot = heartbeat.rollouts.find((other) => other.rolloutId === rolloutId);
        const runs = heartbeat.currentClosure;
        const why =
          runs !== target
            ? `it runs ${runs ?? 'nothing known'} and not ${target}`
            : snapshot === undefined
              ? heartbeat.undelivered.includes(rolloutId) && 'its agent has events of its own on their way'
              : snapshot.lastEventSeq >= seq
                ? `its agent has used the number ${seq}`
                : snapshot.state !== 'Activating' && snapshot.state !== 'Deferred' && `its agent is ${snapshot.state}`;
        if (why !== false) broken('never ahead', host, rolloutId, `${type} of ${host} was made up, and ${why}.`);
      },
      RemoteAppendEventLog: ({ host, rolloutId, payload }) => check(host, rolloutId, payload.seq),
    },
  };
};
