import { hostOf, synthesizedSeq } from '../../control-plane/index.ts';
import type { HostRolloutState } from '../../machine/index.ts';
import type { MakeInvariant } from './invariant.ts';

/**
 * At rest, the control plane's record of a host equals the agent's. A host is not at rest while a synthesized event has
 * not been taken over by the agent, after a lost database until the host's next heartbeat, and after a crash until the
 * first heartbeat is answered. If its last event was synthesized, the control plane accepts the agent's state at the
 * second heartbeat that contradicts it.
 */
export const mirror: MakeInvariant = ({ controlPlane, broken }) => ({
  atRest: (node) => {
    const { agent } = node;
    const own = agent?.rollouts.findLast(({ rolloutId }) => rolloutId === agent.activeRolloutId)?.record ?? null;
    if (own === null) return;
    const known = hostOf(controlPlane(), own.rolloutId, own.hostname);
    if (known === null || known === own || isSame(known, own)) return;
    if (known.lastEventSeq < own.lastEventSeq && known.state === 'Pending') return;
    if (known.lastEventSeq > own.lastEventSeq && !node.wasAnswered) return;
    const madeUpTo = synthesizedSeq(controlPlane(), own.rolloutId, own.hostname);
    if (madeUpTo > own.lastEventSeq || (madeUpTo > 0 && madeUpTo === known.lastEventSeq)) return;
    broken(
      'mirror',
      own.hostname,
      own.rolloutId,
      `${own.hostname} is ${told(own)}, and the control plane has ${told(known)}.`,
    );
  },
});

function isSame(a: HostRolloutState, b: HostRolloutState): boolean {
  return (
    a.state === b.state &&
    a.lastEventSeq === b.lastEventSeq &&
    a.targetClosure === b.targetClosure &&
    a.currentClosure === b.currentClosure &&
    a.currentClosureAtDispatch === b.currentClosureAtDispatch
  );
}

function told(record: HostRolloutState): string {
  return `${record.state} on ${record.currentClosure ?? 'no known closure'} after event ${record.lastEventSeq}`;
}
