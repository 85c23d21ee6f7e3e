import { PER_HOUR } from '../scenario-file/fields.ts';
import { nothing, rate, type FaultKind, type FaultWorld, type Nothing } from './fault.ts';
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
        rates: ['controlPlaneRestartsPerHour'],
        params: nothing,
        detail: () => '',
        pin: () => ({ step: { type: 'restart-control-plane', downMs: null } }),
      },
    },
    step: {
      do: 'restart-control-plane',
      isOnHosts: false,
      isArmed: false,
      ...settings<RestartControlPlane>({ downMs: down('down') }),
      faults: () => ['control-plane-restart'],
      words: ({ downMs }) => `control plane: restart${lastingWords(', down for', downMs)}`,
      strike: (world, { downMs }) => restart(world, downMs),
    },
    rates: {
      controlPlaneRestartsPerHour: rate(
        'control-plane-restarts-per-hour',
        PER_HOUR,
        0,
        'Restarts of the control plane per hour',
      ),
    },
    hooks: {
      beginControlPlane: (world, rates) => arrangeRestart(world, rates),
      strikeByChance: (world, rates) => {
        restart(world, null);
        arrangeRestart(world, rates);
      },
    },
  };

function arrangeRestart(world: FaultWorld, { controlPlaneRestartsPerHour: perHour }: ControlPlaneRestartRates): void {
  if (perHour > 0)
    world.arrange(controlPlaneRestart.hooks, null, world.random('', 'control-plane-restart').untilNextMs(perHour));
}

function restart(world: FaultWorld, downMs: number | null): void {
  if (world.isControlPlaneUp) {
    world.fired<ControlPlaneRestartParams>('control-plane-restart', null, {});
    world.stopControlPlane(downMs, 'kept');
  }
}
