import { describe, expect, test } from 'vitest';
import {
  DEFAULT_DURATIONS,
  always,
  FAULT_NAMES,
  rolloutsOf,
  simulate,
  type FaultRates,
  type Run,
  type Scenario,
} from '../../src/simulator/index.ts';
import { RuleCoverage } from '../../src/simulator/coverage/index.ts';
import { FAULT_GUIDES } from '../../src/simulator/faults/index.ts';
import { RandomStreams } from '../../src/simulator/random-streams.ts';
import { findFailure } from '../../src/simulator/many-runs/index.ts';
import { fullDay } from './support/full-days.ts';
import { lossyDay, nastyDay } from './support/lossy-days.ts';
import { oddDay } from './support/odd-days.ts';
import { EVERY_FAULT, roughDay } from './support/rough-days.ts';
import { Steering } from './support/steering.ts';
import { after, MINUTE, scenarioWith, sketch } from './support/small-fleets.ts';
import { strangeDay } from './support/strange-days.ts';
import { wildDay } from './support/wild-days.ts';

/** The nightly form; `NIGHTLY_RUNS` says how many of each. */
const isNightly = process.env['NIGHTLY'] === '1';
const nightlyRuns = Number(process.env['NIGHTLY_RUNS'] ?? 10_000);
/** By day, a few seeds in which every fault happens. */
const ROUGH_SEEDS = isNightly ? Array.from({ length: nightlyRuns }, (_, at) => at + 1) : [2, 12, 15, 37];
const STRANGE_DAYS = isNightly ? nightlyRuns : 8;
/** Each takes as long as several of the others. */
const FULL_DAYS = isNightly ? nightlyRuns : 4;
const CUT_DAYS = isNightly ? nightlyRuns : 1;
const TIMEOUT_MS = isNightly ? 24 * 3_600_000 : 60_000;

/** What is wrong with a run, with its seed; the promises, and that a run ends with everything explained. */
function complaint(run: Run): string | null {
  const failure = findFailure(run, null);
  return failure === null ? null : `seed ${run.scenario.seed}: ${failure.what}: ${failure.message}`;
}

/** Days on which every chance is multiplied, except for what ends a rollout. */
function rougherDay(seed: number, times: number): Scenario {
  const rates = Object.entries(EVERY_FAULT).map(([name, rate]: [string, unknown]) => {
    if (typeof rate !== 'number' || name.startsWith('clock') || name === 'rollbackFails') return [name, rate];
    if (['activationFails', 'probeFails', 'offlineForGood'].includes(name)) return [name, rate / 4];
    return [name, name.endsWith('PerHour') ? rate * times : Math.min(0.6, rate * times)];
  });
  // The names are those of `EVERY_FAULT`, each with a value of its kind.
  return { ...roughDay(seed), rates: Object.fromEntries(rates) as FaultRates };
}

/** A fifth of the cost of all the days below: by day, others stand for these. */
const LONG_DAYS: readonly [string, Scenario][] = [
  ['a host did not converge in a rollout that its agent had left', wildDay(10_000_573)],
  ...[20, 26, 37, 43].map((seed): [string, Scenario] => [`rough day ${seed}`, roughDay(seed)]),
];

