// @ts-check
// Loads the built files named as arguments, takes away everything that a core module must not touch, and lives one host
// life. Prints the states that it went through and what was touched all the same.
import { life, input } from '../../bench/host-life.mjs';

const repositoryUrl = new URL('../../', import.meta.url);

const FORBIDDEN = [
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'process',
  'console',
  'fetch',
  'crypto',
  'Intl',
];

const [core] = await Promise.all(process.argv.slice(2).map((path) => import(new URL(path, repositoryUrl).href)));

/** @type {string[]} */
const touched = [];
const print = process.stdout.write.bind(process.stdout);

for (const name of FORBIDDEN) poison(globalThis, name);
poison(Math, 'random');
poison(Date, 'now');

const states = [];
let state = core.newPendingHost(input);
for (const event of life) {
  if (states.at(-1) !== state.state) states.push(state.state);
  const result = core.step(state, event, input.dispatchedAt, input.policy);
  if (!result.ok) throw new Error(`${event.type} was refused: ${result.error.message}`);
  state = result.state;
}
states.push(state.state);

print(JSON.stringify({ states, touched }));

/**
 * @param {object} owner
 * @param {string} name
 */
function poison(owner, name) {
  Object.defineProperty(owner, name, {
    configurable: true,
    get() {
      touched.push(name);
      throw new Error(`The core reached for ${name}.`);
    },
  });
}
