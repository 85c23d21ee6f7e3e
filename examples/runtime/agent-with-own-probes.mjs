// An agent that is configured by a file, but for its probes: those are this program's.
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { configuredAgent, runAgent } from 'nixfleet-statechart/runtime/agent';

const [file = 'agent.json'] = process.argv.slice(2);
const configured = configuredAgent(readFileSync(file, 'utf8'), '.');
if (!configured.ok) throw new Error(configured.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
const { agent } = configured;

const probes = {
  run: async ({ probeName }) => {
    const status = probeName === 'load' && loadavg()[0] > 100 ? 'fail' : 'pass';
    return { status, failureReason: status === 'pass' ? null : 'the load is too high', subResults: null };
  },
};

const running = await runAgent({ ...agent, ports: { ...agent.ports, probes } });
process.on('SIGTERM', () => running.close());
const end = await running.ended;
if (end.type === 'failed') throw end.error;
