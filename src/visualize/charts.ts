import { guardRefusals, hostRolloutMachine, type HostEventType } from '../machine/index.ts';
import { rolloutEventTypes, rolloutGuardRefusals, rolloutMachine, type RolloutEventType } from '../rollout/index.ts';
import { crowdedHost, sampleRollout, sampleRolloutEvent, usualHostEvent } from '../testing/internal.ts';
import { hostEventTypes, sideOf } from '../testing/index.ts';
import { chartOfMachine } from './chart-of-machine.ts';
import type { ChartModel, ChartSide } from './chart-model.ts';

export const chartSides: readonly ChartSide[] = ['agent', 'control-plane', 'both'];

const TRIAL_POLICY = { onHealthFailure: 'rollback-and-halt' } as const;

/** The chart of the host machine, as the agent runs it, as the control plane runs it, or both in one. */
export const hostChart = (side: ChartSide): ChartModel =>
  chartOfMachine(hostRolloutMachine, {
    title: 'Host in a rollout',
    side,
    eventTypes: hostEventTypes,
    // The events that the reading asks for are those of this machine.
    sideOf: (event) => sideOf(event as HostEventType),
    refusingGuards: Object.keys(guardRefusals),
    trial: (event) => ({
      record: crowdedHost,
      event: usualHostEvent(event as HostEventType, crowdedHost, crowdedHost.dispatchedAt, TRIAL_POLICY),
      environment: TRIAL_POLICY,
    }),
  });

/** The chart of the rollout machine; only the control plane runs it. */
export const rolloutChart = (): ChartModel =>
  chartOfMachine(rolloutMachine, {
    title: 'Rollout',
    side: 'control-plane',
    eventTypes: rolloutEventTypes,
    sideOf: () => 'control-plane',
    refusingGuards: Object.keys(rolloutGuardRefusals),
    trial: (event) => ({
      record: sampleRollout,
      // The rollout's chart has the rollout's events.
      event: sampleRolloutEvent(event as RolloutEventType, sampleRollout, sampleRollout.openedAt + 1),
      environment: null,
    }),
  });
