// @ts-check
// Finds a Chromium for the browser tests, as the command does, and prints its path. With --install it installs one when
// there is none.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { importSource } from './import-source.mjs';

/** @type {typeof import('../src/cli/installed-browser.ts')} */
const { BROWSER_VARIABLE, chosenBrowser, installedBrowser, isExecutable } =
  await importSource('cli/installed-browser.ts');

/** A package server that does not answer must not hold the tests for ever. */
const INSTALL_LIMIT_MS = 5 * 60 * 1000;

/**
 * The path of a Chromium. Throws an error of one sentence that says what to install when there is none to be had.
 *
 * @param {{ install?: boolean, env?: Record<string, string | undefined> }} [options] `install` allows to install
 *   Debian's package (as root, where apt-get exists) or else Playwright's own browser.
 * @returns {string}
 */
export function findBrowser({ install = false, env = process.env } = {}) {
  const chosen = chosenBrowser(env);
  if (chosen !== null) {
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
 * What an installer prints goes to standard error: standard output is for the answer.
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
