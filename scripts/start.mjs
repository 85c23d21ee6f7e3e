// @ts-check
// `npm start` runs this: one rollout of the example fleet, in which one host fails and one waits for a reboot; then the
// web page that shows this run.
// The outcome of the rollout is only there to look at, and does not affect the exit code.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const ENDED_OTHERWISE = 2;

/** @param {readonly string[]} args */
function run(args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  return status ?? 1;
}

// Tests have already built it, and others are using it at the same time.
const built = process.env['NIXFLEET_BUILT'] === '1' ? 0 : run(['scripts/build.mjs']);
if (built !== 0) process.exit(built);

const options = ['examples/fleets/harbor.json', '--fail', 'web-07=probe', '--defer', 'quay-03=kernel@45m'];
console.log(`nixfleet-statechart simulate ${options.join(' ')}\n`);
mkdirSync(join(root, 'out'), { recursive: true });
const outcome = run(['dist/cli/main.js', 'simulate', ...options, '--record', 'out/rollout.json']);
const visualized = run(['dist/cli/main.js', 'visualize', 'out/rollout.json', '--out', 'out/rollout.html']);
if (visualized !== 0) process.exit(visualized);
console.log('The same rollout as a page to look at, offline: open out/rollout.html in a browser.');
process.exit(outcome === ENDED_OTHERWISE ? 0 : outcome);
