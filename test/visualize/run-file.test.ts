import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostStates } from '../../src/machine/host-states.ts';
import { encodeRunEvent } from '../../src/simulator/event-log.ts';
import { simulate } from '../../src/simulator/simulate.ts';
import { pageWithFile } from '../../src/visualize/page-file.ts';
import { readOpenable } from '../../src/visualize/read-openable.ts';
import { recordRun } from '../../src/visualize/run-file/record-run.ts';
import { readRunFile } from '../../src/visualize/run-file/read-run-file.ts';
import type { RunFile } from '../../src/visualize/run-file/run-file.ts';
import { RunHistory } from '../../src/visualize/run-file/run-history.ts';
import { demoScenario } from '../../src/visualize/web/fleet/demo-scenario.ts';

const scenario = demoScenario({
  hosts: 60,
  waves: 3,
  seed: 4,
  onHealthFailure: 'rollback-and-halt',
  trouble: 'a rough night',
});
const run: RunFile = recordRun(scenario);
const text = JSON.stringify(run);

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

it('no file can end the element in which it travels inside the page', () => {
  const page = pageWithFile('<body></body>', '</script><script>alert(1)</script>');
  expect(page.match(/<\/script>/g)).toHaveLength(1);
});
