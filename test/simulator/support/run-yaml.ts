import { simulate, type Run, type RunEvent } from '../../../src/simulator/index.ts';
import { readScenario } from '../../../src/simulator/scenario-file/index.ts';

export const MINUTE = 60_000;

/** The fleet of a scenario, whose steps follow. */
export const FLEET = `
fleet:
  channels:
    stable: { hosts: { web: 3 }, soak: 10m, freshness: 1h, waves: [{ hosts: web-01 }, { hosts: the rest }] }
`;

export function runYaml(yaml: string): { readonly run: Run; readonly events: readonly RunEvent[] } {
  const read = readScenario(yaml, { readFile: () => '' });
  if (!read.ok) throw new Error(read.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  const events: RunEvent[] = [];
  return { run: simulate(read.scenario, { onEvent: (event) => events.push(event) }), events };
}

/** When a host was dispatched. */
export const dispatchesOf = (events: readonly RunEvent[], host: string): readonly number[] =>
  events.flatMap((event) => (event.type === 'HostDispatched' && event.hostname === host ? [event.runMs] : []));
