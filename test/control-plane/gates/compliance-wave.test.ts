import { expect, test } from 'vitest';
import { complianceWaveGate } from '../../../src/control-plane/gates/compliance-wave.ts';
import { candidate, gateContext, reasonOf } from '../support/gate-world.ts';
import { gateOf, wavesOf } from '../../../src/control-plane/reads.ts';
import type { ProbeSubResult } from '../../../src/machine/events.ts';
import { manifest } from '../support/manifests.ts';
import { World } from '../support/world.ts';

const check = (failures: number) =>
  complianceWaveGate.check(
    gateContext({ failuresBefore: (wave) => (wave === 2 ? failures : 0) }),
    candidate({ wave: 2 }),
  );

test('outstanding failures of earlier waves hold, and are counted', () => {
  expect(check(0)).toBeNull();
  expect(check(1)).toEqual({ gate: 'compliance-wave', wave: 2, failures: 1 });
  expect(reasonOf(check(1))).toBe(
    'a is in wave 2, which waits until no enforce check fails in earlier waves: 1 fails.',
  );
  expect(reasonOf(check(3))).toContain(': 3 fail.');
});

const ID = 'stable@r1';

/** Wave 1 is under way while `late`, of wave 0, comes back from its reboot with a failing probe. */
function world(): World {
  const made = new World();
  made.verify(manifest({ waves: [['late'], ['b', 'c']], budgets: [{ key: 'k', hosts: ['b', 'c'], limit: 1 }] }));
  made.defer('late', ID);
  expect(made.queued()).toEqual(['b']);
  made.send('late', ID, {
    type: 'ActivationCompleted',
    observedCurrentClosure: 'late-r1',
    exitCode: 0,
    completedAt: 1,
  });
  return made;
}

function probe(
  made: World,
  mode: 'enforce' | 'observe',
  status: 'pass' | 'fail',
  subResults: readonly ProbeSubResult[] | null = null,
): void {
  made.send('late', ID, {
    type: 'ProbeResult',
    probeName: '__proto__',
    mode,
    status,
    observedAt: 1,
    failureReason: null,
    subResults,
  });
}

const control = (status: 'pass' | 'fail', effectiveMode: 'enforce' | 'observe'): ProbeSubResult => ({
  controlId: 'c',
  status,
  framework: 'f',
  article: null,
  effectiveMode,
  overrideReason: null,
});

test('a failing enforce probe of an earlier wave holds the later one until it passes', () => {
  const made = world();
  probe(made, 'enforce', 'fail');
  made.converge('b', ID);
  expect([made.queued(), made.deferred()]).toEqual([[], ['c compliance-wave']]);
  probe(made, 'enforce', 'pass');
  made.tick();
  expect(made.queued()).toEqual(['c']);
});

test('an observe probe holds nothing, and an enforce probe that becomes observe stops holding', () => {
  const made = world();
  probe(made, 'enforce', 'fail');
  probe(made, 'observe', 'fail');
  made.converge('b', ID);
  expect(made.queued()).toEqual(['c']);
});

test('an evidence probe counts each failing control that is enforced', () => {
  const made = world();
  probe(made, 'enforce', 'fail', [
    control('fail', 'enforce'),
    control('fail', 'enforce'),
    control('fail', 'observe'),
    control('pass', 'enforce'),
  ]);
  expect(wavesOf(made.state, ID)[0]?.failures).toBe(2);
  made.converge('b', ID);
  expect(gateOf(made.state, ID, 'c')).toMatchObject({ failures: 2 });
  probe(made, 'enforce', 'fail', [control('fail', 'observe')]);
  made.tick();
  expect(made.queued()).toEqual(['c']);
});

test('an evidence probe without a single control counts as any other', () => {
  const made = world();
  probe(made, 'enforce', 'fail', []);
  expect(wavesOf(made.state, ID)[0]?.failures).toBe(1);
});

test('several probes add up, and hosts of the same wave do not hold each other', () => {
  const made = new World();
  made.verify(manifest({ others: ['a', 'b'], budgets: [{ key: 'k', hosts: ['a', 'b'], limit: 1 }] }));
  made.soak('a', ID);
  for (const probeName of ['p', 'q']) {
    made.send('a', ID, {
      type: 'ProbeResult',
      probeName,
      mode: 'enforce',
      status: 'fail',
      observedAt: 1,
      failureReason: null,
      subResults: null,
    });
  }
  expect(wavesOf(made.state, ID)[0]?.failures).toBe(2);
  expect(gateOf(made.state, ID, 'b')?.gate).toBe('disruption-budget');
});
