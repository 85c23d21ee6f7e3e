import type { MakeInvariant } from './invariant.ts';
import { PerHost } from './per-host.ts';

/** An event that was written as durable stays in the outbox until the control plane has answered for it. */
export const durable: MakeInvariant = ({ broken }) => {
  const unanswered = new PerHost<ReadonlySet<number>>(new Set());
  return {
    emitted: (node, { rolloutId, payload, durable: isDurable }) => {
      if (isDurable) unanswered.set(rolloutId, node.name, new Set([...unanswered.get(rolloutId, node.name), payload.seq]));
    },
    answered: (node, { rolloutId, event }) => {
      const waiting = unanswered.get(rolloutId, node.name);
      if (!waiting.has(event.seq)) return;
      if (waiting.size === 1) unanswered.delete(rolloutId, node.name);
      else unanswered.set(rolloutId, node.name, new Set([...waiting].filter((seq) => seq !== event.seq)));
    },
    forgotten: (node, { rolloutId, seq }) => {
      if (!unanswered.get(rolloutId, node.name).has(seq)) return;
      broken('durable', node.name, rolloutId, `${node.name} dropped its durable event ${seq} before it was answered.`);
    },
    atRest: (node) => {
      const { agent } = node;
      const rolloutId = agent?.activeRolloutId ?? null;
      if (rolloutId === null) return;
      const [seq] = unanswered.get(rolloutId, node.name);
      if (seq === undefined) return;
      broken('durable', node.name, rolloutId, `${node.name} has nothing more to send, and its durable event ${seq} was never answered.`);
      unanswered.delete(rolloutId, node.name);
    },
  };
};
