import { describe, expect, test } from 'vitest';
import { otherFile } from '../../src/cli/other-files.ts';

describe('a file that is neither a fleet nor a scenario', () => {
  test.each([
    ['a run file', '{"format":"nixfleet-statechart-run","version":2,"title":"T"}', 'recorded run'],
    ['an event log', '{ "format": "nixfleet-statechart-events" }\n{"runMs":0}\n', 'event log'],
    ['a report', '{\n  "format": "nixfleet-statechart-report"\n}', 'report of a run'],
    ['a file of test paths', '{"format":"nixfleet-host-paths"}', 'test paths'],
    ['a picture', '\u0089PNG\0', 'not UTF-8 text'],
    ['bytes that are no UTF-8', 'abc\uFFFD', 'not UTF-8 text'],
  ])('%s is called what it is', (_, text, what) => {
    expect(otherFile(text)?.message).toContain(what);
  });

  test.each(['', '{}', '[]', 'title: T\n', '{"channels":{}}', '{"format":"__proto__"}', '{"format":"toString"}'])(
    'nothing is said of %j, which may be one',
    (text) => {
      expect(otherFile(text)).toBeNull();
    },
  );
});
