// @ts-check
// Compiles src to dist, and takes away what a file that no longer exists had left there: it would be published.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

const compiled = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});

for (const file of existsSync(dist) ? readdirSync(dist, { recursive: true, encoding: 'utf8' }) : []) {
  const stem = /^(.*?)(?:\.d\.ts|\.js)$/.exec(file)?.[1];
  const hasSource = ['.ts', '.tsx'].some((extension) => existsSync(join(root, 'src', `${stem}${extension}`)));
  if (stem !== undefined && !hasSource) rmSync(join(dist, file));
}

const command = join(dist, 'cli', 'main.js');
if (existsSync(command)) chmodSync(command, 0o755);

// The web page is one file beside the compiled modules.
const page = spawnSync(
  process.execPath,
  ['node_modules/vite/bin/vite.js', 'build', '--config', 'vite.page.config.ts', '--logLevel', 'warn'],
  // Whoever builds under another NODE_ENV, as a test runner does, gets the very page that is published all the same.
  { cwd: root, stdio: 'inherit', env: { ...process.env, NODE_ENV: 'production' } },
);

process.exitCode = (compiled.status ?? 1) || (page.status ?? 1);
