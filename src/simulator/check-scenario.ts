import { byCodeUnit } from '../text/index.ts';
import { MAX_QUEUE_TIME } from './event-queue.ts';
import type { Scenario } from './scenario.ts';
import type { Span } from './span.ts';

/** @throws RangeError that names every invalid value of the scenario. */
export function assertScenario(scenario: Scenario): void {
  const problems = findScenarioProblems(scenario);
  if (problems.length > 0) throw new RangeError(`This scenario cannot be run. ${problems.join(' ')}`);
}

/** Every invalid value of a scenario, as sentences that name its place. */
export function findScenarioProblems(scenario: Scenario): readonly string[] {
  const { seed, untilMs, startAt, hosts, probeSets, rates, durations, network, steps, settle } = scenario;
  const problems: string[] = [];
  if (!Number.isSafeInteger(seed) || seed < 0)
    problems.push(`seed: expected a whole number from 0 to 2^53 - 1, got ${seed}.`);
  if (!Number.isSafeInteger(startAt))
    problems.push(`startAt: expected whole milliseconds since the epoch, got ${startAt}.`);
  if (!(untilMs >= 0 && untilMs < MAX_QUEUE_TIME))
    problems.push(`untilMs: expected 0 to ${MAX_QUEUE_TIME - 1}, got ${untilMs}.`);
  const spans = Object.entries({ ...durations, ...network, ...rates }).filter(isSpanEntry);
  for (const [name, span] of spans) {
    if (!(span.minMs >= 0 && span.maxMs >= span.minMs && span.maxMs < MAX_QUEUE_TIME)) {
      problems.push(`${name}: expected 0 ≤ minMs ≤ maxMs, got ${span.minMs} to ${span.maxMs}.`);
    }
  }
  for (const [name, value] of Object.entries({ ...rates, ...durations, ...network })) {
    if (typeof value === 'number' && !(value >= 0 && Number.isFinite(value)))
      problems.push(`${name}: expected a number from 0 up, got ${value}.`);
  }
  for (const [index, { when }] of steps.entries()) {
    const ms = when.type === 'At' ? when.atMs : when.afterMs;
    if (!(ms >= 0 && ms < MAX_QUEUE_TIME))
      problems.push(`steps: step ${index} has no time within a run, got ${ms} ms.`);
  }
  if (settle !== null && !(settle.faultsUntilMs >= 0 && settle.faultsUntilMs < MAX_QUEUE_TIME && settle.withinMs >= 0))
    problems.push(`settle: expected times from 0 up, got ${settle.faultsUntilMs} and ${settle.withinMs} ms.`);
  const seen = new Set<string>();
  for (const { hostname, probeSet, joinsAtMs } of [...hosts].sort((a, b) => byCodeUnit(a.hostname, b.hostname))) {
    if (seen.has(hostname)) problems.push(`hosts: ${hostname} is listed twice.`);
    seen.add(hostname);
    if (probeSets[probeSet] === undefined)
      problems.push(`hosts: ${hostname} has probe set ${probeSet}, and there are ${probeSets.length}.`);
    if (joinsAtMs !== null && !(joinsAtMs >= 0 && joinsAtMs < MAX_QUEUE_TIME))
      problems.push(`hosts: ${hostname} joins at ${joinsAtMs} ms.`);
  }
  if (durations.planIntervalMs < 1) problems.push('planIntervalMs: expected at least 1.');
  return problems.slice(0, MAX_PROBLEMS);
}

const MAX_PROBLEMS = 100;

function isSpanEntry(entry: [string, unknown]): entry is [string, Span] {
  const [, value] = entry;
  return typeof value === 'object' && value !== null && 'minMs' in value && 'maxMs' in value;
}
