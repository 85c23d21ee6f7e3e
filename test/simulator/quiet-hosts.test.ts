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
import { oddDay } from './support/odd-days.ts';
import { roughDay } from './support/rough-days.ts';
import { strangeDay } from './support/strange-days.ts';

/** The log of a run, and what else is known of it. */
function told(scenario: Scenario, everyHeartbeat: boolean): { readonly log: string; readonly run: Run } {
  const lines: string[] = [];
  const run = simulate(scenario, { everyHeartbeat, onEvent: (event) => lines.push(encodeRunEvent(event)) });
  return { log: lines.join('\n'), run };
}

/** How many events were left out, of a run that must be the same without. */
function leftOut(scenario: Scenario): number {
  const short = told(scenario, false);
  const long = told(scenario, true);
  expect(short.log).toBe(long.log);
  expect({ ...short.run, events: 0 }).toEqual({ ...long.run, events: 0 });
  return long.run.events - short.run.events;
}

/** A day on which everything goes wrong so many times as often, but no message is lost by chance. */
function calmer(scenario: Scenario, times: number, changes: Partial<FaultRates> = {}): Scenario {
  const rates = Object.entries(scenario.rates).map(([name, rate]: [string, unknown]) => [
    name,
    typeof rate === 'number' ? rate * times : rate,
  ]);
  const unlosing = { requestLost: 0, answerLost: 0, crashBeforeEffect: 0, ...changes };
  // The names are those of the rates, each with a value of its kind.
  return { ...scenario, rates: { ...(Object.fromEntries(rates) as FaultRates), ...unlosing } };
}

function withLatency(scenario: Scenario, minMs: number, maxMs: number): Scenario {
  return { ...scenario, network: { ...scenario.network, latency: { minMs, maxMs } } };
}

function sum(seeds: number, day: (seed: number) => Scenario): number {
  let all = 0;
  for (let seed = 1; seed <= seeds; seed += 1) all += leftOut(day(seed));
  return all;
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
    const changes = { clockDriftPpm: 0 };
    expect(sum(4, (seed) => withLatency(calmer(roughDay(seed), times, changes), 20, 900))).toBeGreaterThan(500);
  });

  test.each([1, 0.25, 0.05])('strange days, with faults %f times as often', (times) => {
    expect(sum(40, (seed) => withLatency(calmer(strangeDay(seed), times), 20, 900))).toBeGreaterThan(500);
  });

  test.each([0.25, 0.02])('odd days, with faults %f times as often', (times) => {
    expect(sum(60, (seed) => calmer(oddDay(seed), times))).toBeGreaterThan(500);
  });

  test.each([3, 7, 8])('hosts that are woken while an answer is under way to them: seed %i', (seed) => {
    const day = withLatency(calmer(oddDay(seed), 0.25), 1, 4_900);
    expect(leftOut({ ...day, agent: { ...day.agent, tickSecs: 10, heartbeatSecs: 10 } })).toBeGreaterThan(0);
  });

  test('a host that falls silent at a time for which two ticks were planned', () => {
    const day = withLatency(calmer(oddDay(17), 0.25), 31_499, 31_499);
    expect(leftOut({ ...day, agent: { ...day.agent, tickSecs: 7, heartbeatSecs: 60 } })).toBeGreaterThan(0);
  });

  test('a host whose clock is set back', () => {
    expect(leftOut(calmer(oddDay(105), 0.25))).toBeGreaterThan(0);
  });

  test('a heartbeat that arrives at the time at which its host is dispatched', () => {
    const day = calmer(roughDay(7790), 0.05, { clockDriftPpm: 0, slowLink: 0, partitionsPerHour: 0 });
    expect(leftOut(withLatency(day, 40, 40))).toBeGreaterThan(500);
  });

  test('a quiet day of a fleet: most of what would happen is left out', () => {
    const scenario = generatedScenario({ ...DEFAULT_GENERATED_FLEET, hosts: 40 });
    const { events } = told(scenario, false).run;
    expect(leftOut(scenario)).toBeGreaterThan(events / 3);
  });
});

describe('no heartbeat is left out', () => {
  const day = generatedScenario({ ...DEFAULT_GENERATED_FLEET, hosts: 4 });

  test.each(['requestLost', 'answerLost', 'crashBeforeEffect'] as const)(
    'where each has luck of its own: %s',
    (rate) => {
      const scenario = { ...day, rates: { ...day.rates, [rate]: 1e-9 } };
      expect(told(scenario, false).run.events).toBe(told(scenario, true).run.events);
    },
  );

  test('where the next one may be sent before its answer has arrived', () => {
    expect(leftOut(withLatency(day, 20, 29_999))).toBeGreaterThan(0);
    expect(leftOut(withLatency(day, 20, 30_000))).toBe(0);
    const slow = { ...day, rates: { ...day.rates, slowLink: 1, slowLinkExtra: { minMs: 29_960, maxMs: 29_960 } } };
    expect(leftOut(withLatency(slow, 39, 39))).toBeGreaterThan(0);
    expect(leftOut(withLatency(slow, 40, 40))).toBe(0);
  });

  test('where ticks fall between milliseconds', () => {
    expect(leftOut({ ...day, agent: { ...day.agent, tickSecs: 1.0001 } })).toBe(0);
  });

  test('where rules are replaced', () => {
    expect(simulate(day, { cores: {} }).events).toBe(simulate(day, { everyHeartbeat: true }).events);
  });
});
