import { expect, test } from 'vitest';
import { CONTROL_PLANE_RULES } from '../../../src/control-plane/index.ts';
import { controlPlane } from '../planted-bugs/broken-control-plane.ts';
import { alone, deferForever, rebootBeforeReport } from '../planted-bugs/scenes.ts';
import { after, MINUTE, scenarioWith, sketch } from '../support/small-fleets.ts';
import { noticed } from './noticed.ts';

/** The reboot of a deferred host finishes its activation, and only its heartbeat says so. */
const REBOOTED = alone([deferForever, after(5, { type: 'reboot', hosts: ['a1'], offMs: MINUTE })]);

test('is silent when a heartbeat stands for the end of an activation', () => {
  expect(noticed(REBOOTED)).toEqual(new Set());
  expect(noticed(rebootBeforeReport())).toEqual(new Set());
});

test('notices that nothing is concluded from a heartbeat', () => {
  expect(noticed(REBOOTED, controlPlane({ synthesize: () => [] }))).toContain('synthesis');
});

test('notices what is made up of a host that runs something else', () => {
  const anything = controlPlane({
    synthesize: (record, evidence, now) =>
      CONTROL_PLANE_RULES.synthesize(record, { ...evidence, runningClosure: record.targetClosure }, now),
  });
  expect(noticed(REBOOTED, anything)).toContain('synthesis');
});

test('notices that a synthesized activation names another closure than the heartbeat', () => {
  const misnaming = controlPlane({
    synthesize: (...args) =>
      CONTROL_PLANE_RULES.synthesize(...args).map((event) =>
        event.type === 'RemoteActivationCompleted' ? { ...event, observedCurrentClosure: 'another' } : event,
      ),
  });
  expect(noticed(REBOOTED, misnaming)).toContain('synthesis');
});

test('notices what is made up under a number that does not come next', () => {
  const skipping = controlPlane({
    synthesize: (...args) => CONTROL_PLANE_RULES.synthesize(...args).map((event) => ({ ...event, seq: event.seq + 1 })),
  });
  expect(noticed(REBOOTED, skipping)).toContain('synthesis');
});

test('notices that the synthesized events of a host do not come to its convergence', () => {
  // It runs its target, and its dispatch has been withdrawn, when its soak is not over.
  const withdrawn = scenarioWith([sketch({ waves: [['a1', 'a2']], soakMinutes: 60, onHealthFailure: 'halt' })], {
    steps: [
      after(0, { type: 'expire-manifest', hosts: ['a1'], forMs: 10 * MINUTE }),
      after(0, { type: 'fail-activation', hosts: ['a2'], exitCode: 1, times: 1 }),
      after(3, { type: 'switch-by-hand', hosts: ['a1'], closure: 'r1-a1' }),
      // The run goes on until then.
      after(6, { type: 'restart-control-plane', downMs: 1000 }),
    ],
  });
  const impatient = controlPlane({
    synthesize: (record, ...rest) => CONTROL_PLANE_RULES.synthesize({ ...record, soakDueAt: null }, ...rest),
  });
  expect(noticed(withdrawn)).toEqual(new Set());
  expect(noticed(withdrawn, impatient)).toContain('synthesis');
});
