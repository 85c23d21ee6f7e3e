import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';

test('an interrupted rehearsal is not compared: all that it had not reached was listed as a difference', async () => {
  const args = ['rehearse', '--hosts', '1', '--compare'];
  const { status, stdout, stderr } = await runCli(args, { interruption: AbortSignal.abort('SIGTERM') });
  expect(status).toBe(143);
  expect(stderr).toContain('The rehearsal was interrupted. It is not compared.');
  expect(stderr).not.toContain('differs:');
  // It said that the time limit was reached.
  expect(stdout).toMatch(/The run ended at \S+, because it was\s+interrupted\./);
});

test('a folder that is not empty is refused: with the database of another run, an invariant seemed broken', async () => {
  const { status, stdout, stderr } = await runCli(['rehearse', '--hosts', '1', '--keep', 'examples']);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain('--keep examples\n    This directory is not empty.');
});
