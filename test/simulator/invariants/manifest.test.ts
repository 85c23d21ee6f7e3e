import { describe, expect, test } from 'vitest';
import type { Scenario } from '../../../src/simulator/index.ts';
import { readExample } from '../../support/read-example.ts';
import { MANIFEST_BUGS } from '../planted-bugs/manifest-bugs.ts';
import { asRead } from '../planted-bugs/rule-bug.ts';
import { noticed } from './noticed.ts';

/** Releases are judged when they are published, and the first one is at the start. */
const scenarioOf = (name: string): Scenario => ({
  ...readExample(`scenarios/${name}`).scenario,
  untilMs: 1000,
  settle: null,
});

const CROSSED = scenarioOf('a-fleet-as-its-build-writes-it.yaml');

test.each(['a-fleet-as-its-build-writes-it.yaml', 'harbour-on-a-rough-day.yaml', 'channel-order.yaml'])(
  'is silent while %s is read well',
  (name) => {
    expect(noticed(scenarioOf(name))).not.toContain('manifest');
  },
);

describe('a fleet file is read wrongly', () => {
  test.each(MANIFEST_BUGS)('$name', (bug) => {
    expect(noticed(asRead(CROSSED, bug))).toContain('manifest');
  });
});

test('does not judge rollouts that no fleet file is known for', () => {
  const { declared: _, ...unknown } = CROSSED;
  for (const bug of MANIFEST_BUGS) expect(noticed(asRead(unknown, bug))).not.toContain('manifest');
});
