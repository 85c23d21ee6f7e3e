// @ts-check
// Finds a Chromium for the browser tests and prints its path. With --install, installs one if there is none.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BROWSER_VARIABLE = 'CHROMIUM_PATH';
const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'msedge'];
const USUAL_PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** A silent package server must not block the tests for ever. */
const INSTALL_LIMIT_MS = 5 * 60 * 1000;

/**
 * The path of a Chromium. If there is none, throws an error with one sentence that says what to install.
 *
 * @param {{ install?: boolean, env?: Record<string, string | undefined> }} [options] `install` allows to install
 *   Debian's package (as root, where apt-get exists) or else Playwright's own browser.
 * @returns {string}
 */
export function findBrowser({ install = false, env = process.env } = {}) {
  const chosen = env[BROWSER_VARIABLE] ?? '';
  if (chosen !== '') {
    if (isExecutable(chosen)) return chosen;
    throw new Error(
      `${BROWSER_VARIABLE} is ${JSON.stringify(chosen)}, which cannot be run: name a Chromium, or unset it.`,
    );
  }
  const found = installedBrowser(env) ?? (install ? installBrowser(env) : null);
  if (found !== null) return found;
  throw new Error(
    `The browser tests need Chromium: install the package "chromium" of your system, run "npx playwright install chromium", or set ${BROWSER_VARIABLE}.`,
  );
}

/**
 * A Chromium on the `PATH`, the best known name first, or in a usual place.
 *
 * @param {Record<string, string | undefined>} env
 * @returns {string | null}
 */
function installedBrowser(env) {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [...COMMANDS.flatMap((name) => folders.map((folder) => join(folder, name))), ...USUAL_PLACES];
  return candidates.find(isExecutable) ?? null;
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {Record<string, string | undefined>} env
 * @returns {string | null}
 */
function installBrowser(env) {
  if (process.getuid?.() === 0 && succeeds('apt-get', ['--version'])) {
    run('apt-get', ['update', '-q']);
    run('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core']);
    const packaged = installedBrowser(env);
    if (packaged !== null) return packaged;
  }
  return (
    playwrightsOwn() ?? (run('npx', ['--no-install', 'playwright', 'install', 'chromium']) ? playwrightsOwn() : null)
  );
}

/** @returns {string | null} */
function playwrightsOwn() {
  const print = 'import("playwright").then(({ chromium }) => process.stdout.write(chromium.executablePath()))';
  const path = spawnSync(process.execPath, ['-e', print], { encoding: 'utf8' }).stdout;
  return path !== '' && existsSync(path) ? path : null;
}

/**
 * Installers print to standard error, because standard output is for the answer.
 *
 * @param {string} command
 * @param {readonly string[]} args
 */
function run(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(command, args, { stdio: ['ignore', 2, 2], timeout: INSTALL_LIMIT_MS, env }).status === 0;
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
function succeeds(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(findBrowser({ install: process.argv.includes('--install') }));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
