import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { runCli } from '../support/run-cli.ts';
import { repositoryRoot } from '../support/repository.ts';

const folder = mkdtempSync(join(tmpdir(), 'nixfleet-agent-command-'));
afterAll(() => rmSync(folder, { recursive: true }));
symlinkSync('closures/old', join(folder, 'current'));
writeFileSync(join(folder, 'boot-id'), 'first');

function configuration(change: object = {}): string {
  const path = join(folder, 'agent.json');
  const complete = {
    hostname: 'web-01',
    stateDirectory: 'state',
    // Nothing listens there, so the agent waits.
    controlPlane: { url: 'http://127.0.0.1:1/' },
    manifests: { path: join(repositoryRoot, 'examples/fleets/harbor.json'), acceptUnsigned: true },
    activation: { activate: ['sh', '-c', 'exit 1'] },
    runningClosure: { link: 'current' },
    bootIdFile: 'boot-id',
    ...change,
  };
  writeFileSync(path, JSON.stringify(complete));
  return path;
}

describe('agent', () => {
  test('waits for a silent control plane until it is interrupted', async () => {
    const interruption = new AbortController();
    const ended = await runCli(['agent', configuration()], {
      interruption: interruption.signal,
      onStdout: (text) => {
        if (text.includes('control-plane-silent')) interruption.abort('SIGTERM');
      },
    });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
  });

  test('only checks with --check', async () => {
    expect(await runCli(['agent', configuration(), '--check'])).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('reports problems in its configuration, and starts nothing', async () => {
    const { status, stderr } = await runCli(['agent', configuration({ probes: [{ kind: 'http' }], colour: 'red' })]);
    expect(status).toBe(1);
    expect(stderr).toContain('3 problems');
    expect(stderr).toContain('$.probes[0].name');
  });

  test('says in one sentence that the running closure cannot be determined', async () => {
    const { status, stderr } = await runCli(['agent', configuration({ runningClosure: { link: 'missing' } })]);
    expect(status).toBe(1);
    expect(stderr).toContain('There is no such file or folder.');
  });

  test('says that another agent uses its state', async () => {
    const interruption = new AbortController();
    const first = runCli(['agent', configuration({ logLevel: 'warn' })], {
      interruption: interruption.signal,
      onStdout: (text) => {
        if (text.includes('control-plane-silent')) interruption.abort('SIGTERM');
      },
    });
    const { status, stderr } = await runCli(['agent', configuration()]);
    await first;
    expect(status).toBe(1);
    expect(stderr).toContain('already uses this state');
  });
});
