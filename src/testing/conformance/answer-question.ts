import { newPendingHost, rehydrationEffects, step } from '../../machine/index.ts';
import { openRollout, stepRollout } from '../../rollout/index.ts';
import { answerOf } from '../answer.ts';
import type { Answer, Question } from './protocol.ts';

/** Our own answer: `conform` expects it, and `peer` gives it. */
export function answerQuestion(question: Question): Answer {
  switch (question.op) {
    case 'start':
      return { ok: { state: newPendingHost(question.host) } };
    case 'step':
      return answerOf(step(question.state, question.event, question.now, question.policy));
    case 'rehydrate':
      return { ok: { effects: rehydrationEffects(question.state) } };
    case 'rollout_start':
      return { ok: { record: openRollout(question.rollout) } };
    case 'rollout_step': {
      const result = stepRollout(question.record, question.event, question.now);
      if (result.ok) return { ok: { record: result.record, effects: result.effects } };
      const { message: _, ...fields } = result.error;
      return { err: fields };
    }
  }
}
