import { spawn } from 'node:child_process';
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
}

/** Serves a page to this machine until the command is stopped. */
export function servePage(page: string, { port, open }: ServeOptions, io: Io): Promise<ExitCode> {
  const server = createServer((request, response) => answer(page, request, response));
  const interruption = io.interruption();
  return new Promise((resolve) => {
    server.on('error', (error: NodeJS.ErrnoException) => {
      const message = `the port cannot be used (${error.code ?? error.message})`;
      resolve(refuse(io, [{ path: `--port ${port}`, message, remedy: 'Give another, or leave it out.' }]));
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
 * A page elsewhere can make its own name point to this machine (DNS rebinding) and read what is served here, a fleet
 * perhaps. It cannot hide that name, so anything but a name of this machine is refused.
 */
function answer(page: string, { method, url = '', headers }: IncomingMessage, response: ServerResponse): void {
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
  if (path !== '/') return reply(404, 'There is only one page, at /.');
  return method === 'GET' || method === 'HEAD' ? reply(200, page) : reply(405, 'This page can only be read.');
}

/** Starts the system's browser, if it has one; the address was printed for everyone else. */
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
