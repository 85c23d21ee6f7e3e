import { expect, test } from 'vitest';
import { CONTROL_PLANE_RULES } from '../../../src/control-plane/index.ts';
import { controlPlane, controlPlaneEffect } from '../planted-bugs/broken-control-plane.ts';
import { releaseDuringSoak, staged } from '../planted-bugs/scenes.ts';
import { noticed } from './noticed.ts';

test('is silent when a release replaces another', () => {
  expect(noticed(releaseDuringSoak())).toEqual(new Set());
});

test('notices a predecessor that continues', () => {
  expect(noticed(releaseDuringSoak(), controlPlane({ isSupersededBySuccessor: () => false }))).toContain(
    'rollout course',
  );
});

test('notices that what happens to a rollout is not in the event log', () => {
  expect(
    noticed(
      staged(),
      controlPlaneEffect('AppendRolloutEvent', () => []),
    ),
  ).toContain('rollout course');
});

test('notices that a host does not join its rollout', () => {
  const alone = controlPlaneEffect('AppendRolloutEvent', (effect) =>
    effect.event.type === 'HostJoined' && effect.event.hostId === 'a1' ? [] : [effect],
  );
  expect(noticed(staged(), alone)).toContain('rollout course');
});

test('notices that a wave without hosts is passed over without a warning', () => {
  const withGap = staged([], { waves: [['a1'], [], ['b1']], budgets: [] });
  expect(noticed(withGap)).toEqual(new Set());
  expect(
    noticed(
      withGap,
      controlPlaneEffect('WaveWithoutHosts', () => []),
    ),
  ).toContain('rollout course');
});

test('notices that a rollout stays Converging while its next wave runs', () => {
  const stuck = controlPlane({
    stepRollout: (record, event, now) => {
      const result = CONTROL_PLANE_RULES.stepRollout(record, event, now);
      if (!result.ok || record.state !== 'Converging' || result.record.state !== 'Active') return result;
      const effects = result.effects.filter(({ type }) => type !== 'RecordRolloutTransition');
      return { ok: true, record: { ...result.record, state: 'Converging' }, effects };
    },
  });
  expect(noticed(staged(), stuck)).toContain('rollout course');
});

test('notices that a rollout stays at a wave that nothing holds', () => {
  expect(noticed(staged(), controlPlane({ isWaveDone: () => false }))).toContain('rollout course');
});
