import { readFileSync } from 'node:fs';
import { decodeFleet, type Fleet } from '../../src/fleet/index.ts';
import {
  encodeRunEvent,
  fleetScenario,
  simulate,
  type Run,
  type RunEvent,
  type Scenario,
} from '../../src/simulator/index.ts';

/** A fleet out of a file that is known to be good. */
export function readFleet(file: string): Fleet {
  const decoded = decodeFleet(readFileSync(file, 'utf8'));
  if (!decoded.ok) throw new Error(`${file} is not a fleet`);
  return decoded.fleet;
}

export function scenarioOf(fleet: Fleet, changes: Partial<Scenario> = {}): Scenario {
  const made = fleetScenario(fleet, { ref: null, closures: new Map(), newClosures: true });
  if (!made.ok) throw new Error(made.problems.map(({ message }) => message).join(' '));
  return { ...made.scenario, ...changes };
}

export interface Logged {
  readonly run: Run;
  readonly events: readonly RunEvent[];
  /** The event log as bytes would be. */
  readonly log: string;
}

export function runLogged(scenario: Scenario): Logged {
  const events: RunEvent[] = [];
  const run = simulate(scenario, { onEvent: (event) => events.push(event) });
  return { run, events, log: events.map(encodeRunEvent).join('\n') };
}

/** What a run says of one host in the newest rollout of its channel. */
export function hostIn(run: Run, host: string): Run['rollouts'][number]['waves'][number]['hosts'][number] {
  const found = run.rollouts
    .filter(({ isNewest }) => isNewest)
    .flatMap(({ waves }) => waves.flatMap(({ hosts }) => hosts))
    .find((result) => result.hostname === host);
  if (found === undefined) throw new Error(`${host} is in no rollout`);
  return found;
}
