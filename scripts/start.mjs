// `npm start`: builds, and shows a rollout of the example fleet in which one host fails and one needs a reboot. What
// the rollout comes to is the simulated fleet's affair: only a command that could not run is an error here.
import { spawnSync } from 'node:child_process';

const COULD_NOT_RUN = 1;
const node = process.execPath;
const steps = [
  ['scripts/build.mjs'],
  [
    'dist/cli/main.js',
    'simulate',
    'examples/fleets/harbor.json',
    ...['--fail', 'worker-03=probe'],
    ...['--defer', 'quay-02=kernel@30m'],
    ...process.argv.slice(2),
  ],
];
for (const step of steps) {
  const { status } = spawnSync(node, step, { stdio: 'inherit' });
  if (status === null || status === COULD_NOT_RUN) process.exit(COULD_NOT_RUN);
}