describe('random faults', () => {
  test(
    'fifty hosts on rough days: no promise is broken, and every host that is stuck is explained',
    { timeout: TIMEOUT_MS },
    () => {
      const complaints: string[] = [];
      const fired = new Map<string, number>();
      for (const seed of ROUGH_SEEDS) {
        const run = simulate(roughDay(seed));
        const found = complaint(run);
        if (found !== null) complaints.push(found);
        for (const { fault, count } of run.faults) fired.set(fault, (fired.get(fault) ?? 0) + count);
      }
      expect(complaints).toEqual([]);
      expect(
        FAULT_NAMES.filter((name) => FAULT_GUIDES[name].rates.length > 0 && fired.get(name) === 0),
        'never happened',
      ).toEqual([]);
    },
  );

  test.each([
    { days: 'strange days', day: strangeDay, seeds: STRANGE_DAYS },
    { days: 'odd days, with faults by script and unusual settings', day: oddDay, seeds: STRANGE_DAYS },
    { days: 'full days, with every step and other fleet files', day: fullDay, seeds: FULL_DAYS },
  ])('a few hosts on $days', { timeout: TIMEOUT_MS }, ({ day, seeds }) => {
    const complaints: string[] = [];
    for (let seed = 1; seed <= seeds; seed += 1) {
      const found = complaint(simulate(day(seed)));
      if (found !== null) complaints.push(found);
    }
    expect(complaints).toEqual([]);
  });

  test('a few hosts on days that are steered towards what is rare', { timeout: TIMEOUT_MS }, () => {
    const complaints: string[] = [];
    const steering = new Steering();
    for (let seed = 1; seed <= STRANGE_DAYS; seed += 1) {
      const fresh = seed % 3 === 0 ? strangeDay : seed % 3 === 1 ? oddDay : fullDay;
      const day = (seed % 2 === 0 ? steering.next(seed) : null) ?? fresh(seed);
      const coverage = new RuleCoverage(rolloutsOf(day));
      const found = complaint(simulate(day, { onEvent: (event) => coverage.take(event) }));
      if (found !== null) complaints.push(`${day.title}, ${found}`);
      steering.add(day, coverage);
    }
    expect(complaints).toEqual([]);
  });

  test.each([
    { days: 'wild days', dayOf: wildDay },
    { days: 'lossy days', dayOf: lossyDay },
    { days: 'nasty days', dayOf: nastyDay },
  ])('a few hosts on $days, each also cut at a random moment', { timeout: TIMEOUT_MS }, ({ dayOf }) => {
    const complaints: string[] = [];
    for (let seed = 1; seed <= CUT_DAYS; seed += 1) {
      const day = dayOf(seed);
      const whole = simulate(day);
      const found = complaint(whole);
      if (found !== null) complaints.push(found);
      const part = new RandomStreams<'cut'>(seed).of('cut', 'cut').unit();
      const cut = simulate({ ...day, untilMs: Math.ceil(whole.endedRunMs * part) });
      const known = new Set(whole.violations.map(({ invariant, hostname }) => `${invariant} ${hostname}`));
      for (const { invariant, hostname, message } of cut.violations)
        if (!known.has(`${invariant} ${hostname}`))
          complaints.push(`seed ${seed}, cut at ${cut.endedRunMs}: ${message}`);
    }
    expect(complaints).toEqual([]);
  });

  test.each([
    ['a host was silent while the clock of the control plane, set back, caught up', wildDay(16)],
    ['a host was silent for three intervals of a clock that is too fast', wildDay(102)],
    ['a synthesized event took the number of a deferral that was on its way', roughDay(504)],
    ['a synthesized event took the number of a started activation that was on its way', roughDay(830)],
    ['a run ended while an agent that soaks was being started again', roughDay(752)],
    ['a control plane that was down never heard of a release', roughDay(2123)],
    ['a header with a failing probe undid a convergence that the outbox reported', rougherDay(296, 4)],
    [
      'an acknowledgement of a dispatch before the database was lost ended the soak of the one after',
      rougherDay(2670, 4),
    ],
    ['a channel passed its edge by a ref that it had left', strangeDay(35)],
    ['a host that was left behind by a superseded rollout was not explained', strangeDay(76)],
    ['an agent without its disk used a number again, and the log was searched for the first event', oddDay(146)],
    ['an agent without its disk failed under a number that it had used before', oddDay(181)],
    ['an agent without its disk converged under a number that it had used before', oddDay(667)],
    ['a run ended before the second heartbeat that shows a gap', strangeDay(1623)],
    ['a run finished while the two records of a host still differed', strangeDay(2673)],
    ['a run was stuck before the second heartbeat that shows a gap', oddDay(2660)],
    ['a run never ended because probe results were always on their way', oddDay(316)],
    ['a clock that was set back was taken for a heartbeat too early', oddDay(10_000_076)],
    [
      'a durable event waited for a probe result that was to be sent later',
      { ...wildDay(10_000_164), untilMs: 821_493 },
    ],
    ['a run was cut while a slow link carried a durable event', { ...oddDay(10_004_492), untilMs: 944_484 }],
    ['a backup from before a lost database remembered events that had been refused', wildDay(10_000_343)],
    ['a host that ran something else did not converge', strangeDay(10_000_429)],
    ['a run ended before a control plane that is behind believed a convergence', wildDay(10_000_437)],
    ['an acknowledgement of the first dispatch counted for the second', wildDay(10_000_500)],
    ['more events arrived ahead of their record than were remembered, and were logged twice', oddDay(10_000_694)],
    ['an agent without its disk reused the number of a probe result', strangeDay(10_000_856)],
    ['a control plane died on a heartbeat before it had stored it', wildDay(10_001_908)],
    ['an agent without its disk did not know that its machine had been rebooted', strangeDay(10_002_078)],
    ['a clock that was set back held up dispatching when it had nearly caught up', wildDay(10_002_748)],
    ['two releases at the same moment held a host twice', oddDay(10_003_193)],
    [
      'a worker reported its own closure after somebody had switched by hand',
      scenarioWith([sketch({ waves: [['a1']] })], {
        durations: { ...DEFAULT_DURATIONS, workerReport: always(MINUTE) },
        steps: [after(1, { type: 'switch-by-hand', hosts: ['a1'], closure: 'by-hand' })],
      }),
    ],
    // Alarms of earlier judges.
    ...[249, 587, 1279].map((seed): [string, Scenario] => [`odd day ${seed}`, oddDay(seed)]),
    ...[1402].map((seed): [string, Scenario] => [`strange day ${seed}`, strangeDay(seed)]),
    ...(isNightly ? LONG_DAYS : []),
  ])('not again: %s', (_what, scenario) => {
    expect(complaint(simulate(scenario))).toBeNull();
  });
});

type Counted = Pick<RuleCoverage, 'rules' | 'faults'>;

const COMMON: Counted = { rules: new Map([['rollout: opened', 5]]), faults: new Map() };
const RARE: Counted = {
  rules: new Map([['rollout: opened', 5]]),
  faults: new Map([['agent-crash', new Map([['Reverted', 2]])]]),
};

test('without a day before it, there is none to try again', () => {
  expect(new Steering().next(1)).toBeNull();
});

test('the day that brought the rarest pair into play is tried again with other randomness', () => {
  const steering = new Steering();
  steering.add(strangeDay(1), COMMON);
  steering.add(strangeDay(2), RARE);
  steering.add(strangeDay(3), COMMON);
  expect(steering.next(7)).toEqual({ ...strangeDay(2), seed: 7 });
});

test('a day that does not bring it into play again gives way to others', () => {
  const steering = new Steering();
  steering.add(strangeDay(1), { rules: new Map([['event: Failed', 4]]), faults: new Map() });
  steering.add(strangeDay(2), RARE);
  const tried = Array.from({ length: 5 }, (_, at) => steering.next(at));
  const [first, second] = [strangeDay(1), strangeDay(2)];
  // Two, three and four times so far: then both are tried equally often.
  expect(tried).toEqual([second, second, second, first, second].map((day, seed) => ({ ...day, seed })));
});
