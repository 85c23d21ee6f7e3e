import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../support/free-port.ts';

/** A browser other than Chromium, driven by the commands of WebDriver. */
export interface OtherBrowser {
  readonly version: string;
  readonly open: (url: string) => Promise<void>;
  /** Runs the body of an async function in the page, which finds what it is given in `given`. */
  readonly run: (body: string, given?: unknown) => Promise<unknown>;
  readonly resize: (width: number, height: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Sends one command; each driver names them in its own way. */
type Send = (
  command: 'NewSession' | 'Navigate' | 'ExecuteAsyncScript' | 'SetWindowRect' | 'SetTimeouts',
  parameters: object,
) => Promise<unknown>;

const PATIENCE_MS = 60_000;

/** The first of these commands on the `PATH`; `null` if there is none. */
export function findCommand(...names: readonly string[]): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function driven(send: Send, capabilities: object, close: () => Promise<void>): Promise<OtherBrowser> {
  const session = await send('NewSession', capabilities);
  await send('SetTimeouts', { script: PATIENCE_MS, pageLoad: PATIENCE_MS });
  const run = async (body: string, given: unknown = null) => {
    const script = `const [given, done] = arguments;
      (async () => { ${body} })().then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const result = await send('ExecuteAsyncScript', { script, args: [given] });
    if (typeof result === 'object' && result !== null && 'error' in result) throw new Error(String(result.error));
    return typeof result === 'object' && result !== null && 'value' in result ? result.value : undefined;
  };
  return {
    version: versionOf(session),
    open: async (url) => void (await send('Navigate', { url })),
    run,
    resize: async (width, height) => void (await send('SetWindowRect', { width, height })),
    close,
  };
}

function versionOf(session: unknown): string {
  const [, name = '', version = ''] =
    /"browserName":"([^"]*)".*?"browserVersion":"([^"]*)"/.exec(JSON.stringify(session)) ?? [];
  return `${name} ${version}`;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exit;
}

/** Firefox by its own protocol, Marionette, which is what its driver speaks to it. */
export async function startFirefox(command: string): Promise<OtherBrowser> {
  const profile = mkdtempSync(join(tmpdir(), 'nixfleet-firefox-'));
  writeFileSync(join(profile, 'user.js'), 'user_pref("marionette.port", 0);\n');
  const firefox = spawn(command, ['--headless', '--marionette', '--no-remote', '--profile', profile], {
    stdio: 'ignore',
  });
  const port = await eventually(() => {
    const file = join(profile, 'MarionetteActivePort');
    return existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  });
  const socket = createConnection({ host: '127.0.0.1', port });
  const answers = new Map<number, (message: readonly unknown[]) => void>();
  let left = Buffer.alloc(0);
  socket.on('data', (data) => {
    left = Buffer.concat([left, data]);
    for (;;) {
      const colon = left.indexOf(':');
      const length = Number(left.subarray(0, colon));
      if (colon < 0 || left.length < colon + 1 + length) return;
      const message: unknown = JSON.parse(left.subarray(colon + 1, colon + 1 + length).toString());
      left = left.subarray(colon + 1 + length);
      // The first message is a greeting.
      if (Array.isArray(message)) answers.get(Number(message[1]))?.(message);
    }
  });
  let sent = 0;
  const send: Send = (name, parameters) =>
    new Promise((resolve, reject) => {
      sent += 1;
      answers.set(sent, ([, , error, result]) => {
        if (error !== null) reject(new Error(JSON.stringify(error)));
        else resolve(unwrapped(result));
      });
      const text = JSON.stringify([0, sent, `WebDriver:${name}`, parameters]);
      socket.write(`${Buffer.byteLength(text)}:${text}`);
    });
  return driven(send, {}, async () => {
    socket.destroy();
    await ended(firefox);
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  });
}

const unwrapped = (result: unknown): unknown =>
  typeof result === 'object' && result !== null && 'value' in result && Object.keys(result).length === 1
    ? result.value
    : result;

const PATHS = {
  NewSession: '/session',
  Navigate: '/url',
  ExecuteAsyncScript: '/execute/async',
  SetWindowRect: '/window/rect',
  SetTimeouts: '/timeouts',
};

/** WebKitGTK by its driver, on a screen that nobody sees. */
export async function startWebKit(driver: string, xvfb: string, miniBrowser: string): Promise<OtherBrowser> {
  const screen = spawn(xvfb, ['-displayfd', '1', '-screen', '0', '1600x1200x24'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const display = await new Promise<string>((resolve) => screen.stdout.once('data', (data) => resolve(String(data))));
  const port = await freePort();
  const webDriver = spawn(driver, [`--port=${port}`], {
    stdio: 'ignore',
    env: { ...process.env, DISPLAY: `:${display.trim()}`, LIBGL_ALWAYS_SOFTWARE: '1' },
  });
  let session = '';
  const send: Send = async (name, parameters) => {
    const response = await fetch(`http://127.0.0.1:${port}${session}${PATHS[name]}`, {
      method: 'POST',
      body: JSON.stringify(parameters),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(JSON.stringify(answer));
    return unwrapped(answer);
  };
  await eventually(async () => {
    const status = await fetch(`http://127.0.0.1:${port}/status`).catch(() => null);
    return status?.ok === true ? 1 : 0;
  });
  const begin: Send = async (name, parameters) => {
    const value = await send(name, parameters);
    if (name === 'NewSession' && typeof value === 'object' && value !== null && 'sessionId' in value)
      session = `/session/${String(value.sessionId)}`;
    return value;
  };
  const options = { binary: miniBrowser, args: ['--automation'] };
  return driven(begin, { capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': options } } }, async () => {
    await fetch(`http://127.0.0.1:${port}${session}`, { method: 'DELETE' });
    await ended(webDriver);
    await ended(screen);
  });
}

/** Asks until the answer is not 0. */
async function eventually(ask: () => number | Promise<number>): Promise<number> {
  for (let waited = 0; waited < PATIENCE_MS; waited += 100) {
    const answer = await ask();
    if (answer !== 0) return answer;
    await delay(100);
  }
  throw new Error('The browser did not start within a minute.');
}
