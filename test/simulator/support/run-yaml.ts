import { simulate, type Run, type RunEvent } from '../../../src/simulator/index.ts';
import { scenarioOf } from '../scenario-file/read-problems.ts';

export const MINUTE = 60_000;

/** The fleet of a scenario, whose steps follow. */
export const FLEET = `
fleet:
  channels:
    stable: { hosts: { web: 3 }, soak: 10m, freshness: 1h, waves: [{ hosts: web-01 }, { hosts: the rest }] }
`;

export function runYaml(yaml: string): { readonly run: Run; readonly events: readonly RunEvent[] } {
  const events: RunEvent[] = [];
  return { run: simulate(scenarioOf(yaml), { onEvent: (event) => events.push(event) }), events };
}

/** When a host was dispatched. */
export const dispatchesOf = (events: readonly RunEvent[], host: string): readonly number[] =>
  events.flatMap((event) => (event.type === 'HostDispatched' && event.hostname === host ? [event.runMs] : []));
