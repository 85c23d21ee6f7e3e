import { expect, test } from 'vitest';
import type { RuleCoverage } from '../../src/simulator/coverage/index.ts';
import { Steering } from './support/steering.ts';
import { strangeDay } from './support/strange-days.ts';

type Counted = Pick<RuleCoverage, 'rules' | 'faults'>;

const COMMON: Counted = { rules: new Map([['rollout: opened', 5]]), faults: new Map() };
const RARE: Counted = {
  rules: new Map([['rollout: opened', 5]]),
  faults: new Map([['agent-crash', new Map([['Reverted', 2]])]]),
};

test('without a day before it, there is none to try again', () => {
  expect(new Steering().next(1)).toBeNull();
});

test('the day that brought the rarest pair into play is tried again with other randomness', () => {
  const steering = new Steering();
  steering.add(strangeDay(1), COMMON);
  steering.add(strangeDay(2), RARE);
  steering.add(strangeDay(3), COMMON);
  expect(steering.next(7)).toEqual({ ...strangeDay(2), seed: 7 });
});

test('a day that does not bring it into play again gives way to others', () => {
  const steering = new Steering();
  steering.add(strangeDay(1), { rules: new Map([['event: Failed', 4]]), faults: new Map() });
  steering.add(strangeDay(2), RARE);
  const tried = Array.from({ length: 5 }, (_, at) => steering.next(at));
  const [first, second] = [strangeDay(1), strangeDay(2)];
  // Two, three and four times so far: then both are tried equally often.
  expect(tried).toEqual([second, second, second, first, second].map((day, seed) => ({ ...day, seed })));
});
