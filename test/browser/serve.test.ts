import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect } from 'vitest';
import { repositoryRoot } from '../support/repository.ts';
import { pageUrl, test } from './support/browser-page.ts';
import { readShown } from './support/shown.ts';

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

interface Served {
  readonly child: ChildProcess;
  /** The first line that it prints; `null` if it ends without one. */
  readonly url: string | null;
  readonly told: () => string;
  readonly ended: Promise<unknown>;
}

/** Starts `visualize` without `--out`, and waits for its first line. */
async function serve(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Served> {
  const child = spawn(process.execPath, [join(repositoryRoot, 'dist/cli/main.js'), 'visualize', ...args], {
    env: { ...process.env, ...env },
  });
  running.add(child);
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
  const ended = once(child, 'close').then(([status]: unknown[]) => status);
  const line = once(child.stdout, 'data').then(([chunk]: unknown[]) => String(chunk).split('\n')[0] ?? '');
  const url = await Promise.race([line, ended.then(() => null)]);
  return { child, url, told: () => told, ended };
}

describe('the served page', () => {
  test('is shown only on this machine, with the file, until Ctrl-C', async ({ open }) => {
    const { child, url, ended } = await serve(['--no-open']);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const page = await open({ url: url ?? '' });
    await page.locator('[data-event="Pending.LocalActivate"]').click();
    expect((await readShown(page)).state).toBe('Activating');
    const answer = await fetch(url ?? '');
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await answer.text()).toBe(readFileSync(fileURLToPath(pageUrl), 'utf8'));
    expect((await fetch(`${url}other`)).status).toBe(404);
    expect((await fetch(url ?? '', { method: 'POST' })).status).toBe(405);
    // A browser's open connection must not keep the command alive.
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  });

  test("is opened in the system's browser", async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nixfleet-opener-'));
    // Stands in for the desktop's command, and records the address that it is asked to open.
    const opener = join(folder, process.platform === 'darwin' ? 'open' : 'xdg-open');
    writeFileSync(opener, `#!/bin/sh\nprintf %s "$1" > "$0.part"; mv "$0.part" "$0.opened"\n`, { mode: 0o755 });
    const { child, url, ended } = await serve([], { PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` });
    await expect.poll(() => existsSync(`${opener}.opened`), { timeout: 10_000 }).toBe(true);
    expect(readFileSync(`${opener}.opened`, 'utf8')).toBe(url);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    rmSync(folder, { recursive: true });
  });

  test('is served even if no browser can be started', async () => {
    // An empty path.
    const { child, url, told, ended } = await serve([], { PATH: join(repositoryRoot, 'schema') });
    expect((await fetch(url ?? '')).status).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(told()).toBe('');
  });

  test('says in a sentence that its port is taken', async () => {
    const other = createServer();
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    // Safe: a server that listens on a port has an address with one.
    const { port } = other.address() as AddressInfo;
    const { url, told, ended } = await serve(['--no-open', '--port', String(port)]);
    expect(url).toBeNull();
    expect(await ended).toBe(1);
    expect(told()).toMatch(new RegExp(`--port ${port}\\s+The port cannot be used \\(EADDRINUSE\\)`));
    other.close();
  });
});
