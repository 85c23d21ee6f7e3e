import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostStates } from '../../src/machine/host-states.ts';
import { encodeRunEvent } from '../../src/simulator/event-log.ts';
import { asRunMs } from '../../src/simulator/run-ms.ts';
import { readScenario } from '../../src/simulator/scenario-file/read-scenario.ts';
import { simulate } from '../../src/simulator/simulate.ts';
import { pageWithFile } from '../../src/visualize/page-file.ts';
import { readOpenable } from '../../src/visualize/read-openable.ts';
import { recordRun } from '../../src/visualize/run-file/record-run.ts';
import { readRunFile } from '../../src/visualize/run-file/read-run-file.ts';
import type { RunFile } from '../../src/visualize/run-file/run-file.ts';
import { RunEventCollector } from '../../src/visualize/run-file/run-event-collector.ts';
import { RunHistory } from '../../src/visualize/run-file/run-history.ts';
import { repositoryRoot } from '../support/repository.ts';
import { demoScenario } from '../../src/visualize/web/fleet/demo-scenario.ts';
import { SAMPLE_SCENARIO } from '../../src/visualize/web/fleet/sample-scenario.ts';

const scenario = demoScenario({
  hosts: 60,
  waves: 3,
  seed: 4,
  onHealthFailure: 'rollback-and-halt',
  trouble: 'a rough night',
});
const run: RunFile = recordRun(scenario);
const text = JSON.stringify(run);

/** Lines of an event log, each with one thing in it that cannot be. */
const more = [
  '{"runMs":1,"type":"RolloutTransition","rolloutId":"a","from":"Opening","to":"Nowhere"}',
  '{"runMs":1,"type":"RolloutTransition","rolloutId":"a","from":null,"to":"Active"}',
  '{"runMs":1,"type":"HostUnreachable","hostname":7}',
  '{"runMs":1,"type":"HostReachable"}',
  '{"runMs":1,"type":"RecordTakenOver","hostname":"a","rolloutId":"a","state":"Lost","seq":1}',
  '{"runMs":1,"type":"HostDispatched","hostname":"a","rolloutId":"a","wave":1e12,"soakDueRunMs":null}',
];

describe('a run file', () => {
  it('is the same for the same scenario, and read as it was written', () => {
    expect(recordRun(scenario)).toEqual(run);
    expect(readRunFile(text)).toEqual({ ok: true, run: JSON.parse(text) as unknown });
  });

  test.prop([fc.double({ min: 0, max: 1, noNaN: true })])(
    'gives at any moment the states that walking through it gives',
    (part) => {
      const history = new RunHistory(run);
      const time = run.endedAt * part;
      const states = history.hosts.map(() => 'Pending');
      for (const [at, rollout, host, to] of run.transitions) if (at <= time) states[history.hostAt(rollout, host)] = to;
      expect([...history.statesAt(time)].map((index) => hostStates[index])).toEqual(states);
    },
  );

  it('accounts at any moment for every host: at an end, or held by something', () => {
    const history = new RunHistory(run);
    for (const time of [0, run.endedAt / 3, run.endedAt]) {
      const ended = [...history.statesAt(time)].filter((index) =>
        ['Converged', 'Failed', 'Reverted'].includes(hostStates[index] ?? ''),
      );
      expect(history.waitingAt(time).length + ended.length).toBe(history.hosts.length);
    }
  });

  it('comes out of an event log with the same transitions', () => {
    const lines: string[] = [];
    simulate(scenario, { onEvent: (event) => lines.push(encodeRunEvent(event)) });
    const read = readOpenable(lines.join('\n'));
    if (read.type !== 'run') throw new Error('The event log was not taken for a run.');
    const moves = (file: RunFile) => {
      const history = new RunHistory(file);
      return file.transitions.map(([at, rollout, host, to]) => [
        at,
        history.hosts[history.hostAt(rollout, host)]?.name,
        to,
      ]);
    };
    expect(moves(read.run)).toEqual(moves(run));
  });

  it('out of an event log says of seed, policy and soaks that they are unknown, and not what is usual', () => {
    const lines: string[] = [];
    simulate(scenario, { onEvent: (event) => lines.push(encodeRunEvent(event)) });
    const read = readOpenable(lines.join('\n'));
    if (read.type !== 'run') throw new Error('The event log was not taken for a run.');
    expect(read.run.seed).toBeNull();
    expect(read.run.rollouts.map(({ onHealthFailure }) => onHealthFailure)).toEqual(run.rollouts.map(() => null));
    expect(read.run.rollouts.flatMap(({ waves }) => waves.map(({ soakMinutes }) => soakMinutes))).not.toContain(0);
    // A run file of it says the same, and is read again.
    expect(readRunFile(JSON.stringify(read.run))).toEqual({ ok: true, run: read.run });
  });

  // The states of a rollout and the host that cannot be reached were not looked at once.
  const logged: string[] = [];
  simulate(scenario, { onEvent: (event) => logged.push(encodeRunEvent(event)) });
  // One line of each type, of which there are thousands alike.
  const oneOfEach = [...new Map(logged.map((line) => [/"type":"(\w+)"/.exec(line)?.[1], line])).values()];
  const scraps: readonly unknown[] = [null, 3, -1, 'nobody', '', [], {}, true, '__proto__'];
  const damaged = oneOfEach.flatMap((line) => {
    // The simulator wrote it: it is an object.
    const fields = JSON.parse(line) as Readonly<Record<string, unknown>>;
    return Object.keys(fields).flatMap((field) => scraps.map((scrap) => JSON.stringify({ ...fields, [field]: scrap })));
  });

  it('of an event log that is opened can be saved and opened again, whatever field of it was damaged', () => {
    expect(oneOfEach.length).toBeGreaterThan(8);
    const opened = new Set<boolean>();
    for (const line of [...damaged, '{"runMs":1e999,"type":"RolloutOpened","rolloutId":"a","hosts":1}', ...more]) {
      const read = readRunFile(`${line}\n${oneOfEach.join('\n')}`);
      opened.add(read.ok);
      if (read.ok) expect(readRunFile(JSON.stringify(read.run)), line).toMatchObject({ ok: true });
    }
    expect(opened).toEqual(new Set([true, false]));
  });

  it.each(more)('is not made of an event log with %s', (line) => {
    expect(readRunFile(`${oneOfEach.join('\n')}\n${line}`)).toMatchObject({ ok: false });
  });

  test.prop([fc.nat(), fc.constantFrom('', '"', '-1', 'null', '{', '[]', '9e99', '"Failed"')])(
    'that was damaged is refused in a sentence, or can still be shown',
    (at, scrap) => {
      const place = at % text.length;
      const read = readOpenable(text.slice(0, place) + scrap + text.slice(place + 3));
      if (read.type === 'run') expect(new RunHistory(read.run).statesAt(run.endedAt).length).toBeGreaterThan(0);
      else expect(read.type === 'problem' && read.message).toMatch(/^[A-Z].*[.)]$/);
    },
  );

  test.prop([fc.json()])('is not taken for one when it is any other JSON', (json) => {
    expect(readOpenable(json).type).toBe('problem');
  });
});

