import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { step } from '../../../src/machine/step.ts';
import type { HostEffect } from '../../../src/machine/effects.ts';
import type { HostEvent } from '../../../src/machine/events.ts';
import type { HostRolloutState } from '../../../src/machine/record.ts';
import type { Refusal } from '../../../src/machine/refusals.ts';
import {
  generatePaths,
  measureCoverage,
  pathFromChoices,
  PathFailure,
  registerPaths,
  runPath,
  type CoverageReport,
  type RegisterTest,
  type Subject,
  type TestPath,
} from '../../../src/testing/index.ts';

interface Host {
  record: HostRolloutState;
  effects: readonly HostEffect[];
  refusal: Refusal | null;
  readonly policy: TestPath['policy'];
}

const give = (host: Host, event: HostEvent, now: number): void => {
  const result = step(host.record, event, now, host.policy);
  if (result.ok) host.record = result.state;
  host.effects = result.ok ? result.effects : [];
  host.refusal = result.ok ? null : result.error;
};

const start = ({ start: record, policy }: TestPath): Host => ({ record, effects: [], refusal: null, policy });

const right: Subject<Host> = {
  start,
  events: (host, event, { now }) => give(host, event, now),
  record: (host) => host.record,
  effects: (host) => host.effects,
  refusal: (host) => host.refusal,
};

const pathsOf = (name: 'allStates' | 'allTransitions' | 'validTransitions'): readonly TestPath[] =>
  generatePaths({ criterion: { kind: 'full', name }, side: 'agent', onHealthFailure: 'rollback-and-halt' }).paths;

const [path] = pathsOf('validTransitions');
if (path === undefined) throw new Error('there must be a path');

/** A careless subject, with names that the types would have refused. */
const careless = (wrong: object): Subject<Host> => Object.assign({ ...right }, wrong);

const failureOf = async (subject: Subject<Host>, of: TestPath = path): Promise<string> => {
  try {
    await runPath(of, subject);
  } catch (error) {
    return error instanceof Error ? error.message : 'what it threw is no error';
  }
  return 'it passed';
};

