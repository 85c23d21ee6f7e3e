import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';
import { refuse } from './problem.ts';

export interface ServeOptions {
  /** 0 for any free port. */
  readonly port: number;
  /** Whether to start a browser. */
  readonly open: boolean;
  /** The stream of a live run, which the page asks for at `/stream`; `null` for none. */
  readonly stream: URL | null;
}

/** Serves a page, on this machine only, until the command is stopped. */
export function servePage(page: string, { port, open, stream }: ServeOptions, io: Io): Promise<ExitCode> {
  const server = createServer((request, response) => answer(page, stream, request, response));
  const interruption = io.interruption();
  return new Promise((resolve) => {
    server.on('error', (error: NodeJS.ErrnoException) => {
      const message = `the port cannot be used (${error.code ?? error.message})`;
      resolve(refuse(io, [{ path: `--port ${port}`, message, remedy: 'Use another port, or leave it out.' }]));
    });
    server.listen(port, '127.0.0.1', () => {
      // A server that listens on a port has an address of this kind.
      const { port: own } = server.address() as AddressInfo;
      const url = `http://127.0.0.1:${own}/`;
      io.stdout.write(`${url}\nPress Ctrl-C to stop.\n`);
      if (open) startBrowser(url);
    });
    interruption.addEventListener('abort', () => {
      server.close(() => resolve(EXIT.ok));
      server.closeAllConnections();
    });
  });
}

const LOCAL_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

/**
 * A page elsewhere can make its own name point to this machine (DNS rebinding) and read what is served here. It cannot
 * hide that name, so only names of this machine are accepted.
 */
function answer(
  page: string,
  stream: URL | null,
  { method, url = '', headers }: IncomingMessage,
  response: ServerResponse,
): void {
  const reply = (status: number, text: string): void => {
    response.writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
    });
    response.end(text);
  };
  if (!LOCAL_HOST.test(headers.host ?? '')) return reply(403, 'This page is for this machine only.');
  const [path] = url.split(/[?#]/);
  if (path === '/stream' && stream !== null && method === 'GET') {
    void passOn(stream, headers['last-event-id'], response);
    return;
  }
  if (path !== '/') return reply(404, 'There is only one page, at /.');
  return method === 'GET' || method === 'HEAD' ? reply(200, page) : reply(405, 'This page can only be read.');
}

/**
 * A page may only query its own origin, so this server forwards the stream. A disconnected browser reconnects by
 * itself.
 */
async function passOn(
  stream: URL,
  lastEventId: string | string[] | undefined,
  response: ServerResponse,
): Promise<void> {
  const ending = new AbortController();
  response.on('close', () => ending.abort());
  try {
    const { username, password } = stream;
    const address = new URL(stream);
    [address.username, address.password] = ['', ''];
    const answer = await fetch(address, {
      signal: ending.signal,
      headers: {
        accept: 'text/event-stream',
        ...(typeof lastEventId === 'string' ? { 'last-event-id': lastEventId } : {}),
        ...(password === '' ? {} : { authorization: `Basic ${btoa(`${username}:${decodeURIComponent(password)}`)}` }),
      },
    });
    if (!answer.ok || answer.body === null) {
      response.writeHead(502).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    for await (const part of answer.body) {
      if (!response.write(part)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
    }
    response.end();
  } catch {
    // It is down, or the page was closed.
    if (!response.headersSent) response.writeHead(502);
    response.end();
  }
}

/** Starts the system's browser, if there is one. The address has been printed anyway. */
function startBrowser(url: string): void {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', url]
        : ['xdg-open', url];
  const browser = spawn(command ?? '', args, { stdio: 'ignore', detached: true });
  browser.on('error', () => {});
  browser.unref();
}
