import { nothing, onControlPlanePerHour, ratePerHour, type FaultKind, type FaultWorld, type Nothing } from './fault.ts';
import { down, settings } from './step-settings.ts';
import { lastingWords } from './words.ts';

/** The control plane's process restarts; its database stays. */
export interface RestartControlPlane {
  readonly type: 'restart-control-plane';
  readonly downMs: number | null;
}

export interface ControlPlaneRestartParams {
  readonly 'control-plane-restart': Nothing;
}

export interface ControlPlaneRestartRates {
  readonly controlPlaneRestartsPerHour: number;
}

export const controlPlaneRestart: FaultKind<ControlPlaneRestartParams, RestartControlPlane, ControlPlaneRestartRates> =
  {
    faults: {
      'control-plane-restart': {
        tests: 'agents carry on alone, and report later',
        params: nothing,
        pin: () => ({ step: { type: 'restart-control-plane', downMs: null } }),
      },
    },
    step: {
      do: 'restart-control-plane',
      ...settings<RestartControlPlane>({ downMs: down('down') }),
      words: ({ downMs }) => `control plane: restart${lastingWords(', down for', downMs)}`,
      strike: (world, { downMs }) => restart(world, downMs),
    },
    rates: {
      controlPlaneRestartsPerHour: ratePerHour(
        'control-plane-restarts-per-hour',
        'Restarts of the control plane per hour',
      ),
    },
    hooks: onControlPlanePerHour(
      ({ controlPlaneRestartsPerHour }) => controlPlaneRestartsPerHour,
      'control-plane-restart',
      (world) => restart(world, null),
    ),
  };

function restart(world: FaultWorld, downMs: number | null): void {
  if (world.isControlPlaneUp) {
    world.fired<ControlPlaneRestartParams>('control-plane-restart', null, {});
    world.stopControlPlane(downMs, 'kept');
  }
}
