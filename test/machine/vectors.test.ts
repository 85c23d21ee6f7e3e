import { describe, expect, it } from 'vitest';
import type { HostEvent, RolloutPolicy } from '../../src/machine/events.ts';
import type { HostRolloutState } from '../../src/machine/record.ts';
import { rehydrationEffects } from '../../src/machine/rehydration.ts';
import { step } from '../../src/machine/step.ts';
import { stepRollout, type RolloutEvent, type RolloutRecord } from '../../src/rollout/index.ts';
import { hasSharedFile, readSharedLines } from '../support/shared-folder.ts';

interface Timed<Event> {
  readonly event: Event;
  readonly now: number;
}
type Question =
  | ({ readonly op: 'step'; readonly state: HostRolloutState; readonly policy: RolloutPolicy } & Timed<HostEvent>)
  | {
      readonly op: 'walk';
      readonly initial: HostRolloutState;
      readonly policy: RolloutPolicy;
      readonly events: readonly Timed<HostEvent>[];
    }
  | { readonly op: 'rehydrate'; readonly state: HostRolloutState }
  | ({ readonly op: 'rollout_step'; readonly record: RolloutRecord } & Timed<RolloutEvent>)
  | { readonly op: 'rollout_walk'; readonly initial: RolloutRecord; readonly events: readonly Timed<RolloutEvent>[] };

interface Vector {
  readonly id: string;
  readonly in: Question;
  readonly out: unknown;
}

/** Our answer in the shape of the reference answers. */
function answer(question: Question): unknown {
  switch (question.op) {
    case 'step': {
      const result = step(question.state, question.event, question.now, question.policy);
      return result.ok ? { ok: { state: result.state, effects: result.effects } } : { err: result.error };
    }
    case 'walk': {
      let state = question.initial;
      return question.events.map(({ event, now }) => {
        const result = step(state, event, now, question.policy);
        if (!result.ok) return { err: result.error };
        state = result.state;
        return { ok: { state, effects: result.effects } };
      });
    }
    case 'rehydrate':
      return { ok: { effects: rehydrationEffects(question.state) } };
    case 'rollout_step': {
      const result = stepRollout(question.record, question.event, question.now);
      return result.ok ? { ok: { record: result.record, effects: result.effects } } : { err: result.error };
    }
    case 'rollout_walk': {
      let record = question.initial;
      return question.events.map(({ event, now }) => {
        const result = stepRollout(record, event, now);
        if (!result.ok) return { err: result.error };
        record = result.record;
        return { ok: { record, effects: result.effects } };
      });
    }
  }
}

/** A refusal is compared in the fields that the reference gives; everything else must be equal. */
const compared = (mine: unknown, reference: unknown): unknown => {
  if (Array.isArray(mine) && Array.isArray(reference)) return mine.map((one, i) => compared(one, reference[i]));
  if (!isRefused(mine) || !isRefused(reference)) return mine;
  const known = Object.entries(mine.err).filter(([field]) => Object.hasOwn(reference.err, field));
  return { err: Object.fromEntries(known) };
};

const isRefused = (value: unknown): value is { readonly err: object } =>
  typeof value === 'object' && value !== null && 'err' in value;

const FILE = 'vectors/sample.jsonl';
const reason = hasSharedFile(FILE) ? '' : ' (skipped: ../shared/vectors is not beside the project)';

describe.skipIf(reason !== '')(`the reference answers${reason}`, () => {
  // The file is the project's own reference, in the shapes that its README gives.
  const vectors = (reason === '' ? readSharedLines(FILE) : []) as readonly Vector[];

  it('are all there', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(580);
  });

  it.each(vectors.map((vector) => [vector.id, vector] as const))('%s', (_id, vector) => {
    expect(compared(answer(vector.in), vector.out)).toEqual(vector.out);
  });
});
