import { excerpt } from '../../text/index.ts';
import { differences, type Difference } from '../difference.ts';
import type { Exercise, MirrorAnswer } from './exercise.ts';
import type { Answer } from './protocol.ts';

/** How an answer differs from the expected one. If their kinds differ, nothing else is compared. */
export function answerDifferences({ expected }: Exercise, answer: object): readonly Difference[] {
  if ('mirror' in expected) return mirrorDifferences(expected, answer);
  const { id: _, ...rest } = answer as { readonly id: number };
  const sentence = otherKind(expected, rest);
  if (sentence !== null) return [{ path: '$', expected, actual: rest, hint: null, sentence }];
  if (!('err' in expected)) return differences(expected, rest);
  // A refusal's message and any additional fields are up to the peer. Nothing else may accompany the refusal.
  const inside = differences(expected, rest, { allowMore: true });
  return inside.length > 0 ? inside : differences({ err: Reflect.get(rest, 'err') }, rest);
}

/** Describes something that is not an answer, or an answer that wrongly accepts or refuses. */
function otherKind(expected: Answer, answer: object): string | null {
  const isOk = 'ok' in answer;
  const isErr = 'err' in answer;
  if (isOk === isErr) return noAnswer(answer, isOk);
  if ('err' in expected && isOk) return `should be refused (${expected.err.kind}), but was accepted`;
  if ('ok' in expected && isErr) return `should be accepted, but was refused (${refusalText(answer.err)})`;
  return null;
}

function noAnswer(answer: object, hasBoth: boolean): string {
  const what = 'is no answer of the protocol (docs/conformance-protocol.md)';
  if (hasBoth) return `this ${what}: it has both "ok" and "err"`;
  if ('op' in answer) return `the question came back: an echo ${what}`;
  if ('error' in answer) return `{"error": ${jsonExcerpt(answer.error)}} ${what}`;
  const fields = Object.keys(answer).map((field) => JSON.stringify(field));
  return `this ${what}: it has neither "ok" nor "err", but ${fields.length === 0 ? 'only the id' : excerpt(fields.join(', '))}`;
}

/** The kind and message of a refusal, if present. */
function refusalText(refusal: unknown): string {
  if (typeof refusal !== 'object' || refusal === null) return jsonExcerpt(refusal);
  const kind = 'kind' in refusal ? String(refusal.kind) : 'of no kind';
  const text = 'message' in refusal ? `${kind}: ${String(refusal.message)}` : kind;
  // On one line, because build servers interpret some lines as commands.
  return excerpt(text.replaceAll(/[\r\n]+/g, ' '));
}

/** A value as truncated JSON; empty if JSON has no such value. */
const jsonExcerpt = (value: unknown): string => excerpt(JSON.stringify(value) ?? '');

/** The fields that any mirror must show. */
const NEEDED = new Set(['state', 'lastEventSeq']);

function mirrorDifferences({ status, mirror }: MirrorAnswer, answer: object): readonly Difference[] {
  const read = 'mirror' in answer && typeof answer.mirror === 'object' && answer.mirror !== null ? answer.mirror : {};
  const readable = Object.entries(mirror).filter(([field]) => NEEDED.has(field) || Object.hasOwn(read, field));
  return differences({ status, mirror: Object.fromEntries(readable) }, answer);
}
