import { createHash } from 'node:crypto';
import type { Question } from './protocol.ts';

/** Identifies a question by its content, so it is the same in every run. */
export const questionId = (question: Question): string =>
  createHash('sha1').update(JSON.stringify(question)).digest('hex').slice(0, 12);
