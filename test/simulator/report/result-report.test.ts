import { describe, expect, test } from 'vitest';
import { resultReport } from '../../../src/simulator/report/index.ts';
import { asRunMs, simulate, type Run } from '../../../src/simulator/index.ts';
import { scenarioOf } from '../scenario-file/read-problems.ts';
import { countReads } from '../../support/count-reads.ts';

test('says how many broken invariants it does not list: ten were told as if there were no more', () => {
  const run = simulate(scenarioOf('fleet: { channels: { stable: { hosts: 2 } } }\n'));
  const broken = (amount: number): string => {
    const violations: Run['violations'] = Array.from({ length: amount }, (_, at) => ({
      runMs: asRunMs(at),
      type: 'InvariantBroken',
      invariant: 'budget',
      hostname: null,
      rolloutId: null,
      message: `It is broken for the ${at}th time.`,
    }));
    return resultReport({ ...run, violations }, { width: 300, colour: false });
  };
  expect(broken(10)).not.toContain('more');
  expect(broken(11)).toContain('9th time.\n  and 1 more; --json has them all\n');
});

const reportOf = (text: string): string =>
  resultReport(simulate(scenarioOf(text)), { width: 300, colour: false }).replace(/ {2,}/g, ' ');

describe('what is the same of many hosts', () => {
  test('is said once of a wave that it holds as a whole: it was said of each', () => {
    const report = reportOf(`
fleet: { channels: { stable: { hosts: { web: 12 }, waves: [{ hosts: 1 }, { hosts: the rest }], soak: 10m } } }
lasts: 5m
`);
    const reason = 'each is in wave 1: every host of wave 0 has to be Converged or Deferred first.';
    expect(report).toContain('all of it held by wave-promotion\n');
    expect(report.split('every host of wave 0')).toHaveLength(2);
    expect(report).toContain(`11 hosts of stable: Pending, held by wave-promotion since 0s\n ${reason}`);
    expect(report).toContain('waits for web-01 (Soaking)\n');
  });

  test('names the budget that binds, how full it is, and the host that takes up the room', () => {
    const report = reportOf(`
fleet:
  channels: { stable: { hosts: { web: 4 }, waves: 1, soak: 10m } }
  budgets: [{ tag: web, at-most: 1 }]
lasts: 5m
`);
    expect(report).toMatch(/web-02 Pending held by disruption-budget\n/);
    expect(report).toContain('each waits for room in the disruption budget tags:web: 1 of 1 hosts are in flight.');
    expect(report).toContain('waits for web-01 (Soaking)\n');
  });

  test('counts each host of a large wave once, however often its gate gave another reason', () => {
    const report = reportOf(`
fleet:
  channels: { stable: { hosts: { web: 30 }, waves: 1, soak: 5m } }
  budgets: [{ tag: web, at-most: 3 }]
  edges: [{ hosts: web-2*, waits-for: [web-10, web-11] }]
`);
    expect(report).toContain('host-edge held 10 hosts back');
  });

  test('reads each host of a large fleet a few times (regression: it took half a minute)', () => {
    const run = simulate(scenarioOf('fleet: { channels: { stable: { hosts: 2, soak: 5m } } }\nlasts: 1m\n'));
    const [first] = run.holds;
    if (first === undefined) throw new Error('nothing is held');
    const holds = Array.from({ length: 100_000 }, (_, at) => ({ ...first, hostname: `h-${at}` }));
    const { counted, reads } = countReads(holds);
    expect(resultReport({ ...run, holds: counted }, { width: 300, colour: false })).toContain(
      '100,000 hosts of stable: Soaking',
    );
    expect(reads() / holds.length).toBeLessThan(30);
  });

  test('says that hosts which joined one after the other are not held as long: the time of the first stood for all', () => {
    const report = reportOf(`
fleet: { channels: { stable: { hosts: { web: 3 }, waves: 1, soak: 10m } } }
hosts: [{ hosts: web-03, joins: 5m }]
lasts: 8m
`);
    expect(report).toContain('3 hosts of stable: Soaking, held by soak since 52s or later, until 10m 00s\n');
  });

  test('leaves alone what is called after a host', () => {
    const report = reportOf(`
fleet: { channels: { stable: { hosts: { web: 2 }, waves: 1, soak: 5m } } }
steps:
  - { at: 0s, do: wrong-closure, hosts: '*', closure: leftover }
`);
    expect(report).toContain('web-01 runs leftover, and not web-01-release-1.');
  });
});
