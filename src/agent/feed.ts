import type { Effect } from '../machine/effects.ts';
import { emit } from './emit.ts';
import { reserveSeq, writeHeader } from './outbox-header.ts';
import { declaration, startProbes, stopProbes } from './probe-runs.ts';
import { editRollout, findRollout, log, type Turn } from './turn.ts';
import { withSeq, type UnnumberedEvent } from './unnumbered-event.ts';

/**
 * Feeds one event to the host machine under the next number of its rollout, and sees to what the machine asks for. A
 * refused event is logged, uses no number and changes nothing (specification: agent, rules 2 and 12).
 */
export function feed(turn: Turn, rolloutId: string, event: UnnumberedEvent): void {
  const before = findRollout(turn.agent, rolloutId)?.record?.state;
  const accepted = reduce(turn, rolloutId, event);
  if (accepted === null) return;
  for (const effect of accepted) settleEffect(turn, rolloutId, effect);
  const after = findRollout(turn.agent, rolloutId);
  if (after !== null && after.record?.state !== before) writeHeader(turn, after);
  settleProbes(turn, rolloutId, accepted);
}

/** Sees to what the rehydration of a record asks for, or its resumption. */
export function settleEffects(turn: Turn, rolloutId: string, effects: readonly Effect[]): void {
  for (const effect of effects) settleEffect(turn, rolloutId, effect);
  settleProbes(turn, rolloutId, effects);
}

/**
 * Starts the probes that `effects` reset, and stops those of a soak that is over. Only when all else is done: the number
 * of the declaration comes after that of the event which reset the probes, and so must its place in the outbox.
 */
function settleProbes(turn: Turn, rolloutId: string, effects: readonly Effect[]): void {
  if (rolloutId !== turn.agent.activeRolloutId) return;
  if (findRollout(turn.agent, rolloutId)?.record?.state !== 'Soaking') stopProbes(turn);
  else if (effects.some(({ type }) => type === 'LocalResetProbeCache')) restartProbes(turn, rolloutId);
}

/** The declared set is reported, and then the probes run (rule 5). */
function restartProbes(turn: Turn, rolloutId: string): void {
  const effects = reduce(turn, rolloutId, declaration(turn));
  if (effects === null) return;
  for (const effect of effects) settleEffect(turn, rolloutId, effect);
  startProbes(turn, rolloutId);
}

/** The event's effects, or `null` if it was refused. */
function reduce(turn: Turn, rolloutId: string, event: UnnumberedEvent): readonly Effect[] | null {
  const rollout = findRollout(turn.agent, rolloutId);
  const { record = null, manifest = null } = rollout ?? {};
  if (rollout === null || record === null || manifest === null) {
    log(turn, 'warn', `${event.type} does not concern a rollout that this agent has a record of; it is dropped.`, {
      rolloutId,
    });
    return null;
  }
  const seq = turn.parts.nextSeq(rollout);
  if (seq === null) {
    log(turn, 'error', `${event.type} is dropped: the numbers of the rollout are used up. Open a new rollout.`, {
      rolloutId,
    });
    return null;
  }
  const result = turn.parts.step(record, withSeq(event, seq), turn.now, manifest.policy);
  if (!result.ok) {
    log(turn, 'warn', result.error.message, { rolloutId, refusal: result.error.kind, event: event.type });
    return null;
  }
  const reservedTo = reserveSeq(turn, rollout, seq);
  const draft = editRollout(turn, rollout);
  draft.record = result.state;
  draft.numberedTo = seq;
  draft.reservedTo = reservedTo;
  return result.effects;
}

function settleEffect(turn: Turn, rolloutId: string, effect: Effect): void {
  const isActive = rolloutId === turn.agent.activeRolloutId;
  switch (effect.type) {
    case 'LocalEmitEvent':
      return emit(turn, effect);
    case 'LocalResetProbeCache':
      if (!isActive) return;
      turn.effects.push(effect);
      return stopProbes(turn);
    case 'LocalFireSwitch':
    case 'LocalFireRollbackTo':
      if (isActive) turn.effects.push(effect);
      else log(turn, 'warn', `${effect.type} is left: a newer rollout has taken over.`, { rolloutId });
      return;
    case 'RecordTransition':
    case 'EmitMetric':
    case 'EmitLog':
      turn.effects.push(effect);
      return;
    case 'RemoteQueueDispatch':
    case 'RemoteInsertQuarantine':
    case 'RemoteOpenRolloutRecord':
    case 'RemoteAppendEventLog':
      log(turn, 'error', `${effect.type} belongs to the control plane and is not performed: this is a defect.`, {
        rolloutId,
      });
  }
}
