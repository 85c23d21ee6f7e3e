import { count } from '../text/index.ts';
import type { TestPath } from './test-path.ts';

interface NamedPath extends Omit<TestPath, 'name'> {
  readonly criterion: string;
  readonly number: number;
  readonly about: string | null;
}

/**
 * A name that describes the path: `allTransitions 1 (agent, halt): Pending → Activating → Soaking → Converged, 88
 * events, 80 refused`; or, of a single event, that event: `guardOutcomes 7 (agent, halt): Pending → Activating,
 * LocalActivate, a gap before its seq`.
 */
export function pathName({ criterion, number, side, policy, start, steps, about }: NamedPath): string {
  const states: string[] = [start.state];
  let refused = 0;
  for (const { expected } of steps) {
    if (!expected.ok) refused += 1;
    else if (expected.state.state !== states.at(-1)) states.push(expected.state.state);
  }
  const [only] = steps;
  const what =
    only !== undefined && steps.length === 1
      ? [only.event.type, ...(only.note === null ? [] : [only.note])]
      : [count(steps.length, 'event')];
  const counts = [...what, ...(refused > 0 ? [`${refused} refused`] : [])];
  const from = about === null ? '' : `, from ${about}`;
  return `${criterion} ${number} (${side}, ${policy.onHealthFailure}): ${[states.join(' → '), ...counts].join(', ')}${from}`;
}
