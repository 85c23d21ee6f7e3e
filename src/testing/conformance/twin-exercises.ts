import { step, type HostRolloutState } from '../../machine/index.ts';
import { stepRollout } from '../../rollout/index.ts';
import { chartCells } from '../chart-cells.ts';
import type { Scope } from '../coverage/dimension.ts';
import { eventOf, usualMoves } from '../moves.ts';
import { sampleHost } from '../sample-host.ts';
import { hostQuestions, type HostQuestion } from '../values/host-values.ts';
import { rolloutQuestions, type RolloutQuestion } from '../values/rollout-values.ts';
import type { Exercise } from './exercise.ts';
import { loneExercise } from './host-exercises.ts';

// Consecutive questions that differ in one respect. A peer that caches answers under a key without it gives both the
// same answer.

/** A question about an event of either machine. */
interface Asking {
  readonly record: object;
  readonly event: object;
}

const asTwin = (exercise: Exercise): Exercise => ({ ...exercise, showsMemory: 'twins' });

function hostTwin(about: string, { record, event, now, policy }: HostQuestion): Exercise {
  const place = `${record.state}.${event.type}`;
  const visit = { before: record, event, policy, result: step(record, event, now, policy), previous: null };
  const question = { op: 'step', state: record, event, now, policy } as const;
  return asTwin({ ...loneExercise(`twins, ${about}`, place, question), visit });
}

const rolloutTwin = ({ record, event, now }: RolloutQuestion): Exercise =>
  asTwin(
    loneExercise('twins, in one field', `rollout ${record.state}.${event.type}`, {
      op: 'rollout_step',
      record,
      event,
      now,
    }),
  );

/** `base` with one field of its record or event taken from the first of `others` that differs there. */
function* inOneField<Question extends Asking>(base: Question, others: readonly Question[]): Generator<Question> {
  for (const part of ['record', 'event'] as const) {
    for (const [name, value] of Object.entries(base[part])) {
      const another = others
        .map((other) => Object.entries(other[part]).find(([each]) => each === name)?.[1])
        .find((each) => each !== undefined && JSON.stringify(each) !== JSON.stringify(value));
      // Safe: the other value comes from the same field of the same cell.
      if (another !== undefined) yield { ...base, [part]: { ...base[part], [name]: another } };
    }
  }
}

/** Enough accepted questions of a cell to find another value for every field. */
const OTHERS = 60;

interface CellQuestions {
  readonly base: HostQuestion;
  readonly others: readonly HostQuestion[];
}

/** For each legal cell, an accepted question with odd values, and others to take values from. */
function cellQuestions({ sides, policies }: Scope): readonly CellQuestions[] {
  const cells = chartCells.filter(({ side, target }) => target !== null && sides.includes(side));
  return cells.flatMap((cell) => {
    const others: HostQuestion[] = [];
    for (const question of hostQuestions(cell)) {
      const { record, event, now, policy } = question;
      if (!policies.includes(policy.onHealthFailure) || !step(record, event, now, policy).ok) continue;
      others.push(question);
      if (others.length === OTHERS) break;
    }
    const [base] = others;
    return base === undefined ? [] : [{ base, others }];
  });
}

/** The same names and number with another policy, event or record; and only another name. */
function* broadTwins({ base, others }: CellQuestions, { policies }: Scope): Generator<HostQuestion> {
  const { record, event, policy } = base;
  yield base;
  const onHealthFailure = policies.find((each) => each !== policy.onHealthFailure);
  if (onHealthFailure !== undefined) yield { ...base, policy: { onHealthFailure } };
  const [, one = base, two = base] = others;
  yield { ...base, event: { ...one.event, seq: event.seq } };
  const { rolloutId, hostname, channel, lastEventSeq } = record;
  yield { ...base, record: { ...two.record, rolloutId, hostname, channel, lastEventSeq } };
}

/** Separators with which two different pairs of names join to the same text. */
const JOINTS = ['', '-', '/', ':', '|', ' ', '@', ',', '.', '_', '#', ';', '\n', '\0'];
const JOINED = ['rolloutId', 'hostname', 'channel', 'targetClosure'] as const;

/** For any two names of a record and each separator: `a` and `b|c`, then `a|b` and `c`. */
function* joinedNames({ sides, policies }: Scope): Generator<HostQuestion> {
  const [side] = sides;
  const [onHealthFailure] = policies;
  const [move] = side === undefined ? [] : usualMoves(side);
  if (move === undefined || onHealthFailure === undefined) return;
  const policy = { onHealthFailure };
  const at = sampleHost.dispatchedAt + 1_007;
  for (const first of JOINED) {
    for (const second of JOINED) {
      if (first === second) continue;
      for (const joint of JOINTS) {
        const start = first === 'rolloutId' ? sampleHost.rolloutId : 'a';
        for (const [one, other] of [
          [start, `b${joint}c`],
          [`${start}${joint}b`, 'c'],
        ] as const) {
          const record: HostRolloutState = { ...sampleHost, [first]: one, [second]: other };
          // A rollout id must keep its form.
          const named = second === 'rolloutId' ? { ...record, rolloutId: `${other}@1` } : record;
          yield { record: named, event: eventOf(move, { record: named, policy, at }), now: at, policy };
        }
      }
    }
  }
}

/** In pairs and series, the most revealing first. */
export function* twinExercises(scope: Scope): Generator<Exercise> {
  const cells = cellQuestions(scope);
  for (const cell of cells) for (const each of broadTwins(cell, scope)) yield hostTwin('in much', each);
  for (const { base, others } of cells) {
    yield hostTwin('in one field', base);
    // These states and numbers change the answer.
    for (const each of inOneField(base, others)) yield hostTwin('in one field', each);
    yield hostTwin('in one field', { ...base, record: { ...base.record, state: 'Converged' } });
    yield hostTwin('in one field', { ...base, record: { ...base.record, lastEventSeq: base.event.seq } });
    yield hostTwin('in one field', base);
  }
  for (const each of joinedNames(scope)) yield hostTwin('whose names join to the same text', each);
}

/** The same for the cells of the rollout machine. */
export function* rolloutTwins(): Generator<Exercise> {
  const cells = new Map<string, RolloutQuestion[]>();
  for (const question of rolloutQuestions()) {
    const { record, event, now } = question;
    if (!stepRollout(record, event, now).ok) continue;
    const key = `${record.state} ${event.type}`;
    const known = cells.get(key) ?? [];
    if (known.length < OTHERS) cells.set(key, [...known, question]);
  }
  for (const others of cells.values()) {
    const [base] = others;
    if (base === undefined) continue;
    yield rolloutTwin(base);
    for (const each of inOneField(base, others)) yield rolloutTwin(each);
    yield rolloutTwin({ ...base, record: { ...base.record, state: 'Pruned' } });
    yield rolloutTwin(base);
  }
}
