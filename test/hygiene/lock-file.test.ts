import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { readText } from '../support/repository.ts';

interface LockFile {
  packages: Record<string, { readonly optional?: boolean; readonly os?: readonly string[] }>;
}

/**
 * What `npm ci` says about a lock file in a fresh clone; empty if it would install, and each package supports this
 * version of Node. Uses no network.
 */
function complaintOfNpmCi(lockFile: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'lock-file-'));
  try {
    writeFileSync(join(folder, 'package.json'), readText('package.json'));
    writeFileSync(join(folder, 'package-lock.json'), lockFile);
    writeFileSync(join(folder, '.npmrc'), readText('.npmrc'));
    const options = ['--dry-run', '--ignore-scripts', '--offline', '--cache=cache', '--engine-strict'];
    const { status, stderr } = spawnSync('npm', ['ci', ...options], {
      cwd: folder,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    return status === 0 ? '' : stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('npm ci accepts the lock file', () => {
  expect(complaintOfNpmCi(readText('package-lock.json'))).toBe('');
});

test('the check notices a missing package of another platform', () => {
  const lock = JSON.parse(readText('package-lock.json')) as LockFile;
  const other = Object.keys(lock.packages).find((name) => {
    const { optional, os } = lock.packages[name] ?? {};
    return optional === true && os !== undefined && !os.includes(process.platform);
  });
  expect(other).toBeDefined();
  const packages = Object.fromEntries(Object.entries(lock.packages).filter(([name]) => name !== other));
  expect(complaintOfNpmCi(JSON.stringify({ ...lock, packages }))).toContain('package-lock.json');
});
