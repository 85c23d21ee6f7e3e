import { describe, expect, test } from 'vitest';
import { neverOccurred } from '../../../src/simulator/report/result-report.ts';
import { resultReport } from '../../../src/simulator/report/index.ts';
import { asRunMs, simulate, type Run } from '../../../src/simulator/index.ts';
import { scenarioOf } from '../scenario-file/read-problems.ts';
import { countReads } from '../../support/count-reads.ts';

test('counts the broken invariants that it does not list (ten were reported as if they were all)', () => {
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
    const reason = 'Each of them is in wave 1: every host of wave 0 must be Converged or Deferred first.';
    expect(report).toContain('all hosts: held by wave-promotion\n');
    expect(report.split('every host of wave 0')).toHaveLength(2);
    expect(report).toContain(`11 hosts of stable: Pending, held by wave-promotion since 0s\n ${reason}`);
    expect(report).toContain('wait for web-01 (Soaking)\n');
  });

  test('has no capital in the middle of a sentence: "Probe http fails on Each of them"', () => {
    const report = reportOf(`
fleet: { channels: { stable: { hosts: [a, b], soak: 1m } } }
probes: [{ run: [{ name: http, every: 10s }] }]
steps: [{ at: 0s, do: silence-probe, hosts: [a, b] }]
lasts: 10m
`);
    expect(report).toContain('Probe http on each of them has never reported for the new closure.');
  });

  test('leaves the name of a closure as it is: "Bad was rolled back on channel stable"', () => {
    const report = reportOf(`
fleet: { channels: { stable: { hosts: [a, b, c], waves: [{ hosts: a }, { hosts: the rest }], soak: 1m } } }
closures: { '*': bad }
steps:
  - { at: 0s, do: fail-activation, hosts: a, times: 1 }
  - { at: 5m, do: publish, ref: again, closures: { '*': bad } }
`);
    expect(report).toMatch(/3 hosts of stable: Pending, held by quarantine .*\n bad was rolled back on channel stable/);
  });

  test('names the budget that binds, how full it is, and the host that takes up the room', () => {
    const report = reportOf(`
fleet:
  channels: { stable: { hosts: { web: 4 }, waves: 1, soak: 10m } }
  budgets: [{ tag: web, at-most: 1 }]
lasts: 5m
`);
    expect(report).toMatch(/web-02 Pending held by disruption-budget\n/);
    expect(report).toContain(
      'Each of them waits for room in the disruption budget tags:web: 1 in flight, at most 1 allowed.',
    );
    expect(report).toContain('wait for web-01 (Soaking)\n');
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
    expect(report).toContain('web-01 runs leftover instead of web-01-release-1.');
  });
});

describe('the report', () => {
  test('shows the time of day where the scenario says when it starts, and later days by their number', () => {
    const report = reportOf(`
starts: 2026-03-01T23:50:00Z
fleet: { channels: { stable: { hosts: { web: 2 }, waves: 2, soak: 20m } } }
lasts: 30m
`);
    expect(report).toContain('web-02: Soaking, held by soak since +1d 00:10:46, until +1d 00:30:00');
    expect(report).toContain('23:50:00 stable@release-1 dispatched in wave 0: web-01');
  });

  test('prints the soak that was really had, and warns where it is well under the policy', () => {
    const report = reportOf(`
fleet: { channels: { stable: { hosts: { web: 2 }, soak: 10m } } }
steps: [{ at: 0s, do: take-offline, hosts: web-02, for: 9m }]
`);
    expect(report).toMatch(
      /soaked \d+s to 9m \d\ds of 10m\n 1 host soaked for less than the policy requires: web-02 \d+s\n/,
    );
  });

  test('counts the hosts that stay on a release that failed elsewhere', () => {
    const report = reportOf(`
fleet: { channels: { stable: { hosts: { web: 3 }, waves: [{ hosts: 1 }, { hosts: the rest }], soak: 5m } } }
steps: [{ at: 0s, do: fail-activation, hosts: web-03 }]
`);
    expect(report).toMatch(/^stable@release-1 stopped at .*\. web-03: activation failed/);
    expect(report).toContain('converged and stay on release-1, which failed elsewhere: web-01');
  });

  test('says of a probe that failed once that it did, and not that it kept failing', () => {
    const report = reportOf(`
fleet: { channels: { stable: { hosts: [a], soak: 30m, on-failure: rollback-and-halt } } }
probes: [{ run: [{ name: backup, every: 10m }] }]
steps: [{ at: 10m40s, do: fail-probe, hosts: a, probe: backup, for: 30s }]
`);
    expect(report).toMatch(/a: probe backup failed again, 2m \d\ds after the first failure/);
    expect(report).not.toContain('kept failing');
  });

  test('counts a partition as one fault, however many messages it costs', () => {
    const report = reportOf(`
fleet: { channels: { stable: { hosts: [a], soak: 5m } } }
steps: [{ at: 1m, do: partition, hosts: a, for: 30m }]
`);
    expect(report).toMatch(/Faults\n partition once\n/);
  });
});

