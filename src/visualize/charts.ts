import { guardRefusals, hostRolloutMachine, type HealthFailurePolicy, type HostEventType } from '../machine/index.ts';
import { rolloutEventTypes, rolloutGuardRefusals, rolloutMachine, type RolloutEventType } from '../rollout/index.ts';
import { crowdedHost, sampleRollout, sampleRolloutEvent, usualHostEvent } from '../testing/internal.ts';
import { hostEventTypes, sideOf } from '../testing/index.ts';
import { chartOfMachine } from './chart-of-machine.ts';
import type { ChartModel, ChartSide } from './chart-model.ts';

export const chartSides: readonly ChartSide[] = ['agent', 'control-plane', 'both'];

const POLICIES: readonly HealthFailurePolicy[] = ['rollback-and-halt', 'halt'];

/** The chart of the host machine, as run by the agent, by the control plane, or both in one. */
export const hostChart = (side: ChartSide): ChartModel =>
  chartOfMachine(hostRolloutMachine, {
    title: 'Host in a rollout',
    side,
    eventTypes: hostEventTypes,
    // Safe: only events of this machine are asked for.
    sideOf: (event) => sideOf(event as HostEventType),
    refusingGuards: Object.keys(guardRefusals),
    trials: (event) =>
      Object.fromEntries(
        POLICIES.map((onHealthFailure) => {
          const environment = { onHealthFailure };
          // Safe, as above.
          const made = usualHostEvent(event as HostEventType, crowdedHost, crowdedHost.dispatchedAt, environment);
          return [onHealthFailure, { record: crowdedHost, event: made, environment }];
        }),
      ),
  });

/** The chart of the rollout machine; only the control plane runs it. */
export const rolloutChart = (): ChartModel =>
  chartOfMachine(rolloutMachine, {
    title: 'Rollout',
    side: 'control-plane',
    eventTypes: rolloutEventTypes,
    sideOf: () => 'control-plane',
    refusingGuards: Object.keys(rolloutGuardRefusals),
    trials: (event) => ({
      any: {
        record: sampleRollout,
        // Safe: the rollout's chart has the rollout's events.
        event: sampleRolloutEvent(event as RolloutEventType, sampleRollout, sampleRollout.openedAt + 1),
        environment: null,
      },
    }),
  });
