import { expect, test } from 'vitest';
import { CONTROL_PLANE_RULES } from '../../../src/control-plane/index.ts';
import { controlPlane } from '../planted-bugs/broken-control-plane.ts';
import { alone, deferForever, rebootBeforeReport } from '../planted-bugs/scenes.ts';
import { after, MINUTE } from '../support/small-fleets.ts';
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

test('notices what is made up under a number that does not come next', () => {
  const skipping = controlPlane({
    synthesize: (...args) => CONTROL_PLANE_RULES.synthesize(...args).map((event) => ({ ...event, seq: event.seq + 1 })),
  });
  expect(noticed(REBOOTED, skipping)).toContain('synthesis');
});
