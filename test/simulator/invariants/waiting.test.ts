import { describe, expect, test } from 'vitest';
import { CONTROL_PLANE_RULES, GATES, type ControlPlaneCore } from '../../../src/control-plane/index.ts';
import { controlPlane, gate, misnamed, stuckGate } from '../planted-bugs/broken-control-plane.ts';
import { CONTROL_PLANE_GATE_BUGS } from '../planted-bugs/control-plane-gate-bugs.ts';
import { staged } from '../planted-bugs/scenes.ts';
import { after, budgetOf, MINUTE, scenarioWith, sketch } from '../support/small-fleets.ts';
import { noticed } from './noticed.ts';

test('is silent while hosts wait for their wave and for a budget', () => {
  expect(noticed(staged())).toEqual(new Set());
});

test('notices a gate that holds hosts when nothing holds them any more', () => {
  expect(noticed(staged(), stuckGate('wave-promotion'))).toContain('waiting');
});

test('notices a hold under the name of another gate', () => {
  const hold = { gate: 'quarantine', channel: 'stable', closure: 'r1-a1' } as const;
  expect(noticed(staged(), misnamed('wave-promotion', hold))).toContain('waiting');
});

test('notices the last gate under its own name while a budget before it is full', () => {
  const budgets = [budgetOf(['b1', 'other'], 1)];
  const scenario = scenarioWith(
    [
      sketch({ channel: 'edge', waves: [['other']], soakMinutes: 300, budgets }),
      sketch({ waves: [['a1'], ['b1']], budgets }),
    ],
    {
      steps: [after(0, { type: 'fail-controls', hosts: ['a1'], probe: 'services', controls: ['A.1'], forMs: null })],
    },
  );
  const swapped = controlPlane({ gates: [...GATES.slice(0, -2), ...GATES.slice(-2).toReversed()] });
  expect(noticed(scenario)).toEqual(new Set());
  expect(noticed(scenario, swapped)).toContain('waiting');
});

test('notices a wave that begins a pass late', () => {
  const seen = new Map<string, number>();
  const late = gate('wave-promotion', (real, context, candidate) => {
    const { rolloutId, currentWave } = context.rollout;
    const before = seen.get(rolloutId) ?? 0;
    seen.set(rolloutId, currentWave);
    return real({ ...context, rollout: { ...context.rollout, currentWave: before } }, candidate);
  });
  expect(noticed(staged(), late)).toContain('waiting');
});

test('notices a wave without hosts that is passed over only in the next pass', () => {
  const withGap = scenarioWith([sketch({ waves: [['a1'], [], ['a2']] })]);
  let wasAsked = false;
  const late = controlPlane({
    isWaveDone: (wave) => {
      if (wave.hosts > 0) return CONTROL_PLANE_RULES.isWaveDone(wave);
      const isSecond = wasAsked;
      wasAsked = true;
      return isSecond;
    },
  });
  expect(noticed(withGap)).toEqual(new Set());
  expect(noticed(withGap, late)).toContain('waiting');
});

test('notices a dispatch before all agents had time to report after a lost database', () => {
  const lost = staged([after(0.1, { type: 'lose-database', downMs: 1000 })]);
  const tooEarly = {
    wrapControlPlane: (core: ControlPlaneCore): ControlPlaneCore => ({
      ...core,
      start: (config) => core.start({ ...config, dispatchFrom: typeof config?.dispatchFrom === 'number' ? 0 : null }),
    }),
  };
  expect(noticed(lost)).toEqual(new Set());
  expect(noticed(lost, tooEarly)).toContain('waiting');
});

describe('a host that waits for another one than before', () => {
  const waitsOn = CONTROL_PLANE_GATE_BUGS.find(({ name }) => name.startsWith('who waits for another'))?.cores;
  const slow = after(0, { type: 'hang-worker', hosts: ['b1'], extraMs: 10 * MINUTE, times: 1 });

  test('of its channel', () => {
    const edges: readonly [string, string][] = [
      ['c1', 'a1'],
      ['c1', 'b1'],
    ];
    const scenario = scenarioWith([sketch({ waves: [['a1', 'b1', 'c1']], edges })], { steps: [slow] });
    expect(noticed(scenario)).toEqual(new Set());
    expect(noticed(scenario, waitsOn)).toContain('waiting');
  });

  test('of a gating channel', () => {
    const scenario = scenarioWith(
      [
        sketch({ channel: 'canary', waves: [['a1']] }),
        sketch({ channel: 'edge', waves: [['b1']] }),
        sketch({ waves: [['c1']], waitsFor: ['canary', 'edge'] }),
      ],
      { steps: [slow] },
    );
    expect(noticed(scenario)).toEqual(new Set());
    expect(noticed(scenario, waitsOn)).toContain('waiting');
  });
});
