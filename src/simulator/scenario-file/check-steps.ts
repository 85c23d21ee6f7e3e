import { at, isObject } from '../../text/index.ts';
import type { Reading } from './reading.ts';
import type { FileStep } from './step-schemas.ts';

/** Checks the settings of a step against each other, even if some are unreadable. */
export function checkTiming(given: unknown, path: string, reading: Reading): void {
  if (!isObject(given)) return;
  const has = (key: string): boolean => Object.hasOwn(given, key);
  if (has('at') === has('when')) {
    reading.add(
      path,
      `expected one of at or when, found ${has('at') ? 'both' : 'neither'}`,
      'Set when it happens: `at: 12m`, or `when: wave 1 starts`.',
    );
  } else if (has('at') && has('after'))
    reading.add(at(path, 'after'), '`after` only applies to `when`', 'Add it to the time in `at`.', true);
  if (given['do'] === 'publish' && !has('ref') && !has('fleet'))
    reading.add(path, 'a release needs its own ref', 'Give it one: `ref: release-2`.');
  if (given['do'] === 'restore-backup' && has('age') === has('of'))
    reading.add(
      path,
      `expected one of age or of, found ${has('age') ? 'both' : 'neither'}`,
      'Choose a backup: `age: 20m`, or `of: 1h` for the one made at that time.',
    );
  if ((given['do'] === 'set-clock' || given['do'] === 'set-control-plane-clock') && has('ahead') && has('behind'))
    reading.add(path, 'a clock cannot be both ahead and behind', 'Keep one of the two.');
}

/** Checks the values of a readable step, independent of the fleet. `untilMs` is `null` if unknown. */
export function checkValues(step: FileStep, path: string, untilMs: number | null, reading: Reading): void {
  if (step.do === 'flap-probe' && typeof step['period'] === 'number' && step['period'] < 2)
    reading.add(
      at(path, 'period'),
      'expected a period of at least 2ms',
      'Use a longer one; a probe runs every few seconds at most.',
    );
  if (untilMs !== null && step.at !== undefined && step.at > untilMs) reading.neverHappens(at(path, 'at'), untilMs);
}
