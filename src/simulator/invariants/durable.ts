import type { OutboundEvent } from '../../machine/index.ts';
import type { MakeInvariant } from './invariant.ts';
import { PerHost } from './per-host.ts';

/** Probe events, except the declared set, may be lost in a crash. */
const MAY_BE_LOST: ReadonlySet<OutboundEvent['type']> = new Set([
  'ProbeObservedFirst',
  'ProbeResult',
  'ProbeFailureFirst',
]);

/** A durable event is written durably, and stays in the outbox until the control plane has answered it. */
export const durable: MakeInvariant = ({ broken }) => {
  const unanswered = new PerHost<readonly number[]>([]);
  return {
    emitted: (node, { rolloutId, payload, durable: isDurable }) => {
      if (!isDurable && !MAY_BE_LOST.has(payload.type)) {
        broken(
          'durable',
          node.name,
          rolloutId,
          `${node.name} wrote ${payload.type} ${payload.seq} as something that a crash may lose.`,
        );
      }
      if (isDurable) unanswered.set(rolloutId, node.index, [...unanswered.get(rolloutId, node.index), payload.seq]);
    },
    answered: (node, { rolloutId, event }) => {
      const waiting = unanswered.get(rolloutId, node.index);
      if (!waiting.includes(event.seq)) return;
      if (waiting.length === 1) unanswered.delete(rolloutId, node.index);
      else
        unanswered.set(
          rolloutId,
          node.index,
          waiting.filter((seq) => seq !== event.seq),
        );
    },
    forgotten: (node, { rolloutId, seq }) => {
      if (!unanswered.get(rolloutId, node.index).includes(seq)) return;
      broken('durable', node.name, rolloutId, `${node.name} dropped its durable event ${seq} before it was answered.`);
    },
    diskLost: ({ index }) => unanswered.deleteHost(index),
    runEnded: ({ agent, name, index }) => {
      for (const { rolloutId, undelivered } of agent?.rollouts ?? []) {
        for (const seq of unanswered.get(rolloutId, index)) {
          if (undelivered.some(({ event }) => event.seq === seq)) continue;
          broken(
            'durable',
            name,
            rolloutId,
            `${name} does not send its durable event ${seq} any more, and it was never answered.`,
          );
        }
      }
    },
    atRest: (node) => {
      const { agent } = node;
      const rolloutId = agent?.activeRolloutId ?? null;
      if (rolloutId === null) return;
      const [seq] = unanswered.get(rolloutId, node.index);
      if (seq === undefined) return;
      broken(
        'durable',
        node.name,
        rolloutId,
        `${node.name} has nothing more to send, and its durable event ${seq} was never answered.`,
      );
      unanswered.delete(rolloutId, node.index);
    },
  };
};
