import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';

/** "This command cannot be used" was said of a missing file, and of a control plane that does not answer. */
test.each([
  [['simulate', '--hosts', '0'], 'The command line cannot be used: 1 problem.'],
  [['agent', 'no-such-file'], 'no-such-file cannot be used: 1 problem.'],
  [['control-plane', 'no-such-file'], 'no-such-file cannot be used: 1 problem.'],
  [['durations', 'no-such-file'], 'no-such-file cannot be used: 1 problem.'],
  [['replay', 'no-such-file'], 'no-such-file cannot be used: 1 problem.'],
  [['status', '--url', 'http://127.0.0.1:1'], 'This cannot be done: 1 problem.'],
  [['trace', ' '], 'The command line cannot be used: 1 problem.\n  NAME\n    It is blank.'],
])('%j is refused by the name of what is wrong', async (args, headline) => {
  const { status, stdout, stderr } = await runCli(args);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr.startsWith(headline)).toBe(true);
});