describe('cases from bug reports of other tools', () => {
  const FLEET =
    'fleet: { channels: { stable: { hosts: { web: 2 }, waves: [{ hosts: 1 }, { hosts: the rest }], soak: 5m } } }';

  test('a host that was switched by hand holds its wave by name, with what it runs since then', () => {
    const report = reportOf(`${FLEET}
steps: [{ at: 3m, do: switch-by-hand, hosts: web-01, closure: hotfix }]
`);
    expect(report).toContain('1 host waits for web-01, which runs a closure other than its target');
    expect(report).toContain('web-01: Soaking, held by wrong-closure since 3m 00s\n web-01 runs hotfix instead of');
    expect(report).toContain('Do: Find out why web-01 runs hotfix, and switch it to web-01-release-1.');
  });

  test('the lost messages of a host are one line', () => {
    const report = reportOf(`${FLEET}
steps: [{ at: 10s, do: lose-messages, what: answers, hosts: web-01, for: 4m }]
`);
    expect(report.match(/fault: answer-lost/g)).toHaveLength(1);
    expect(report).toMatch(/fault: answer-lost: web-01 \(\d+ times until [34]m \d\ds\)\n/);
  });

  test('requests at the same moment are not two hosts', () => {
    const report = reportOf(`${FLEET}
steps: [{ at: 0s, do: bounce-requests, hosts: web-01, for: 2m }]
`);
    expect(report).toMatch(/fault: request-bounced: web-01 \(\d+ times until 1m \d\ds\)\n/);
    expect(report).not.toContain('web-01, web-01');
  });

  test('a probe that fails after convergence is not asked', () => {
    const report = reportOf(`${FLEET}
steps: [{ when: web-01 is Converged, after: 1m, do: fail-probe, hosts: web-01 }]
`);
    expect(report).toContain('requested, but never occurred: probes run only while a host soaks');
  });

  test('a host that is off comes back or leaves, and a wrong clock is in plain words', () => {
    const report = reportOf(`${FLEET}
hosts: [{ hosts: web-02, clock: 1h behind }]
steps: [{ at: 0s, do: take-offline, hosts: web-01 }]
`);
    expect(report).toContain('Do: Bring web-01 up, or take it out of the fleet.');
    expect(report).toContain('fault: clock-skew (1h behind): web-02\n');
  });
});

test('a requested fault that never occurred says what it waits for', () => {
  expect((['wrong-closure', 'rollback-lies', 'partition'] as const).map((fault) => neverOccurred(fault))).toEqual([
    expect.stringMatching(/^requested, but never occurred: no switch began after that .*lie-about-rollback/),
    'requested, but never occurred: no rollback began after that',
    'requested, but never occurred',
  ]);
});

test('does not say that a host is back if its rollback lied', () => {
  const report = resultReport(
    simulate(
      scenarioOf(`
fleet: { channels: { stable: { hosts: [a], soak: 10m, on-failure: rollback-and-halt } } }
steps:
  - { at: 2m, do: fail-probe, hosts: a }
  - { at: 0s, do: lie-about-rollback, hosts: a }
`),
    ),
    { width: 200, colour: false },
  );
  expect(report).toMatch(/a {2}Reverted .*; reported back on old-a, but is not/);
});

test('says nothing of a rollback once the host has converged (its old record stayed in the report)', () => {
  const run = simulate(
    scenarioOf(`
fleet: { channels: { stable: { hosts: [a, b], soak: 10m } } }
steps:
  - { at: 2m, do: fail-probe, hosts: a, for: 3m }
  - { at: 0s, do: lie-about-rollback, hosts: a, times: 1 }
  - { at: 19m, do: lose-disk, hosts: a }
  - { at: 20m, do: lose-database }
`),
  );
  const [host] = run.rollouts[0]?.waves[0]?.hosts ?? [];
  expect(host).toMatchObject({ hostname: 'a', state: 'Converged', revertedTo: null, rollbackLied: false });
});

test('a new release is listed once (it was also listed as a fault)', () => {
  const report = resultReport(
    simulate(
      scenarioOf(`
fleet: { channels: { stable: { hosts: [a], soak: 5m } } }
steps: [{ at: 1m, do: publish, ref: next }]
`),
    ),
    { width: 100, colour: false },
  );
  const timeline = report.slice(report.indexOf('Timeline'), report.indexOf('Channel stable'));
  expect(timeline.match(/stable@next$/gm)).toHaveLength(1);
  expect(timeline).not.toContain('fault:');
});

test('a budget that lists its hosts is named in short beside each dispatch that it did not see', () => {
  const hosts = Array.from({ length: 12 }, (_, n) => `web-${String(n + 1).padStart(2, '0')}`);
  const report = reportOf(`
fleet:
  channels:
    a: { hosts: [${hosts.slice(0, 6).join(', ')}], soak: 1m, on-failure: halt }
    b: { hosts: [${hosts.slice(6).join(', ')}], soak: 1m, on-failure: halt }
  budgets: [{ hosts: [${hosts.join(', ')}], at-most: 1 }]
steps: [{ at: 0s, do: fail-activation, hosts: web-01 }]
`);
  expect(report).toContain('\n hosts:web-01,web-02 and 10 more, at most 1: web-07 was dispatched at ');
});
