import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  DEFAULT_GENERATED_FLEET,
  encodeRunEvent,
  generatedScenario,
  simulate,
  type FaultRates,
  type Run,
  type Scenario,
} from '../../src/simulator/index.ts';
import { readScenario } from '../../src/simulator/scenario-file/index.ts';
import { roughDay } from './support/rough-days.ts';
import { strangeDay } from './support/strange-days.ts';

/** The log of a run, and what else is known of it. */
function told(scenario: Scenario, cores: { readonly agent?: object }): { readonly log: string; readonly run: Run } {
  const lines: string[] = [];
  const run = simulate(scenario, { cores, onEvent: (event) => lines.push(encodeRunEvent(event)) });
  return { log: lines.join('\n'), run };
}

/** How many events were left out, of a run that must be the same without. */
function leftOut(scenario: Scenario): number {
  const short = told(scenario, {});
  // With rules of its own, even if they are none, every heartbeat is simulated.
  const long = told(scenario, { agent: {} });
  expect(short.log).toBe(long.log);
  expect({ ...short.run, events: 0 }).toEqual({ ...long.run, events: 0 });
  return long.run.events - short.run.events;
}

/** Messages arrive, after a while that differs; of everything else so much happens. */
function withLatency(scenario: Scenario, times: number, latency = { minMs: 20, maxMs: 900 }): Scenario {
  const rates = Object.entries(scenario.rates).map(([name, rate]: [string, unknown]) => [
    name,
    typeof rate === 'number' ? rate * times : rate,
  ]);
  return {
    ...scenario,
    network: { ...scenario.network, latency },
    // The names are those of the rates, each with a value of its kind.
    rates: {
      ...(Object.fromEntries(rates) as FaultRates),
      requestLost: 0,
      answerLost: 0,
      crashBeforeEffect: 0,
      clockDriftPpm: 0,
      slowLink: 0,
    },
  };
}

const folder = new URL('../../examples/scenarios/', import.meta.url);
const examples = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

describe('a run is the same whether or not heartbeats of which nothing comes are left out', () => {
  test.each(examples)('%s', (name) => {
    const read = readScenario(readFileSync(new URL(name, folder), 'utf8'), {
      readFile: (path) => readFileSync(new URL(path, folder), 'utf8'),
    });
    if (!read.ok) throw new Error(name);
    expect(leftOut(read.scenario)).toBeGreaterThanOrEqual(0);
  });

  test.each([1, 0.25, 0.05])('rough days, with faults %f times as often', (times) => {
    let all = 0;
    for (let seed = 1; seed <= 4; seed += 1) all += leftOut(withLatency(roughDay(seed), times));
    expect(all).toBeGreaterThan(500);
  });

  test.each([1, 0.25, 0.05])('strange days, with faults %f times as often', (times) => {
    let all = 0;
    for (let seed = 1; seed <= 40; seed += 1) all += leftOut(withLatency(strangeDay(seed), times));
    expect(all).toBeGreaterThan(500);
  });

  test('a heartbeat that arrives at the time at which its host is dispatched', () => {
    const scenario = withLatency(roughDay(7790), 0.05, { minMs: 40, maxMs: 40 });
    expect(leftOut({ ...scenario, rates: { ...scenario.rates, partitionsPerHour: 0 } })).toBeGreaterThan(500);
  });

  test('a quiet day of a fleet: most of what would happen is left out', () => {
    const scenario = generatedScenario({ ...DEFAULT_GENERATED_FLEET, hosts: 40 });
    const { events } = told(scenario, {}).run;
    expect(leftOut(scenario)).toBeGreaterThan(events / 3);
  });

  test('none is left out where a message may take as long as it is to the next', () => {
    const scenario = withLatency(generatedScenario({ ...DEFAULT_GENERATED_FLEET, hosts: 4 }), 1);
    const slow = (maxMs: number): Scenario => ({
      ...scenario,
      network: { ...scenario.network, latency: { minMs: 20, maxMs } },
    });
    expect(leftOut(slow(59_999))).toBeGreaterThan(0);
    expect(leftOut(slow(60_000))).toBe(0);
  });
});
