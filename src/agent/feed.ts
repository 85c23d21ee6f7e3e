import type { Effect, LocalEvent } from '../machine/index.ts';
import { emit, reserveSeq, writeHeader } from './outbox.ts';
import { declaration, startProbes, stopProbes } from './probes.ts';
import { activeRecord } from './rollouts.ts';
import type { UnnumberedEvent } from './rules.ts';
import type { AgentRollout } from './state.ts';
import { editAgentRollout, emitLog, findRollout, hasRecord, type OpenTurn } from './turn.ts';
import { fire } from './workers.ts';

/**
 * Feeds an event to the host machine with its rollout's next number, and handles the effects. A refused event is
 * logged, uses no number and changes nothing (rules 2 and 12).
 */
export function feed(turn: OpenTurn, rolloutId: string, event: UnnumberedEvent): void {
  const before = findRollout(turn.agent, rolloutId)?.record?.state;
  const accepted = reduce(turn, rolloutId, event);
  if (accepted === null) return;
  for (const effect of accepted) settleEffect(turn, rolloutId, effect);
  const after = findRollout(turn.agent, rolloutId);
  if (hasRecord(after) && after.record.state !== before) writeHeader(turn, after);
  settleProbes(turn, rolloutId, accepted);
}

/** Handles the effects of rehydrating or resuming a record. */
export function settleEffects(turn: OpenTurn, rolloutId: string, effects: readonly Effect[]): void {
  for (const effect of effects) settleEffect(turn, rolloutId, effect);
  settleProbes(turn, rolloutId, effects);
}

/**
 * The number of a rollout's next event (rules 2 and 11); `null` once 2^53-1 is used. It is above every number that this
 * agent has used, even before a crash, and above every number in the control plane's answers.
 */
export function nextSeq({ numberedTo }: AgentRollout): number | null {
  return numberedTo < Number.MAX_SAFE_INTEGER ? numberedTo + 1 : null;
}

/**
 * Restarts the probes that `effects` reset, and stops them when the soak is over. Runs last, so that the declaration
 * has a higher number than the event that reset the probes, and follows it in the outbox.
 */
function settleProbes(turn: OpenTurn, rolloutId: string, effects: readonly Effect[]): void {
  if (rolloutId !== turn.agent.activeRolloutId) return;
  if (activeRecord(turn.agent)?.state !== 'Soaking') stopProbes(turn);
  else if (effects.some(({ type }) => type === 'LocalResetProbeCache')) restartProbes(turn, rolloutId);
}

/** Reports the declared probes, and then runs them (rule 5). */
function restartProbes(turn: OpenTurn, rolloutId: string): void {
  const effects = reduce(turn, rolloutId, declaration(turn));
  if (effects === null) return;
  for (const effect of effects) settleEffect(turn, rolloutId, effect);
  startProbes(turn, rolloutId);
}

/** Applies an event. Returns its effects; `null` if it was refused. */
function reduce(turn: OpenTurn, rolloutId: string, event: UnnumberedEvent): readonly Effect[] | null {
  const rollout = findRollout(turn.agent, rolloutId);
  if (!hasRecord(rollout)) {
    emitLog(turn, 'warn', 'no-record', `${event.type} is dropped: this agent has no record of its rollout.`, {
      rolloutId,
    });
    return null;
  }
  const { record, manifest } = rollout;
  const seq = turn.rules.nextSeq(rollout);
  if (seq === null) {
    emitLog(
      turn,
      'error',
      'numbers-used-up',
      `${event.type} is dropped: the rollout has no event numbers left. Open a new rollout.`,
      {
        rolloutId,
      },
    );
    return null;
  }
  const result = turn.rules.step(record, withSeq(event, seq), turn.now, manifest.policy);
  if (!result.ok) {
    emitLog(turn, 'warn', 'event-refused', result.error.message, {
      rolloutId,
      refusal: result.error.kind,
      event: event.type,
    });
    return null;
  }
  const reservedTo = reserveSeq(turn, rollout, seq);
  const draft = editAgentRollout(turn, rollout);
  if (result.state.state !== record.state) draft.bootId = turn.agent.bootId;
  draft.record = result.state;
  draft.numberedTo = seq;
  draft.reservedTo = reservedTo;
  return result.effects;
}

function withSeq(event: UnnumberedEvent, seq: number): LocalEvent {
  if (event.type !== 'LocalProbeResult') return { ...event, seq };
  // Nearly all events are of this type, and a literal is several times faster to create than a spread.
  const { type, probeName, mode, status, observedAt, failureReason, subResults } = event;
  return { type, probeName, mode, status, observedAt, failureReason, subResults, seq };
}

function settleEffect(turn: OpenTurn, rolloutId: string, effect: Effect): void {
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
      return fire(turn, effect);
    case 'RecordTransition':
    case 'EmitMetric':
    case 'EmitLog':
      turn.effects.push(effect);
      return;
    case 'RemoteQueueDispatch':
    case 'RemoteInsertQuarantine':
    case 'RemoteOpenRolloutRecord':
    case 'RemoteAppendEventLog':
      emitLog(
        turn,
        'error',
        'foreign-effect',
        `The host machine returned ${effect.type}, which only a control plane performs; it was not performed. This is a bug.`,
        {
          rolloutId,
        },
      );
  }
}
