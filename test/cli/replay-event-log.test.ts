import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';

test.each([
  ['replay', 'hello', 'This is neither a database nor a log.'],
  ['replay', '{}', 'This is neither a database nor a log.'],
  ['replay', ' ', 'The file is empty.'],
  ['durations', 'hello', 'This is neither an event log nor a complete run file.'],
  ['durations', '{}', 'This is neither an event log nor a complete run file.'],
  ['durations', '', 'The file is empty.'],
])('%s of %j: it spoke only of run files', async (command, stdin, told) => {
  const { status, stderr } = await runCli([command, '-'], { stdin });
  expect([status, stderr]).toEqual([1, expect.stringContaining(`    ${told}\n`)]);
});
