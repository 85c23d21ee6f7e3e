import { z } from 'zod';
import { count } from '../../text/index.ts';
import { wholeNumberField } from '../scenario-file/field-types.ts';
import { chanceRate, type FaultKind, type FaultWorld } from './fault.ts';
import { down, optionalSetting, settings } from './step-settings.ts';
import { lastingWords } from './words.ts';

/**
 * The control plane dies while handling an input. It stores everything at once, before its first effect. Killed after 0
 * effects, it has not taken the input; killed later, it has, but sends nothing more.
 */
export interface KillControlPlane {
  readonly type: 'kill-control-plane';
  /** While handling the next input with at least this many effects, after performing this many of them. */
  readonly afterEffects: number;
  readonly downMs: number | null;
}

export interface ControlPlaneKilledParams {
  readonly 'control-plane-killed': { readonly afterEffects: number; readonly ofEffects: number };
}

export interface ControlPlaneKilledRates {
  /** Chance, for each effect, that the control plane dies before performing it. */
  readonly controlPlaneKilledBeforeEffect: number;
}

export const controlPlaneKilled: FaultKind<ControlPlaneKilledParams, KillControlPlane, ControlPlaneKilledRates> = {
  faults: {
    'control-plane-killed': {
      tests: 'an input is taken as a whole or not at all, and an agent without an answer sends it again',
      params: z.object({ afterEffects: z.number(), ofEffects: z.number() }),
      detail: ({ afterEffects, ofEffects }) => `after ${afterEffects} of ${count(ofEffects, 'effect')}`,
      pin: ({ afterEffects }) => ({ step: { type: 'kill-control-plane', afterEffects, downMs: null } }),
    },
  },
  step: {
    do: 'kill-control-plane',
    isArmed: true,
    ...settings<KillControlPlane>({
      afterEffects: optionalSetting<number>(
        'after-effects',
        { schema: wholeNumberField(0, 1000), write: (value) => value },
        0,
        'After this many effects of the next input that has as many (default: 0, before anything is stored)',
      ),
      downMs: down('down'),
    }),
    words: ({ afterEffects, downMs }) =>
      `control plane: killed in its next input, after ${count(afterEffects, 'effect')}${lastingWords(', down for', downMs)}`,
    strike: (world, { afterEffects, downMs }) => {
      world.armedKill = { afterEffects, downMs };
    },
  },
  rates: {
    controlPlaneKilledBeforeEffect: chanceRate(
      'control-plane-killed-before-effect',
      'Chance, for each effect, that the control plane is killed before performing it',
    ),
  },
};

/** After how many effects of this input the control plane dies; `null` if it does not. */
export function killsControlPlane(world: FaultWorld, ofEffects: number, beforeEffect: number): number | null {
  const { armedKill } = world;
  if (armedKill !== null && ofEffects >= Math.max(1, armedKill.afterEffects)) return armedKill.afterEffects;
  if (beforeEffect === 0) return null;
  const random = world.random('', 'fault:control-plane-killed');
  for (let at = 0; at < ofEffects; at += 1) if (random.happens(beforeEffect)) return at;
  return null;
}

/** The control plane dies now. */
export function controlPlaneDies(world: FaultWorld, afterEffects: number, ofEffects: number): void {
  const { armedKill } = world;
  world.armedKill = null;
  world.fired<ControlPlaneKilledParams>('control-plane-killed', null, { afterEffects, ofEffects });
  world.stopControlPlane(armedKill?.downMs ?? null, 'kept');
}