/** The run of one of the examples, which are in `examples/scenarios`. */
function recordExample(name: string): RunFile {
  const read = readScenario(readFileSync(join(repositoryRoot, 'examples/scenarios', `${name}.yaml`), 'utf8'), {
    readFile: () => null,
  });
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'));
  return recordRun(read.scenario);
}

const heldAtEnd = (file: RunFile) => new RunHistory(file).waitingAt(file.endedAt).map(({ heldBy }) => heldBy);

it('what holds a host once its rollout has failed is that, and no more the gate of before', () => {
  const file = recordExample('bad-release-stops-at-the-canary');
  const held = new RunHistory(file).waitingAt(0);
  expect(new Set(held.map(({ heldBy }) => heldBy))).toContain('wave-promotion');
  expect(new Set(heldAtEnd(file))).toEqual(new Set(['rollout-stopped']));
  const reasons = new Set(new RunHistory(file).waitingAt(file.endedAt).map(({ reason }) => reason));
  expect(reasons).toEqual(new Set([`${file.rollouts[0]?.rolloutId} is Failed: it dispatches nothing more.`]));
});

it('a gate that takes a dispatch back holds the host from then on', () => {
  const file = recordRun(scenario);
  const [dispatch] = file.dispatches;
  if (dispatch === undefined) throw new Error('Nothing was dispatched.');
  const [at, rollout, host] = dispatch;
  const before: RunFile = { ...file, transitions: [], rolloutChanges: [], accepted: [], dispatches: [dispatch] };
  const heldBy = (own: RunFile) => {
    const history = new RunHistory(own);
    return history.waitingAt(at + 1).find((each) => each.host === history.hostAt(rollout, host))?.heldBy;
  };
  expect(heldBy({ ...before, holds: [[at, rollout, host, 'host-edge', '']] })).toBe('not acknowledged');
  expect(heldBy({ ...before, holds: [[at + 1, rollout, host, 'quarantined', '']] })).toBe('quarantined');
});

