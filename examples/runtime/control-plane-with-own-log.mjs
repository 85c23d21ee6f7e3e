// A control plane that is configured by a file, but for its log: that is this program's.
import { readFileSync } from 'node:fs';
import { configuredControlPlane, runControlPlane, sqliteStore } from 'nixfleet-statechart/runtime/control-plane';

const [file = 'control-plane.json'] = process.argv.slice(2);
const configured = configuredControlPlane(readFileSync(file, 'utf8'), '.', { unsigned: true });
if (!configured.ok) throw new Error(configured.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
const { options, database } = configured.controlPlane;

const say = (text) => void process.stdout.write(`${text}\n`);
const log = ({ level, code, message }) => say(`${level} ${code}: ${message}`);

const running = await runControlPlane({ ...options, log, store: await sqliteStore(database) });
say(running.address);
process.on('SIGTERM', () => running.close());
await running.ended;
