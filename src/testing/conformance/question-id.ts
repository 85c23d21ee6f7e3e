import { createHash } from 'node:crypto';
import type { Question } from './protocol.ts';

/** Names a question by what it asks: the same in every run, whatever else is asked. */
export const questionId = (question: Question): string =>
  createHash('sha1').update(JSON.stringify(question)).digest('hex').slice(0, 12);