it('a control plane that lost its database knows every host as Pending until it hears of it', () => {
  const file = recordExample('control-plane-lost-mid-wave');
  const openings = file.rolloutChanges.filter(([, , to]) => to === 'Opening');
  expect(openings.length).toBeGreaterThan(file.rollouts.length);
  const lostAt = Math.max(...openings.map(([at]) => at));
  const history = new RunHistory(file);
  const hasBegun = (time: number) => [...history.statesAt(time)].some((state) => hostStates[state] !== 'Pending');
  expect(hasBegun(lostAt - 1)).toBe(true);
  const fallenBack = file.transitions.filter(([at, , , to]) => at === lostAt && to === 'Pending');
  expect(fallenBack.length).toBeGreaterThan(0);
  // It has forgotten its dispatches and what its gates said, too.
  const held = (time: number) => new Set(history.waitingAt(time).map(({ heldBy }) => heldBy));
  expect(held(lostAt)).toEqual(new Set(['not planned yet']));
  const heldLater = new Set(file.holds.flatMap(([at, , , gate]) => (at > lostAt ? [gate] : [])));
  expect(heldLater.size).toBeGreaterThan(0);
  expect(held(file.holds.findLast(([at]) => at > lostAt)?.[0] ?? 0)).toEqual(new Set([...heldLater, 'soak']));
  expect([...history.statesAt(file.endedAt)].every((state) => hostStates[state] === 'Converged')).toBe(true);
});

it('a host goes on with its soak when the control plane has lost its database, and the end of it is known again', () => {
  const file = recordExample('control-plane-lost-mid-wave');
  const lostAt = file.rolloutChanges.findLast(([, , to]) => to === 'Opening')?.[0] ?? 0;
  const back = file.transitions.find(([at, , , to]) => at > lostAt && to === 'Soaking');
  if (back === undefined) throw new Error('No host came back in its soak.');
  const [at, rollout, host] = back;
  const history = new RunHistory(file);
  const dispatch = file.dispatches.find((each) => each[0] < lostAt && each[1] === rollout && each[2] === host);
  const waiting = history.waitingAt(at).find((each) => each.host === history.hostAt(rollout, host));
  expect(waiting).toMatchObject({ heldBy: 'soak', until: dispatch?.[3] });
});

it('a host of which the control plane hears no more is held by that, until it is heard again', () => {
  const file = recordExample('partition-during-a-wave');
  const history = new RunHistory(file);
  const [at, host] = file.reachability.find(([, , isReachable]) => !isReachable) ?? [0, ''];
  const back = file.reachability.find(([when, name, isReachable]) => isReachable && name === host && when > at);
  const heldBy = (time: number) =>
    history.waitingAt(time).find((each) => history.hosts[each.host]?.name === host)?.heldBy;
  expect(heldBy(at - 1)).not.toBe('unreachable');
  expect(heldBy(at)).toBe('unreachable');
  expect(heldBy(back?.[0] ?? at)).not.toBe('unreachable');
});

it('many faults crowd no wave out, and the last of them are marked as well as the first', () => {
  const rollout = { rolloutId: 'stable@a', channel: 'stable', onHealthFailure: null, waves: [] };
  const collector = new RunEventCollector([rollout], false);
  const [count, last] = [20_000, 2_000_000];
  for (let fault = 1; fault <= count; fault += 1) {
    collector.take({
      type: 'Fault',
      runMs: asRunMs((fault * last) / count),
      fault: 'request-lost',
      hostname: 'web-01',
      params: {},
    });
    if (fault % 5_000 === 0)
      collector.take({ type: 'WaveAdvanced', runMs: asRunMs(fault), rolloutId: 'stable@a', fromWave: 0, toWave: 1 });
  }
  const { markers } = collector.collected();
  const faults = markers.filter(({ kind }) => kind === 'fault');
  expect(markers.filter(({ kind }) => kind === 'wave')).toHaveLength(4);
  expect(faults.length).toBeGreaterThan(500);
  expect(faults.length).toBeLessThanOrEqual(1_000);
  expect(faults.at(-1)?.at).toBeGreaterThan(0.99 * last);
  expect(markers).toEqual(markers.toSorted((a, b) => a.at - b.at));
});

it('the scenario that the page begins with can be run, and shows a release that stops', () => {
  const read = readScenario(SAMPLE_SCENARIO, { readFile: () => null });
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'));
  const file = recordRun(read.scenario);
  expect(file.outcome).toBe('not-terminal');
  expect(file.transitions.filter(([, , , to]) => to === 'Reverted')).toHaveLength(1);
});

it('the scenario of a run file comes to the same run', () => {
  const read = readScenario(run.scenario, { readFile: () => null });
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'));
  expect(recordRun(read.scenario).transitions).toEqual(run.transitions);
});

it('no file can end the element in which it travels inside the page', () => {
  const page = pageWithFile('<body></body>', '</script><script>alert(1)</script>');
  expect(page.match(/<\/script>/g)).toHaveLength(1);
});