describe('runPath', () => {
  it('compares record, effects and refusal after every event', async () => {
    for (const each of pathsOf('allTransitions')) {
      const events = each.steps.length;
      expect(await runPath(each, right)).toEqual({ run: events, skipped: 0, assertions: 3 * events });
    }
  });

  it.each([
    ['state', { states: { Soakin: () => {} } }, /There is no state "Soakin"; there are .*Soaking/],
    ['event', { events: { LocalActivat: () => {} } }, /There is no event "LocalActivat"; there are .*LocalActivate/],
    ['part', { effect: () => [] }, /There is no part of a subject "effect"; there are .*effects/],
    ['state of the prototype', { states: { toString: () => {} } }, /There is no state "toString"/],
  ])('fails at once on a misspelt %s', async (_, wrong, message) => {
    expect(await failureOf(careless(wrong))).toMatch(message);
  });

  it('fails on a subject that shows nothing', async () => {
    expect(await failureOf({ start, events: () => {} })).toMatch(/Nothing of the subject is compared/);
  });

  it.each([
    ['no event has a handler', { ...right, events: {} }, /nothing was compared \(\d+ of \d+ events skipped\)/],
    [
      'no state that it comes to is looked at',
      { start, events: right.events, states: { Pending: () => {} } },
      /nothing was compared \(0 of/,
    ],
    ['a record without fields is all there is', { start, events: right.events, record: () => ({}) }, /nothing was/],
  ] as const)('fails a path at which %s', async (_, subject, message) => {
    expect(await failureOf(subject)).toMatch(message);
  });

  it('skips and counts what follows an event without a handler', async () => {
    const coverage = measureCoverage({ sides: ['agent'], policies: ['rollback-and-halt'] });
    const onlyFirst: Subject<Host> = {
      ...right,
      events: { LocalActivate: (host, event, { now }) => give(host, event, now) },
    };
    expect(path.steps.map(({ event }) => event.type).slice(0, 2)).toEqual(['LocalActivate', expect.any(String)]);
    const { run, skipped } = await runPath(path, onlyFirst, coverage);
    expect({ run, skipped }).toEqual({ run: 1, skipped: path.steps.length - 1 });
    const report = coverage.report();
    expect(report.steps).toEqual({ asked: path.steps.length, answered: 1, compared: 1, right: 1 });
    expect(report.dimensions.transitions.covered).toBe(1);
  });

  it('skips the rest of a path after an accepted event without a handler, even if the rest has handlers', async () => {
    const [, second] = path.steps;
    const others = path.steps.map(({ event }) => event.type).filter((type) => type !== second?.event.type);
    const events = Object.fromEntries(others.map((type) => [type, right.events]));
    expect(second?.expected.ok).toBe(true);
    expect(others.length).toBeGreaterThan(2);
    expect(await runPath(path, { ...right, events })).toMatchObject({ run: 1, skipped: path.steps.length - 1 });
  });

  it('covers no refused cell of a subject that shows only its state', async () => {
    const coverage = measureCoverage({ sides: ['agent'], policies: ['rollback-and-halt'] });
    const stateAlone: Subject<Host> = { start, events: right.events, record: ({ record: { state } }) => ({ state }) };
    for (const each of pathsOf('allTransitions')) await runPath(each, stateAlone, coverage);
    const { cells, transitions, refusals } = coverage.report().dimensions;
    expect(transitions.percent).toBe(100);
    expect([cells.covered, refusals.covered]).toEqual([transitions.covered, 0]);
  });

  it('shows the smallest difference, and the events that led there', async () => {
    const text = await failureOf({
      ...right,
      record: ({ record }) => (record.state === 'Soaking' ? { ...record, currentClosure: 'another' } : record),
    });
    expect(text).toMatch(/^event \d+ of validTransitions 1/);
    expect(text).toMatch(/record \$\.currentClosure: expected ".*", got "another"/);
    expect(text).toMatch(/ {2}1\. LocalActivate \(seq 1\)/);
    expect(text).toMatch(/> \d+\. LocalActivationCompleted/);
  });

  it.each([
    ['leaves out an effect', { effects: ({ effects }: Host) => effects.slice(1) }, /effects \$/],
    ['accepts what is to be refused', { refusal: () => null }, /refusal \$: expected \{.*\}, got null/],
    ['refuses for another reason', { refusal: (host: Host) => host.refusal && { kind: 'Other' } }, /\$\.kind/],
    ['shows a field that no record has', { record: () => ({ stat: 'Pending' }) }, /\$\.stat: .* \(no such field\)/],
    ['throws in a check of a state', { states: { Activating: () => fail('no disk') } }, /in state Activating: no disk/],
  ])('fails a subject that %s', async (_, wrong, message) => {
    const all = await Promise.all(pathsOf('allTransitions').map((each) => failureOf(careless(wrong), each)));
    expect(all.join('\n')).toMatch(message);
  });

  it('stops a subject that failed, and reports what it threw', async () => {
    const stopped: Host[] = [];
    const failing = careless({ events: () => fail('it is on fire'), stop: (host: Host) => stopped.push(host) });
    expect(await failureOf(failing)).toBe('it is on fire');
    expect(stopped).toHaveLength(1);
  });

  it('accepts a fully asynchronous subject', async () => {
    const later = async <Value>(value: Value): Promise<Value> => Promise.resolve(value);
    const subject: Subject<Host> = {
      start: (of) => later(start(of)),
      events: async (host, event, { now }) => give(await later(host), event, now),
      record: async (host) => later(host.record),
      effects: async (host) => later(host.effects),
    };
    expect(await runPath(path, subject)).toMatchObject({ skipped: 0, assertions: 2 * path.steps.length });
  });
});

const fail = (message: string): never => {
  throw new Error(message);
};

describe('registerPaths', () => {
  const register = (subject: Subject<Host>, paths: readonly TestPath[], options = {}) => {
    const tests = new Map<string, () => Promise<void>>();
    const test: RegisterTest = (name, run) => tests.set(name, run);
    registerPaths(test, paths, subject, options);
    return tests;
  };
  const outcomes = async (tests: ReadonlyMap<string, () => Promise<void>>): Promise<readonly string[]> => {
    const all: string[] = [];
    for (const run of tests.values()) all.push(await run().then(() => 'passed', String));
    return all;
  };

  it('registers a test for each path under its name, and one for the coverage', async () => {
    const paths = pathsOf('validTransitions');
    const reports: CoverageReport[] = [];
    const tests = register(right, paths, {
      thresholds: { transitions: 100 },
      onCoverage: (report: CoverageReport) => reports.push(report),
    });
    expect([...tests.keys()]).toEqual([...paths.map(({ name }) => name), `coverage of these ${paths.length} paths`]);
    expect(new Set(await outcomes(tests))).toEqual(new Set(['passed']));
    expect(reports).toMatchObject([{ dimensions: { transitions: { covered: 14, total: 14 } } }]);
  });

  it('fails the last test if coverage is below a threshold, and says what is missing', async () => {
    const results = await outcomes(register(right, pathsOf('allStates'), { thresholds: { cells: 50 } }));
    expect(results.at(-1)).toMatch(/Coverage of cells is \d+ % \(\d+\/84\), and 50 % is asked for/);
    expect(results.slice(0, -1).every((result) => result === 'passed')).toBe(true);
  });

  it('counts only what actually ran', async () => {
    const broken = careless({ effects: () => ['nothing of the kind'] });
    const results = await outcomes(register(broken, pathsOf('validTransitions'), { thresholds: { transitions: 1 } }));
    expect(results.at(-1)).toMatch(/Coverage of transitions is 0 %/);
  });

  it('shows in the name how many events have no handler', () => {
    const { length } = path.steps;
    expect([...register({ ...right, events: {} }, [path]).keys()][0]).toBe(
      `${path.name} (${length} without a handler)`,
    );
  });

  it('refuses to register nothing, or a misspelt subject', () => {
    expect(() => register(right, [])).toThrow('There is no path to register.');
    expect(() => register(careless({ states: { soaking: () => {} } }), [path])).toThrow('There is no state "soaking"');
  });
});

describe('pathFromChoices', () => {
  const options = { side: 'agent', onHealthFailure: 'halt' } as const;
  const choices = fc.array(fc.nat(), { minLength: 1, maxLength: 30 });

  it('makes a path that our own machine passes from any numbers', async () => {
    await fc.assert(
      fc.asyncProperty(choices, fc.constantFrom('agent', 'control-plane'), async (list, side) => {
        const made = pathFromChoices(list, { ...options, side });
        expect(made.steps).toHaveLength(list.length);
        expect((await runPath(made, right)).run).toBe(list.length);
      }),
      { numRuns: 60 },
    );
  });

  it('is the same for the same numbers, including negative and huge ones', () => {
    const numbers = [0, -3, Number.MAX_SAFE_INTEGER, 7, 1e9];
    expect(pathFromChoices(numbers, options)).toEqual(pathFromChoices(numbers, options));
  });

  it('shrinks to the shortest path that fails', async () => {
    const neverSoaks: Subject<Host> = {
      ...right,
      record: ({ record }) => (record.state === 'Soaking' ? { ...record, state: 'Failed' } : record),
    };
    const run = await fc.check(
      fc.asyncProperty(choices, async (list) => {
        await runPath(pathFromChoices(list, options), neverSoaks);
      }),
      { numRuns: 300, seed: 1, endOnFailure: false },
    );
    expect(run.failed).toBe(true);
    expect(run.errorInstance).toBeInstanceOf(PathFailure);
    // The trail in the failure ends at the wrong event, whatever the numbers after it would have added.
    const events = String(run.errorInstance).match(/\d+\. \w+/g);
    expect(events).toEqual(['1. LocalActivate', '2. LocalActivationCompleted']);
  });
});
