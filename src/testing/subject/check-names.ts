import { hostStates } from '../../machine/index.ts';
import { hostEventTypes } from '../side.ts';
import type { Subject } from './subject.ts';

const PARTS: ReadonlySet<string> = new Set(['start', 'events', 'record', 'effects', 'refusal', 'states', 'stop']);

function unknownNames(what: string, given: object, known: readonly string[]): readonly string[] {
  return Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => `There is no ${what} "${name}"; there are ${known.join(', ')}.`);
}

/**
 * Without this check, a misspelt name would never be called, and its test would pass.
 *
 * @throws Error with every unknown name, and for a subject that reports nothing
 */
export function checkNames<Handle>({ events, states, ...subject }: Subject<Handle>): void {
  const problems = [
    ...unknownNames('part of a subject', subject, [...PARTS]),
    ...(typeof events === 'function' ? [] : unknownNames('event', events, hostEventTypes)),
    ...unknownNames('state', states ?? {}, hostStates),
  ];
  const canBeSeen = subject.record ?? subject.effects ?? subject.refusal;
  if (canBeSeen === undefined && Object.keys(states ?? {}).length === 0) {
    problems.push('Nothing of the subject is compared: give record, effects, refusal or states.');
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
}
