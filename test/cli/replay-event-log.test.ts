import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../runtime/support/control-plane-bench.ts';
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

test('a backup that is put back moves records as no event does, which is no difference', async () => {
  const log = join(temporaryFolder(), 'run.jsonl');
  await runCli(['simulate', 'examples/scenarios/an-old-backup.yaml', '--events', log]);
  const text = readFileSync(log, 'utf8');
  expect(text).toContain('"from":"Converged","to":"Pending"');
  expect(await runCli(['replay', log])).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('every transition matches the chart') as string,
  });
  // Without the outage, nothing explains it.
  const upAllTheTime = text.split('\n').filter((line) => !line.includes('"ControlPlaneDown"'));
  const refused = await runCli(['replay', '-'], { stdin: upAllTheTime.join('\n') });
  expect(refused.status).toBe(2);
  expect(refused.stdout).toMatch(
    / went from Converged to Soaking by RemoteConverged, which the chart does not allow\.\n/,
  );
});
