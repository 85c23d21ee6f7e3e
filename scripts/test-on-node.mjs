// @ts-check
// Runs the tests on another version of Node: `npm run test:node -- 24`, and with arguments for Vitest
// `npm run test:node -- 24 --project unit`. The npm package `node` brings the version into a separate folder.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [version = '', ...vitestArgs] = process.argv.slice(2);
if (!/^\d+(\.\d+){0,2}$/.test(version)) {
  console.error('Usage: npm run test:node -- VERSION [arguments for Vitest], such as: npm run test:node -- 24');
  process.exit(1);
}

const folder = join(root, 'out', `node-${version}`);
const bin = join(folder, 'node_modules', 'node', 'bin');
const node = join(bin, process.platform === 'win32' ? 'node.exe' : 'node');
if (!existsSync(node)) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  run('npm', ['install', '--silent', `node@${version}`], folder, process.env);
}
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` };
run(node, ['--version'], root, env);
run(
  node,
  vitestArgs.length === 0 ? ['scripts/test.mjs'] : ['node_modules/vitest/vitest.mjs', 'run', ...vitestArgs],
  root,
  env,
);

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} environment
 */
function run(command, args, cwd, environment) {
  const shell = process.platform === 'win32' && command === 'npm';
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit', shell, env: environment });
  if (status !== 0) process.exit(status ?? 1);
}
