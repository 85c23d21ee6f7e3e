import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostState } from '../../../src/machine/record.ts';
import { looks } from '../../../src/visualize/film/looks.ts';
import { isAtEnd } from '../../../src/machine/index.ts';
import { encodeEventLogHeader, encodeRunEvent } from '../../../src/simulator/event-log.ts';
import type { RunEvent } from '../../../src/simulator/run-events.ts';
import { AT_END, Moment, whatIsHeld } from '../../../src/simulator/index.ts';
import { asRunMs } from '../../../src/simulator/run-ms.ts';
import { readScenario } from '../../../src/simulator/scenario-file/read-scenario.ts';
import { readExample } from '../../support/read-example.ts';
import { simulate } from '../../../src/simulator/simulate.ts';
import { pageWithFile } from '../../../src/visualize/page-file.ts';
import { readOpenable } from '../../../src/visualize/read-openable.ts';
import { markersOf } from '../../../src/visualize/run-file/markers.ts';
import { recordRun } from '../../../src/visualize/run-file/record-run.ts';
import { readRunFile } from '../../../src/visualize/run-file/read-run-file.ts';
import { ShownRun } from '../../../src/visualize/run-file/shown-run.ts';
import { shownRun } from '../../support/shown-run.ts';
import { demoScenario } from '../../../src/visualize/web/fleet/demo-scenario.ts';
import { SAMPLE_SCENARIO } from '../../../src/visualize/web/fleet/sample-scenario.ts';

const scenario = demoScenario({
  hosts: 60,
  waves: 3,
  seed: 4,
  onHealthFailure: 'rollback-and-halt',
  trouble: 'a rough night',
});
const run = recordRun(scenario);
const text = JSON.stringify(run);

const header = encodeEventLogHeader(scenario);
const shown = shownRun(run);

/** Lines of an event log, each with one impossible value. */
const more = [
  '{"runMs":1,"type":"RolloutTransition","rolloutId":"a","from":"Opening","to":"Nowhere"}',
  '{"runMs":1,"type":"RolloutTransition","rolloutId":"a","from":null,"to":"Active"}',
  '{"runMs":1,"type":"HostUnreachable","hostname":7}',
  '{"runMs":1,"type":"HostReachable"}',
  '{"runMs":1,"type":"RecordTakenOver","hostname":"a","rolloutId":"a","state":"Lost","seq":1}',
  '{"runMs":1,"type":"HostDispatched","hostname":"a","rolloutId":"a","wave":1e12,"soakDueRunMs":null}',
  '{"runMs":1,"type":"HostHeld","hostname":"a","rolloutId":"a","hold":{"gate":"host-edge"}}',
  '{"runMs":1,"type":"Fault","hostname":"a","fault":"offline","params":{"forMs":"long"}}',
  '{"runMs":1,"type":"__proto__"}',
];

/** In the protocol, a host that has not started is Pending. */
function stateOfLook(look: number): HostState {
  const shown = looks[look];
  if (shown === undefined) throw new RangeError(`There is no look ${look}.`);
  return shown === 'not started' ? 'Pending' : shown;
}

