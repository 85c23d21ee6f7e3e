import { describe, expect, test } from 'vitest';
import {
  Moment,
  rootCauses,
  simulate,
  whyLines,
  whyWaiting,
  type Run,
  type WhyLine,
} from '../../../src/simulator/index.ts';
import { formatDuration } from '../../../src/text/index.ts';
import { scenarioOf } from '../scenario-file/read-problems.ts';

const runOf = (text: string): Run => simulate(scenarioOf(text));

function linesOf({ history, endedRunMs }: Run, hostname: string): readonly WhyLine[] {
  const host = history.hosts.find((each) => each.hostname === hostname);
  const why = host === undefined ? null : whyWaiting(new Moment(history, endedRunMs), host);
  return why === null ? [] : whyLines(why, formatDuration);
}

describe('why a host waits', () => {
  test('goes through another channel down to the host that needs a reboot, and says what to do', () => {
    const run = runOf(`
fleet:
  channels:
    edge: { hosts: [gate], soak: 1m }
    stable: { hosts: [a, b], waves: [{ hosts: a }, { hosts: b }], waits-for: [edge] }
steps: [{ at: 0s, do: defer-activation, hosts: gate, component: kernel }]
`);
    const lines = linesOf(run, 'b');
    expect(lines.map(({ depth, host }) => [depth, host?.hostname])).toEqual([
      [0, 'b'],
      [1, 'gate'],
    ]);
    expect(lines.at(-1)).toMatchObject({
      text: expect.stringMatching(/^gate is Deferred, held by reboot since .*: .*kernel needs a reboot\.$/),
      remedy: 'Reboot gate.',
    });
  });

  test('of a host that was never dispatched is the host that failed, with its cause', () => {
    const run = runOf(`
fleet: { channels: { stable: { hosts: [a, b], waves: [{ hosts: a }, { hosts: b }] } } }
steps: [{ at: 0s, do: fail-activation, hosts: a, exit-code: 9 }]
`);
    expect(linesOf(run, 'b').at(-1)).toMatchObject({
      depth: 1,
      text: expect.stringMatching(/^a failed at .*: activation failed, exit code 9/),
      remedy: expect.stringContaining('publish a fix under a new ref'),
    });
  });

  test('visits each host once where hosts wait for each other, and is bounded', () => {
    const circle = runOf(`
fleet:
  channels: { stable: { hosts: [a, b], waves: [{ hosts: a }, { hosts: b }] } }
  edges: [{ hosts: a, waits-for: b }]
`);
    expect(linesOf(circle, 'a').map(({ host }) => host?.hostname)).toEqual(['a', 'b']);
    const many = runOf(`
fleet: { channels: { stable: { hosts: { web: 60 }, waves: [{ hosts: 50 }, { hosts: the rest }], soak: 1h } } }
lasts: 5m
`);
    expect(linesOf(many, 'web-55').length).toBeLessThan(16);
    expect(linesOf(many, 'web-55').at(-1)?.text).toMatch(/^and \d+ more hosts$/);
  });

  test('groups hosts by their roots: one reboot holds all others', () => {
    const run = runOf(`
fleet: { channels: { stable: { hosts: { web: 20 }, waves: [{ hosts: 1 }, { hosts: the rest }], soak: 5m } } }
steps: [{ at: 0s, do: take-offline, hosts: web-01 }]
`);
    const [cause, ...others] = rootCauses(new Moment(run.history, run.endedRunMs));
    expect(others).toEqual([]);
    expect(cause?.roots.map(({ hostname }) => hostname)).toEqual(['web-01']);
    expect(cause?.waiting).toHaveLength(19);
  });
});
