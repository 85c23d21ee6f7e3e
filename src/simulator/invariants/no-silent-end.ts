import type { OutboundEvent } from '../../machine/index.ts';
import type { Judge, Scene } from './invariant.ts';
import type { ObservedState } from './observed-hosts.ts';
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
  readonly life: number;
}

interface State {
  readonly attempts: PerHost<Attempt | null>;
  readonly due: Map<string, Due>;
}

/**
 * Under rollback-and-halt, a host that failed out of Activating or Soaking and has a closure to return to rolls back to
 * that closure. Its agent then reports it, at the latest after its next start. This is checked by what runs, the workers
 * that are started, the outbox, and the policy of the release.
 */
export const noSilentEnd: Judge<State> = {
  begin: () => ({ attempts: new PerHost<Attempt | null>(null), due: new Map() }),
  on: {
    EventEmitted: (scene, state, { hostname, rolloutId, event }) => {
      const host = scene.hosts.find(hostname);
      if (host !== null) emitted(scene, state, host, rolloutId, event);
    },
    WorkStarted: ({ hosts, broken }, { attempts, due }, { hostname, work: { kind, rolloutId, closure } }) => {
      const host = kind === 'rollback' ? hosts.find(hostname) : null;
      const attempt = host === null ? null : attempts.get(rolloutId, host.index);
      if (host === null || attempt === null) return;
      due.set(hostname, { what: 'report', rolloutId, closure: attempt.closure, life: host.life });
      if (closure === attempt.closure) return;
      broken(
        'no silent end',
        hostname,
        rolloutId,
        `${hostname} goes back to ${closure}, and not to ${attempt.closure}, which it ran at dispatch.`,
      );
    },
    WorkEnded: ({ hosts }, { due }, { hostname, work: { kind, rolloutId } }) => {
      const host = hosts.find(hostname);
      const known = due.get(hostname);
      if (kind !== 'rollback' || known?.rolloutId !== rolloutId || host?.isUp !== true) return;
      due.set(hostname, { ...known, life: host.life });
    },
    AgentIdle: (scene, { due }, { hostname }) => {
      const known = due.get(hostname);
      const host = known === undefined ? null : scene.hosts.find(hostname);
      if (known === undefined || host === null || !isOverdue(host, known)) return;
      due.delete(hostname);
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
  const { name, index } = host;
  switch (event.type) {
    case 'DispatchAck': {
      const hasWayBack = event.currentClosureAtDispatch !== null;
      // The agent cannot know that its worker reported something false.
      const closure = host.wasMisreported ? (event.currentClosureAtDispatch ?? host.closure) : host.closure;
      // A rollback that failed is over when a newer rollout takes over.
      if (due.get(name)?.what === 'report') due.delete(name);
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
      due.set(name, { what: 'fire', rolloutId, closure: attempt.closure, life: host.life });
      return;
    }
    case 'RollbackComplete':
      if (due.get(name)?.rolloutId === rolloutId) due.delete(name);
      return;
    default:
      return;
  }
}
