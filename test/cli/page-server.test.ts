import { request } from 'node:http';
import { expect, test } from 'vitest';
import { servePage } from '../../src/cli/page-server.ts';
import type { Io } from '../../src/cli/io.ts';
import { manifest } from '../control-plane/support/manifests.ts';
import { startBench } from '../runtime/support/control-plane-bench.ts';

interface Reply {
  readonly status: number | undefined;
  readonly text: string;
}

/** A raw request that no browser would make. */
function ask(port: string, path: string, headers: Readonly<Record<string, string>>, method = 'GET'): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers, setHost: false }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode, text }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** Serves a page while `use` runs. Returns the exit code. */
async function serving(use: (port: string) => Promise<void>, stream: URL | null = null): Promise<number> {
  const controller = new AbortController();
  let onUrl: (url: string) => void = () => {};
  const url = new Promise<string>((resolve) => {
    onUrl = resolve;
  });
  const io = {
    stdout: { write: onUrl },
    interruption: () => controller.signal,
  } as unknown as Io; // All that a server without problems uses.
  const served = servePage('<p>a fleet</p>', { port: 0, open: false, stream }, io);
  const [, port = ''] = /^http:\/\/127\.0\.0\.1:(\d+)\//.exec(await url) ?? [];
  await use(port).finally(() => controller.abort('SIGINT'));
  return served;
}

test('the page is served under every name of this machine until the command is interrupted', async () => {
  const status = await serving(async (port) => {
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, 'LOCALHOST:8080', '[::1]:1', 'localhost'])
      expect(await ask(port, '/?any#thing', { host })).toEqual({ status: 200, text: '<p>a fleet</p>' });
    expect(await ask(port, '/', { host: 'localhost' }, 'HEAD')).toEqual({ status: 200, text: '' });
  });
  expect(status).toBe(0);
});

test('a page elsewhere cannot read it under a name that it points to this machine', async () => {
  await serving(async (port) => {
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      '',
    ]) {
      const { status, text } = await ask(port, '/', { host });
      expect([host, status, text]).toEqual([host, 403, 'This page is for this machine only.']);
    }
  });
});

test('there is nothing else, whatever the path: `GET //` ended the command with a stack trace', async () => {
  await serving(async (port) => {
    for (const path of ['//', '//x', '/../etc/passwd', '/other', '*', 'http://['])
      expect([400, 404]).toContain((await ask(port, path, { host: 'localhost' })).status);
    expect((await ask(port, '/', { host: 'localhost' }, 'POST')).status).toBe(405);
  });
});

/** Reads a stream until a text has arrived. */
async function readUntil(url: string, wanted: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const leaving = new AbortController();
  const response = await fetch(url, { headers, signal: leaving.signal });
  if (response.body === null) throw new Error(`There is no stream: ${response.status}.`);
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of response.body) {
    text += decoder.decode(bytes, { stream: true });
    if (text.includes(wanted)) break;
  }
  leaving.abort();
  return text;
}

test("forwards a control plane's stream with its token, and resumes where a page lost it", async () => {
  const bench = await startBench({ operator: { token: 'a secret' } });
  await bench.running.release({ rollouts: [manifest({ others: ['web-01'] })], signedAt: null });
  const stream = new URL('/v1/operator/stream', bench.running.operatorAddress ?? '');
  stream.password = 'a secret';
  await serving(async (port) => {
    const url = `http://127.0.0.1:${port}/stream`;
    const first = await readUntil(url, '"RolloutOpened"');
    expect(first).toMatch(/^event: head\ndata: \{.*"rollouts":\[\{/);
    const ids = [...first.matchAll(/^id: (\d+)$/gm)].map(([, id = '']) => id);
    const again = readUntil(url, 'stable@successor', { 'last-event-id': ids.at(-1) ?? '' });
    await bench.running.release({ rollouts: [manifest({ ref: 'successor', others: ['web-01'] })], signedAt: null });
    expect(await again).not.toContain(`id: ${ids[0]}\n`);
  }, stream);
});

test('a control plane that refuses the token, or is down, is a bad gateway to the page', async () => {
  const bench = await startBench({ operator: { token: 'a secret' } });
  const stream = new URL('/v1/operator/stream', bench.running.operatorAddress ?? '');
  await serving(async (port) => {
    expect((await fetch(`http://127.0.0.1:${port}/stream`)).status).toBe(502);
    await bench.running.close();
    expect((await fetch(`http://127.0.0.1:${port}/stream`)).status).toBe(502);
  }, stream);
});
