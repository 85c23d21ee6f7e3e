import { z } from 'zod';
import { MS } from '../scenario-file/fields.ts';
import { CLOCK_SETTINGS, clockDetail, clockWords, type ClockError } from './clock-settings.ts';
import { onControlPlanePerHour, rate, ratePerHour, type FaultKind, type FaultWorld } from './fault.ts';

/** The clock of the control plane is set. */
export interface SetControlPlaneClock extends ClockError {
  readonly type: 'set-control-plane-clock';
}

export interface ControlPlaneClockParams {
  readonly 'control-plane-clock': ClockError;
}

export interface ControlPlaneClockRates {
  readonly controlPlaneClockJumpsPerHour: number;
  /** Each jump sets the clock up to this far ahead or behind, evenly drawn. */
  readonly controlPlaneClockSkewMs: number;
}

export const controlPlaneClock: FaultKind<ControlPlaneClockParams, SetControlPlaneClock, ControlPlaneClockRates> = {
  faults: {
    'control-plane-clock': {
      tests: 'soaks and deadlines set by a clock that no agent shares',
      rates: ['controlPlaneClockJumpsPerHour'],
      params: z.object({ skewMs: z.number(), driftPpm: z.number() }),
      detail: clockDetail,
      pin: (error) => ({ step: { type: 'set-control-plane-clock', ...error } }),
    },
  },
  step: {
    do: 'set-control-plane-clock',
    ...CLOCK_SETTINGS,
    words: (error) => `control plane: its ${clockWords(error)}`,
    strike: (world, { skewMs, driftPpm }) => set(world, { skewMs, driftPpm }),
  },
  rates: {
    controlPlaneClockJumpsPerHour: ratePerHour(
      'control-plane-clock-jumps-per-hour',
      'How often the clock of the control plane jumps, per hour',
    ),
    controlPlaneClockSkewMs: rate(
      'control-plane-clock-skew',
      MS,
      60_000,
      'How far each jump may take the clock of the control plane ahead or behind',
    ),
  },
  hooks: onControlPlanePerHour(
    ({ controlPlaneClockJumpsPerHour }) => controlPlaneClockJumpsPerHour,
    'fault:control-plane-clock',
    (world, { controlPlaneClockSkewMs: most }) =>
      set(world, { skewMs: world.random('', 'fault:control-plane-clock').between(-most, most), driftPpm: 0 }),
  ),
};

function set(world: FaultWorld, error: ClockError): void {
  world.fired<ControlPlaneClockParams>('control-plane-clock', null, error);
  world.setControlPlaneClock(error.skewMs, error.driftPpm);
}
