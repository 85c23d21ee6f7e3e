import { expect, test } from 'vitest';
import { exampleRun } from '../../src/cli/welcome.ts';
import { readRunFile } from '../../src/visualize/index.ts';

test('the example run has something to find: a stopped channel, and a host that waits for a reboot', () => {
  const read = readRunFile(JSON.stringify(exampleRun()));
  if (!read.ok) throw new Error(read.message);
  const states = read.events.flatMap((event) => (event.type === 'HostTransition' ? [event.to] : []));
  expect(states).toContain('Reverted');
  expect(states).toContain('Deferred');
});
