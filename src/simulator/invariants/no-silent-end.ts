import type { SimulatedHost } from '../simulated-host.ts';
import type { MakeInvariant } from './invariant.ts';
import { PerHost } from './per-host.ts';

/** A host in one rollout. */
interface Attempt {
  /** What the machine ran when the agent took the dispatch. */
  readonly closure: string;
  /** The agent named a closure to go back to. */
  readonly hasWayBack: boolean;
  readonly isDeferred: boolean;
}

/** A rollback that has to be fired, or that was fired and has to be reported. */
interface Due {
  readonly what: 'fire' | 'report';
  readonly rolloutId: string;
  readonly closure: string;
  /** The life of the agent in which it became due; a report is due from the end of the worker on. */
  readonly epoch: number;
}

/**
 * Under rollback-and-halt, a host that failed out of Activating or Soaking and has a closure to return to rolls back to
 * that closure. Its agent then reports it, at the latest after its next start. This is checked by what runs, the workers
 * that are started, the outbox, and the policy of the release.
 */
export const noSilentEnd: MakeInvariant = ({ ledger, broken }) => {
  const attempts = new PerHost<Attempt | null>(null);
  const dueOf = new Map<SimulatedHost, Due>();

  const failed = (node: SimulatedHost, rolloutId: string): void => {
    const attempt = attempts.get(rolloutId, node.index);
    if (attempt === null || attempt.isDeferred || !attempt.hasWayBack) return;
    if (ledger.manifestOf(rolloutId)?.policy.onHealthFailure !== 'rollback-and-halt') return;
    dueOf.set(node, { what: 'fire', rolloutId, closure: attempt.closure, epoch: node.epoch });
  };

  const deferred = (node: SimulatedHost, rolloutId: string, isDeferred: boolean): void => {
    const attempt = attempts.get(rolloutId, node.index);
    if (attempt !== null) attempts.set(rolloutId, node.index, { ...attempt, isDeferred });
  };

  return {
    emitted: (node, { rolloutId, payload }) => {
      switch (payload.type) {
        case 'DispatchAck': {
          const hasWayBack = payload.currentClosureAtDispatch !== null;
          // The agent cannot know that its worker reported something false.
          const closure = node.wasMisreported ? (payload.currentClosureAtDispatch ?? node.closure) : node.closure;
          const attempt = { closure, hasWayBack, isDeferred: false };
          // A rollback that failed is over when a newer rollout takes over.
          if (dueOf.get(node)?.what === 'report') dueOf.delete(node);
          return attempts.set(rolloutId, node.index, attempt);
        }
        case 'ActivationDeferred':
          return deferred(node, rolloutId, true);
        case 'ActivationCompleted':
          return deferred(node, rolloutId, false);
        case 'ActivationFailed':
        case 'Failed':
          return failed(node, rolloutId);
        case 'RollbackComplete':
          if (dueOf.get(node)?.rolloutId === rolloutId) dueOf.delete(node);
          return;
        default:
          return;
      }
    },
    workStarted: (node, { kind, rolloutId, closure }) => {
      const attempt = attempts.get(rolloutId, node.index);
      if (kind !== 'rollback' || attempt === null) return;
      dueOf.set(node, { what: 'report', rolloutId, closure: attempt.closure, epoch: node.epoch });
      if (closure === attempt.closure) return;
      broken(
        'no silent end',
        node.name,
        rolloutId,
        `${node.name} goes back to ${closure}, and not to ${attempt.closure}, which it ran at dispatch.`,
      );
    },
    workEnded: (node, { kind, rolloutId }) => {
      const due = dueOf.get(node);
      if (kind !== 'rollback' || due?.rolloutId !== rolloutId || node.agent === null) return;
      dueOf.set(node, { ...due, epoch: node.epoch });
    },
    turnPerformed: (node) => {
      const due = dueOf.get(node);
      // Another worker may have to end first.
      if (due === undefined || node.work !== null) return;
      // Work interrupted by a crash continues when the first heartbeat is answered.
      const hasRestarted = due.epoch !== node.epoch;
      if (hasRestarted ? !node.wasAnswered : due.what === 'report') return;
      if (due.what === 'report' && node.closure !== due.closure) return;
      dueOf.delete(node);
      broken(
        'no silent end',
        node.name,
        due.rolloutId,
        due.what === 'fire'
          ? `${node.name} has failed, and does not go back to ${due.closure}, which it ran at dispatch.`
          : `${node.name} is back on ${due.closure}, and its agent does not say so.`,
      );
    },
  };
};
