import { describe, expect, test } from 'vitest';
import { readHostOptions } from '../../src/cli/host-options.ts';
import type { Problem } from '../../src/text/index.ts';

const HOSTS = ['web-07', 'web-17', 'web-7', 'db=1', 'a*b'];

/** The hosts of each step of the options. */
function hostsOf(fail: readonly string[]): unknown {
  const problems: Problem[] = [];
  const { steps } = readHostOptions({ fail }, HOSTS, problems);
  expect(problems).toEqual([]);
  return steps.map((step) => ('do' in step && 'hosts' in step.do ? step.do.hosts : null));
}

describe('a host in an option', () => {
  test('may be a pattern, as in a scenario: `?` was unknown', () => {
    expect(hostsOf(['web-?7=probe', 'web-*=probe', String.raw`a\*b=probe`])).toEqual([
      ['web-07', 'web-17'],
      ['web-07', 'web-17', 'web-7'],
      ['a*b'],
    ]);
  });

  test('takes precedence over a pattern if named exactly, and may contain `=`', () => {
    expect(hostsOf(['a*b=probe', 'db=1=activation@5m'])).toEqual([['a*b'], ['db=1']]);
  });
});

test('a failed activation has an exit code that means failure: on NixOS, 4 is a switch with failed units', () => {
  const { steps } = readHostOptions({ fail: ['web-7=activation'] }, HOSTS, []);
  expect(steps[0]?.do).toMatchObject({ type: 'fail-activation', exitCode: 1 });
});

test.each([
  ['--fail web-7', { fail: ['web-7'] }, 'expected HOST=activation or HOST=probe'],
  ['--fail web-9=probe', { fail: ['web-9=probe'] }, 'the fleet has no host "web-9"'],
  ['--fail web-7=lunch', { fail: ['web-7=lunch'] }, '"lunch" cannot fail'],
  ['--fail web-7=probe@soon', { fail: ['web-7=probe@soon'] }, '"soon" is not a duration'],
  // It was a stack trace.
  ['--fail web-7=probe@100000d', { fail: ['web-7=probe@100000d'] }, '"100000d" is longer than 10000d'],
  ['--defer web-7=hat', { defer: ['web-7=hat'] }, '"hat" is not a component that defers a switch'],
  ['--defer web-7=kernel@1s1s1s1s1s1s', { defer: ['web-7=kernel@1s1s1s1s1s1s'] }, '"1s1s1s1s1s1s" is not a duration'],
  ['--closure web-7=b', { closure: ['web-*=a', 'web-7=b'] }, 'web-7 already has another closure: a'],
])('%s is refused', (path, flags, message) => {
  const problems: Problem[] = [];
  readHostOptions(flags, HOSTS, problems);
  expect(problems).toMatchObject([{ path, message }]);
});
