import type { Time } from '../../machine/index.ts';
import type { Judge, Scene } from './invariant.ts';
import type { ObservedState } from './observed-hosts.ts';
import { HostValues, PerHost } from './per-host.ts';

/** A host in one rollout. */
interface Attempt {
  /** What the machine ran when the agent took the dispatch. */
  readonly closure: string;
  /** The agent named a closure to roll back to. */
  readonly hasWayBack: boolean;
  /** The life of the agent that took the dispatch. */
  readonly life: number;
  readonly acknowledgedAt: Time;
}

/** A rollback that must be fired, that must be reported, or that failed and waits for the next boot. */
interface Due {
  readonly what: 'fire' | 'report' | 'retry';
  readonly rolloutId: string;
  readonly closure: string;
  /** The agent's life in which it became due. A report is due once the worker has ended. */
  readonly life: number;
  /**
   * The host may be back without a rollback: its boot loader may have put the closure back if it failed while it was
   * Deferred, and so may a worker that was still running.
   */
  readonly mayBeBack: boolean;
}

interface State {
  readonly attempts: PerHost<Attempt | null>;
  readonly due: HostValues<Due | null>;
}

/**
 * Under rollback-and-halt, a host that failed and has a closure to return to rolls back to that closure. Its agent then
 * reports it, at the latest after its next start. A deferred host fails at a boot, and most often its boot loader has
 * put the closure back (specification: agent, rule 11). Checked against the running closure, the workers started, the
 * outbox, and the policy of the release.
 */
export const noSilentEnd: Judge<State> = {
  begin: () => ({ attempts: new PerHost<Attempt | null>(null), due: new HostValues<Due | null>(null) }),
  emitted: {
    DispatchAck: (_, { attempts, due }, { rolloutId, event }, host) => {
      const { currentClosureAtDispatch, receivedAt: acknowledgedAt } = event;
      const hasWayBack = currentClosureAtDispatch !== null;
      // The agent cannot know that its worker reported something false.
      const closure = host.wasMisreported ? (currentClosureAtDispatch ?? host.closure) : host.closure;
      // A failed rollback is over once a newer rollout takes over.
      if (due.get(host.index)?.what !== 'fire') due.delete(host.index);
      attempts.set(rolloutId, host.index, { closure, hasWayBack, life: host.life, acknowledgedAt });
    },
    ActivationFailed: (scene, state, { rolloutId }, host) => failed(scene, state, rolloutId, host),
    Failed: (scene, state, { rolloutId }, host) => failed(scene, state, rolloutId, host),
    RollbackComplete: ({ broken }, { due }, { rolloutId }, { index, name, life }) => {
      const known = due.get(index);
      if (known?.rolloutId !== rolloutId) return;
      due.delete(index);
      if (known.what === 'fire' && known.life === life && !known.mayBeBack)
        broken('no silent end', name, rolloutId, `${name} reports a rollback that its agent has not fired.`);
    },
  },
  on: {
    WorkStarted: ({ broken }, { attempts, due }, { hostname, work: { kind, rolloutId, closure } }, host) => {
      const attempt = attempts.get(rolloutId, host.index);
      if (attempt === null) return;
      if (kind === 'activation') {
        // A host that ran its target at dispatch switches again, so that no other closure stays staged for its next
        // boot.
        const hasSwitched = host.closure === closure && attempt.closure !== closure;
        if (attempt.life !== host.life && hasSwitched && !host.wasMisreported)
          broken('reports', hostname, rolloutId, `${hostname} switches again to ${closure}, which it already runs.`);
        return;
      }
      const known = due.get(host.index);
      if (known?.what === 'retry' && known.rolloutId === rolloutId && known.life === host.life)
        broken('no silent end', hostname, rolloutId, `${hostname} rolls back again before its next boot.`);
      // Work that an earlier life of the agent began is resumed, and it is done when the host is back.
      const isResumed = known?.rolloutId === rolloutId && known.life !== host.life;
      if (isResumed && host.closure === attempt.closure && !host.wasMisreported)
        broken(
          'no silent end',
          hostname,
          rolloutId,
          `${hostname} rolls back again to ${closure}, which it already runs.`,
        );
      due.set(host.index, {
        what: 'report',
        rolloutId,
        closure: attempt.closure,
        life: host.life,
        mayBeBack: false,
      });
      if (closure === attempt.closure || isOfEarlierDispatch(host, rolloutId, attempt)) return;
      broken(
        'no silent end',
        hostname,
        rolloutId,
        `${hostname} rolls back to ${closure} instead of ${attempt.closure}, which it ran at dispatch.`,
      );
    },
    WorkEnded: (_, { due }, { work: { kind, rolloutId }, result, wasLockedOut }, { index, isUp, life }) => {
      const known = due.get(index);
      if (kind !== 'rollback' || known?.rolloutId !== rolloutId || wasLockedOut) return;
      if (result.type === 'failed') due.set(index, { ...known, what: 'retry', life });
      else if (isUp) due.set(index, { ...known, life });
    },
    MachineStopped: (_, { due }, _observation, { index }) => {
      const known = due.get(index);
      // Its worker is gone.
      if (known?.what === 'report') due.set(index, { ...known, what: 'retry' });
    },
    DiskLost: (_, { due }, _observation, { index }) => due.delete(index),
    AgentIdle: (scene, { attempts, due }, { hostname }, host) => {
      const known = due.get(host.index);
      if (known === null || !isOverdue(host, known)) return;
      due.delete(host.index);
      const attempt = attempts.get(known.rolloutId, host.index);
      if (attempt !== null && isOfEarlierDispatch(host, known.rolloutId, attempt)) return;
      scene.broken(
        'no silent end',
        hostname,
        known.rolloutId,
        known.what !== 'report'
          ? `${hostname} has failed, but does not roll back to ${known.closure}, which it ran at dispatch.`
          : `${hostname} is back on ${known.closure}, but its agent has not reported it.`,
      );
    },
  },
};

/** An agent without its disk may have taken over, from a backup, the record of an earlier dispatch. */
function isOfEarlierDispatch({ disksLost, own }: ObservedState, rolloutId: string, attempt: Attempt): boolean {
  return disksLost > 0 && own.get(rolloutId)?.record.dispatchAckedAt !== attempt.acknowledgedAt;
}

function isOverdue({ work, life, wasAnswered, closure }: ObservedState, due: Due): boolean {
  // Another worker may have to end first.
  if (work !== null) return false;
  // Work interrupted by a crash continues when the first heartbeat is answered.
  const hasRestarted = due.life !== life;
  if (hasRestarted ? !wasAnswered : due.what !== 'fire') return false;
  return due.what !== 'report' || closure === due.closure;
}

function failed({ ledger }: Scene, { attempts, due }: State, rolloutId: string, host: ObservedState): void {
  const { index, life, own, work } = host;
  const attempt = attempts.get(rolloutId, index);
  if (attempt === null || !attempt.hasWayBack) return;
  if (ledger.manifestOf(rolloutId)?.policy.onHealthFailure !== 'rollback-and-halt') return;
  const mayBeBack = work !== null || own.get(rolloutId)?.record.state === 'Deferred';
  due.set(index, { what: 'fire', rolloutId, closure: attempt.closure, life, mayBeBack });
}
