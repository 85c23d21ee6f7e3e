import type { OutboundEvent } from '../../machine/index.ts';
import type { Judge, Scene } from './invariant.ts';
import type { ObservedState } from './observed-hosts.ts';
import { HostValues, PerHost } from './per-host.ts';

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
  readonly life: number;
}

interface State {
  readonly attempts: PerHost<Attempt | null>;
  readonly due: HostValues<Due | null>;
}

/**
 * Under rollback-and-halt, a host that failed out of Activating or Soaking and has a closure to return to rolls back to
 * that closure. Its agent then reports it, at the latest after its next start. This is checked by what runs, the workers
 * that are started, the outbox, and the policy of the release.
 */
export const noSilentEnd: Judge<State> = {
  begin: () => ({ attempts: new PerHost<Attempt | null>(null), due: new HostValues<Due | null>(null) }),
  on: {
    EventEmitted: (scene, state, { rolloutId, event }, host) => emitted(scene, state, host, rolloutId, event),
    WorkStarted: ({ broken }, { attempts, due }, { hostname, work: { kind, rolloutId, closure } }, host) => {
      const attempt = kind === 'rollback' ? attempts.get(rolloutId, host.index) : null;
      if (attempt === null) return;
      due.set(host.index, { what: 'report', rolloutId, closure: attempt.closure, life: host.life });
      if (closure === attempt.closure) return;
      broken(
        'no silent end',
        hostname,
        rolloutId,
        `${hostname} goes back to ${closure}, and not to ${attempt.closure}, which it ran at dispatch.`,
      );
    },
    WorkEnded: (_, { due }, { work: { kind, rolloutId } }, { index, isUp, life }) => {
      const known = due.get(index);
      if (kind === 'rollback' && known?.rolloutId === rolloutId && isUp) due.set(index, { ...known, life });
    },
    AgentIdle: (scene, { due }, { hostname }, host) => {
      const known = due.get(host.index);
      if (known === null || !isOverdue(host, known)) return;
      due.delete(host.index);
      scene.broken(
        'no silent end',
        hostname,
        known.rolloutId,
        known.what === 'fire'
          ? `${hostname} has failed, and does not go back to ${known.closure}, which it ran at dispatch.`
          : `${hostname} is back on ${known.closure}, and its agent does not say so.`,
      );
    },
  },
};

function isOverdue({ work, life, wasAnswered, closure }: ObservedState, due: Due): boolean {
  // Another worker may have to end first.
  if (work !== null) return false;
  // Work interrupted by a crash continues when the first heartbeat is answered.
  const hasRestarted = due.life !== life;
  if (hasRestarted ? !wasAnswered : due.what === 'report') return false;
  return due.what === 'fire' || closure === due.closure;
}

function emitted(
  { ledger }: Scene,
  { attempts, due }: State,
  host: ObservedState,
  rolloutId: string,
  event: OutboundEvent,
): void {
  const { index } = host;
  switch (event.type) {
    case 'DispatchAck': {
      const hasWayBack = event.currentClosureAtDispatch !== null;
      // The agent cannot know that its worker reported something false.
      const closure = host.wasMisreported ? (event.currentClosureAtDispatch ?? host.closure) : host.closure;
      // A rollback that failed is over when a newer rollout takes over.
      if (due.get(index)?.what === 'report') due.delete(index);
      return attempts.set(rolloutId, index, { closure, hasWayBack, isDeferred: false });
    }
    case 'ActivationDeferred':
    case 'ActivationCompleted': {
      const attempt = attempts.get(rolloutId, index);
      const isDeferred = event.type === 'ActivationDeferred';
      if (attempt !== null) attempts.set(rolloutId, index, { ...attempt, isDeferred });
      return;
    }
    case 'ActivationFailed':
    case 'Failed': {
      const attempt = attempts.get(rolloutId, index);
      if (attempt === null || attempt.isDeferred || !attempt.hasWayBack) return;
      if (ledger.manifestOf(rolloutId)?.policy.onHealthFailure !== 'rollback-and-halt') return;
      due.set(index, { what: 'fire', rolloutId, closure: attempt.closure, life: host.life });
      return;
    }
    case 'RollbackComplete':
      if (due.get(index)?.rolloutId === rolloutId) due.delete(index);
      return;
    default:
      return;
  }
}
