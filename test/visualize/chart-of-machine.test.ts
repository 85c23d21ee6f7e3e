import { describe, expect, it } from 'vitest';
import { hostRolloutMachine } from '../../src/machine/host-rollout.machine.ts';
import { rolloutMachine } from '../../src/rollout/rollout.machine.ts';
import { chartCells } from '../../src/testing/chart-cells.ts';
import { hostChart, rolloutChart } from '../../src/visualize/charts.ts';

const branchesOf = (state: string, event: string) =>
  hostChart('both')
    .states.find(({ name }) => name === state)
    ?.events.find(({ type }) => type === event)?.branches;

describe('the chart of the host machine as data', () => {
  it('has the states, events and targets of the built machine', () => {
    const chart = hostChart('both');
    expect(chart.states.map(({ name }) => name)).toEqual(Object.keys(hostRolloutMachine.states));
    expect(chart.start).toBe('Pending');
    const taken = chart.states.flatMap(({ name, events }) =>
      events.map(({ type, branches }) => ({ key: `${name}.${type}`, target: branches[0]?.target ?? name })),
    );
    const legal = chartCells.filter(({ target }) => target !== null).map(({ key, target }) => ({ key, target }));
    expect(taken.toSorted((a, b) => (a.key < b.key ? -1 : 1))).toEqual(
      legal.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    );
    expect(taken).toHaveLength(28);
  });

  it('shows what a failed activation does under either policy', () => {
    const branches = branchesOf('Activating', 'LocalActivationFailed');
    expect(
      branches?.map(({ target, guards, effects }) => ({ target, guards, effects: effects.map(({ type }) => type) })),
    ).toEqual([
      {
        target: 'Failed',
        guards: ['policyRollsBack'],
        effects: ['LocalEmitEvent', 'RecordTransition', 'LocalFireRollbackTo'],
      },
      { target: 'Failed', guards: [], effects: ['LocalEmitEvent', 'RecordTransition'] },
    ]);
    expect(branches?.[0]?.writes).toContainEqual({
      field: 'policyApplied',
      from: 'policy.onHealthFailure',
      onlyIfNull: false,
    });
    expect(branchesOf('Deferred', 'LocalActivationFailed')?.[0]?.writes.map(({ field }) => field)).toEqual([
      'activationFailedAt',
      'failedAt',
    ]);
  });

  it('names the policy of a branch exactly where the policy decides', () => {
    const forks = hostChart('both').states.flatMap(({ name, events }) =>
      events
        .filter(({ branches }) => branches.some(({ policy }) => policy !== null))
        .map(({ type, branches }) => [`${name}.${type}`, ...branches.map(({ policy }) => policy)]),
    );
    expect(forks).toEqual([
      ['Activating.LocalActivationFailed', 'rollback-and-halt', 'halt'],
      ['Soaking.LocalSustainedFailureCrossed', 'rollback-and-halt', 'halt'],
    ]);
  });

  it('finds what is written, from where, and which values are kept', () => {
    expect(branchesOf('Soaking', 'LocalProbeObservedFirst')?.[0]?.writes).toEqual([
      { field: 'probeObservedFirstAt', from: 'event.observedAt', onlyIfNull: true },
    ]);
    expect(branchesOf('Soaking', 'RemoteProbeResult')?.[0]?.writes.map(({ field }) => field)).toEqual([
      'probes[probeName]',
    ]);
    expect(branchesOf('Activating', 'RemoteActivationCompleted')?.[0]?.writes).toContainEqual({
      field: 'probes',
      from: 'emptied',
      onlyIfNull: false,
    });
    expect(hostChart('agent').alwaysAsked).toEqual(['seqIsNewer']);
    expect(hostChart('agent').alwaysWritten.map(({ field }) => field)).toEqual(['lastEventSeq']);
  });

  it('finds the effects of every event and of every change of state', () => {
    expect(hostChart('both').routineEffects).toEqual([
      { type: 'RecordTransition', side: 'agent', occurs: 'on change of state' },
      { type: 'LocalEmitEvent', side: 'agent', occurs: 'always' },
      { type: 'RemoteAppendEventLog', side: 'control-plane', occurs: 'always' },
      { type: 'RecordTransition', side: 'control-plane', occurs: 'on change of state' },
    ]);
    expect(rolloutChart().routineEffects.map(({ type }) => type)).toEqual(['RecordRolloutTransition']);
  });

  it('says which reports may be lost', () => {
    expect(branchesOf('Soaking', 'LocalProbeResult')?.[0]?.effects[0]?.detail).toBe('lossy');
    expect(branchesOf('Soaking', 'LocalProbeTopologyDeclared')?.[0]?.effects[0]?.detail).toBe('durable');
  });

  it('shows each side only its own events', () => {
    for (const [side, prefix] of [
      ['agent', 'Local'],
      ['control-plane', 'Remote'],
    ] as const) {
      const chart = hostChart(side);
      expect(chart.eventTypes).toHaveLength(12);
      expect(chart.states.flatMap(({ events }) => events).every(({ type }) => type.startsWith(prefix))).toBe(true);
    }
  });
});

describe('the chart of the rollout machine as data', () => {
  it('has its states, its eight events, and the branches of WaveAdvanced', () => {
    const chart = rolloutChart();
    expect(chart.states.map(({ name }) => name)).toEqual(Object.keys(rolloutMachine.states));
    expect(chart.eventTypes).toHaveLength(8);
    const active = chart.states.find(({ name }) => name === 'Active');
    const waveAdvanced = active?.events.find(({ type }) => type === 'WaveAdvanced');
    expect(waveAdvanced?.branches.map(({ target, guards }) => [target, ...guards])).toEqual([
      [null, 'goesOn', 'passesCursor'],
      [null, 'goesOn'],
      ['Converging'],
    ]);
  });
});
