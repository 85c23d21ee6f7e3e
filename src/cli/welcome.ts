import { readFileSync } from 'node:fs';
import { parseFleet } from '../fleet/index.ts';
import { fleetScenario } from '../simulator/index.ts';
import { recordRun } from '../visualize/index.ts';
import type { ExitCode } from './exit-codes.ts';
import { readHostOptions } from './host-options.ts';
import { notify, type Io } from './io.ts';
import { servePage } from './page-server.ts';
import { refuse } from './problem.ts';
import { pageWith } from './visualize-page.ts';

const HARBOR = new URL('../../examples/fleets/harbor.json', import.meta.url);
/** One probe fails, which stops a channel, and one host waits for a reboot, so that there is something to see. */
const TROUBLE = { fail: ['web-07=probe'], defer: ['quay-03=kernel@45m'] };

/** Simulates the example fleet of 42 hosts, and opens the run in a browser. */
export async function showExample(io: Io): Promise<ExitCode> {
  const page = pageWith(JSON.stringify(exampleRun()));
  if (!page.ok) return refuse(io, [page.problem]);
  notify(
    io,
    'Example: the harbor fleet, 42 hosts, in simulated time.',
    'For your own fleet: nixfleet-statechart simulate --help',
  );
  return servePage(page.text, { port: 0, open: true, stream: null }, io);
}

/** The run of the example fleet, as a run file. */
export function exampleRun(): unknown {
  const decoded = parseFleet(readFileSync(HARBOR, 'utf8'));
  if (!decoded.ok) throw new Error('the example fleet cannot be read');
  const { steps } = readHostOptions(TROUBLE, [...decoded.fleet.hosts.keys()], []);
  const made = fleetScenario(decoded.fleet, { ref: null, closures: new Map(), newClosures: false });
  if (!made.ok) throw new Error('the example fleet cannot be rolled out');
  return recordRun({ ...made.scenario, steps });
}
