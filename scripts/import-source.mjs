// @ts-check
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

/**
 * Imports a module of `src` without a build, for scripts.
 *
 * @template T
 * @param {string} path its path from `src`
 * @returns {Promise<T>}
 */
export async function importSource(path) {
  /** @type {{ module: T }} */
  const { module } = await runnerImport(fileURLToPath(new URL(`../src/${path}`, import.meta.url)));
  return module;
}
