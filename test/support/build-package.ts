import { spawnSync } from 'node:child_process';

import { repositoryRoot } from './repository.ts';

/** A global setup: the tests after it find `dist` as the sources are now. `npm test` has built it already. */
export default function buildPackage(): void {
  if (process.env['NIXFLEET_BUILT'] === '1') return;
  // A type error is for the type check to report. What could be compiled is tested all the same.
  spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: repositoryRoot, stdio: 'inherit' });
  process.env['NIXFLEET_BUILT'] = '1';
}
