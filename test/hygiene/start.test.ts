import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { OPENED_ELEMENT } from '../../src/visualize/opened-element.ts';
import { readRunFile } from '../../src/visualize/run-file/read-run-file.ts';
import { repositoryRoot } from '../support/repository.ts';

test('npm start rolls out the example fleet, and writes the page with that run', () => {
  const page = join(repositoryRoot, 'out/rollout.html');
  rmSync(page, { force: true });
  const { status, stdout } = spawnSync(process.execPath, [join(repositoryRoot, 'scripts/start.mjs')], {
    encoding: 'utf8',
    env: { ...process.env, NIXFLEET_BUILT: '1' },
  });
  expect(status).toBe(0);
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/open out\/rollout\.html in a browser\.$/);
  expect(existsSync(page)).toBe(true);
  const [, data = ''] = new RegExp(`id="${OPENED_ELEMENT}">([^<]*)<`).exec(readFileSync(page, 'utf8')) ?? [];
  const read = readRunFile(gunzipSync(Buffer.from(data, 'base64')).toString());
  if (!read.ok) throw new Error(read.message);
  expect(read.file.rollouts.map(({ channel }) => channel)).toEqual(['database', 'edge', 'stable']);
  expect(read.events.some((event) => event.type === 'HostTransition' && event.to === 'Reverted')).toBe(true);
});
