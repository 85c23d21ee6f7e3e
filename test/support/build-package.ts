import { spawnSync } from 'node:child_process';

import { repositoryRoot } from './repository.ts';

/** A global setup that builds `dist` from the current sources, unless `npm test` already has. */
export default function buildPackage(): void {
  if (process.env['NIXFLEET_BUILT'] === '1') return;
  // The type check reports type errors. Whatever compiles is tested anyway.
  spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: repositoryRoot, stdio: 'inherit' });
  process.env['NIXFLEET_BUILT'] = '1';
}