describe('a run file', () => {
  it('is the same for the same scenario, and read as written', () => {
    expect(recordRun(scenario)).toEqual(run);
    expect(readRunFile(text)).toMatchObject({ ok: true, file: JSON.parse(text) as unknown });
  });

  it('has every kept event of the run with its whole payload', () => {
    const events: RunEvent[] = [];
    simulate(scenario, { onEvent: (event) => events.push(event) });
    const accepted = events.filter(({ type }) => type === 'EventAccepted');
    expect(accepted.length).toBeGreaterThan(500);
    expect(shown.history.events.filter(({ type }) => type === 'EventAccepted')).toEqual(accepted);
  });

  it('of version 1 is refused with a sentence that says what to do', () => {
    expect(readRunFile(JSON.stringify({ ...run, version: 1 }))).toEqual({
      ok: false,
      message: expect.stringMatching(/^The run file has version 1, .*--record FILE/),
    });
  });

  it('gives the same states at any moment as going through it step by step', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (part) => {
        const time = run.endedRunMs * part;
        const states = shown.hosts.map((host) => shown.history.viewAt(host, time).state);
        expect([...shown.film.looksAt(time)].map(stateOfLook)).toEqual(states);
      }),
    );
  });

  it('accounts for every host at any moment: at an end, or held by something', () => {
    for (const time of [0, run.endedRunMs / 3, run.endedRunMs]) {
      const ended = [...shown.film.looksAt(time)].filter((look) => isAtEnd(stateOfLook(look), 'rollback-and-halt'));
      expect(whatIsHeld(new Moment(shown.history, time)).length + ended.length).toBe(shown.hosts.length);
    }
  });

  it('made from an event log has the same transitions', () => {
    const moves = ({ history }: ShownRun) =>
      history.moves.map(({ runMs, host, state }) => [runMs, history.hosts[host]?.hostname, state]);
    expect(moves(shownLog(logged))).toEqual(moves(shown));
  });

  it('made from an event log says that policy and soaks are not recorded, instead of assuming defaults', () => {
    const { file } = shownLog(logged);
    expect(file).toMatchObject({ seed: scenario.seed, title: scenario.title, startAt: scenario.startAt });
    expect(file.rollouts.map(({ onHealthFailure }) => onHealthFailure)).toEqual(run.rollouts.map(() => null));
    expect(file.rollouts.flatMap(({ waves }) => waves.map(({ soakMinutes }) => soakMinutes))).not.toContain(0);
    // Its run file says the same, and can be read.
    expect(readRunFile(JSON.stringify(file))).toMatchObject({ ok: true, file });
  });

  it('is not made from an event log without a version, and the message says so', () => {
    expect(readRunFile(logged.join('\n'))).toEqual({
      ok: false,
      message: expect.stringMatching(/^This event log has no version, so it is older than version 2/),
    });
    expect(readRunFile(`${header.replace('"version":2', '"version":3')}\n`)).toMatchObject({ ok: false });
  });

  // The states of a rollout and the unreachable host were once not checked.
  const logged: string[] = [];
  simulate(scenario, { onEvent: (event) => logged.push(encodeRunEvent(event)) });
  // One line of each type, because thousands are alike.
  const oneOfEach = [...new Map(logged.map((line) => [/"type":"(\w+)"/.exec(line)?.[1], line])).values()];
  const scraps: readonly unknown[] = [null, 3, -1, 'nobody', '', [], {}, true, '__proto__'];
  const damaged = oneOfEach.flatMap((line) => {
    // Safe: the simulator wrote an object.
    const fields = JSON.parse(line) as Readonly<Record<string, unknown>>;
    return Object.keys(fields).flatMap((field) => scraps.map((scrap) => JSON.stringify({ ...fields, [field]: scrap })));
  });

  it('made from an event log can be saved and opened again, whichever field was damaged', () => {
    expect(oneOfEach.length).toBeGreaterThan(8);
    const opened = new Set<boolean>();
    for (const line of [...damaged, '{"runMs":1e999,"type":"RolloutOpened","rolloutId":"a","hosts":1}', ...more]) {
      const read = readRunFile(`${header}\n${line}\n${oneOfEach.join('\n')}`);
      opened.add(read.ok);
      if (read.ok) expect(readRunFile(JSON.stringify(read.file)), line).toMatchObject({ ok: true });
      if (read.ok) expect(waitingAtEnd(new ShownRun(read)), line).toBeDefined();
    }
    expect(opened).toEqual(new Set([true, false]));
  });

  it.each(more)('is not made from an event log with %s', (line) => {
    expect(readRunFile(`${[header, ...oneOfEach].join('\n')}\n${line}`)).toMatchObject({ ok: false });
  });

  it('that is damaged is refused in a sentence, or can still be shown', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom('', '"', '-1', 'null', '{', '[]', '9e99', '"Failed"'), (at, scrap) => {
        const place = at % text.length;
        const read = readOpenable(text.slice(0, place) + scrap + text.slice(place + 3));
        if (read.type === 'run') expect(new ShownRun(read.run).film.looksAt(run.endedRunMs).length).toBeGreaterThan(0);
        else expect(read.type === 'problem' && read.message).toMatch(/^[A-Z].*[.)]$/s);
      }),
    );
  });

  it('is not confused with other JSON', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(readOpenable(json).type).toBe('problem');
      }),
    );
  });

  function shownLog(lines: readonly string[]): ShownRun {
    const read = readOpenable([header, ...lines].join('\n'));
    if (read.type !== 'run') throw new Error('The event log was not taken for a run.');
    return new ShownRun(read.run);
  }
});

/** The run of an example in `examples/scenarios`. */
const showExample = (name: string): ShownRun => shownRun(recordRun(readExample(`scenarios/${name}.yaml`).scenario));

const waitingAtEnd = (run: ShownRun) => whatIsHeld(new Moment(run.history, AT_END));

it('going back and forth between moments leaves no trace', () => {
  for (const share of [0.9, 0.1, 0.5, 0.50001, 0.2, 1, 0.7]) {
    const time = share * run.endedRunMs;
    const afresh = shownRun(run).history;
    for (const host of shown.hosts) {
      const same = afresh.hosts[host.number];
      if (same !== undefined) expect(shown.history.viewAt(host, time)).toEqual(afresh.viewAt(same, time));
    }
  }
});

const heldAt = (run: ShownRun, time: number): ReadonlySet<string> =>
  new Set(whatIsHeld(new Moment(run.history, time)).map(({ blocker }) => blocker.heldBy));

it('after a rollout has failed, that holds its hosts, no longer the earlier gate', () => {
  const failed = showExample('bad-release-stops-at-the-canary');
  const opened = failed.history.rollouts[0]?.openedRunMs ?? 0;
  expect(heldAt(failed, opened)).toContain('wave-promotion');
  expect(heldAt(failed, failed.file.endedRunMs)).toEqual(new Set(['rollout-stopped']));
});

it('the page and the report name the same thing: web-01 ran another closure, and the page blamed its probes', () => {
  const wrong = showExample('wrong-closure');
  expect(waitingAtEnd(wrong).find(({ hostname }) => hostname === 'web-01')?.blocker).toEqual({
    heldBy: 'wrong-closure',
    closure: 'leftover-from-last-year',
    targetClosure: 'web-01-release-1',
  });
});

it('a control plane that lost its database shows every host as Pending until it hears from it', () => {
  const lost = showExample('control-plane-lost-mid-wave');
  const { history } = lost;
  const openings = history.rollouts.flatMap(({ changes }) => changes.filter(({ state }) => state === 'Opening'));
  expect(openings.length).toBeGreaterThan(history.rollouts.length);
  const lostAt = Math.max(...openings.map(({ runMs }) => runMs));
  const hasBegun = (time: number) => [...lost.film.looksAt(time)].some((look) => stateOfLook(look) !== 'Pending');
  expect(hasBegun(lostAt - 1)).toBe(true);
  expect(history.moves.filter(({ runMs, state }) => runMs === lostAt && state === 'Pending').length).toBeGreaterThan(0);
  // It has also forgotten its dispatches and holds.
  expect(heldAt(lost, lostAt)).toEqual(new Set(['heartbeat']));
  expect(new Set([...lost.film.looksAt(Infinity)].map(stateOfLook))).toEqual(new Set(['Converged']));
});

it('a host continues its soak after the control plane has lost its database, and its end becomes known again', () => {
  const { history, ...lost } = showExample('control-plane-lost-mid-wave');
  const lostAt = Math.max(
    ...history.rollouts.map(({ changes }) => changes.findLast(({ state }) => state === 'Opening')?.runMs ?? 0),
  );
  const back = history.moves.find(({ runMs, state }) => runMs > lostAt && state === 'Soaking');
  const host = history.hosts[back?.host ?? -1];
  if (back === undefined || host === undefined) throw new Error('No host came back in its soak.');
  const dispatch = host.events.find((event) => event.type === 'HostDispatched' && event.runMs < lostAt);
  expect(dispatch).toBeDefined();
  expect(lost).toBeDefined();
  expect(history.viewAt(host, back.runMs)).toMatchObject({
    state: 'Soaking',
    soakDueRunMs: dispatch?.type === 'HostDispatched' ? dispatch.soakDueRunMs : null,
  });
});

it('an unreachable host is held by that until it is heard again', () => {
  const cut = showExample('partition-during-a-wave');
  const away = cut.history.events.find(({ type }) => type === 'HostUnreachable');
  if (away?.type !== 'HostUnreachable') throw new Error('No host was unreachable.');
  const { hostname, runMs } = away;
  const back = cut.history.events.find((event) => event.type === 'HostReachable' && event.hostname === hostname);
  const heldBy = (time: number) =>
    whatIsHeld(new Moment(cut.history, time)).find((each) => each.hostname === hostname)?.blocker.heldBy;
  expect(heldBy(runMs - 1)).not.toBe('unreachable');
  expect(heldBy(runMs)).toBe('unreachable');
  expect(heldBy(back?.runMs ?? runMs)).not.toBe('unreachable');
});

it('many faults do not displace waves, and the last are marked as well as the first', () => {
  const [count, last] = [20_000, 2_000_000];
  const events: RunEvent[] = [];
  for (let fault = 1; fault <= count; fault += 1) {
    const runMs = asRunMs((fault * last) / count);
    events.push({ type: 'Fault', runMs, fault: 'request-lost', hostname: 'web-01', params: {} });
    if (fault % 5_000 === 0)
      events.push({ type: 'WaveAdvanced', runMs, rolloutId: 'stable@a', fromWave: 0, toWave: 1 });
  }
  const markers = markersOf(events);
  const faults = markers.filter(({ kind }) => kind === 'fault');
  expect(markers.filter(({ kind }) => kind === 'wave')).toHaveLength(4);
  expect(faults.length).toBeGreaterThan(500);
  expect(faults.length).toBeLessThanOrEqual(1_000);
  expect(faults.at(-1)?.runMs).toBeGreaterThan(0.99 * last);
  expect(markers).toEqual(markers.toSorted((a, b) => a.runMs - b.runMs));
});

it('the initial scenario of the page can be run, and shows a release that stops', () => {
  const read = readScenario(SAMPLE_SCENARIO, { readFile: () => null });
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'));
  const sample = shownRun(recordRun(read.scenario));
  expect(sample.file.outcome).toBe('not-terminal');
  expect(sample.history.moves.filter(({ state }) => state === 'Reverted')).toHaveLength(1);
});

it('the scenario of a run file leads to the same run', () => {
  const read = readScenario(run.scenario, { readFile: () => null });
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'));
  expect(shownRun(recordRun(read.scenario)).history.moves).toEqual(shown.history.moves);
});

it('no file can end the element that embeds it in the page', () => {
  const page = pageWithFile('<body></body>', '</script><script>alert(1)</script>');
  expect(page.match(/<\/script>/g)).toHaveLength(1);
});
