import { z } from 'zod';
import { NAMES, SPAN_OR_NEVER } from '../scenario-file/fields.ts';
import type { Span } from '../span.ts';
import { armActivation, chanceRate, rate, type FaultKind, type OnHosts } from './fault.ts';
import { DURATION, NAME, optionalSetting, settings, times } from './step-settings.ts';
import { timesWords, timeWords } from './words.ts';

/** From now on, activations of these hosts are deferred to the next boot. */
export interface DeferActivation extends OnHosts {
  readonly type: 'defer-activation';
  readonly component: string;
  /** When an operator reboots the host, after the deferral; `null` if nobody does before faults stop. */
  readonly rebootAfterMs: number | null;
  readonly times: number | null;
}

export interface ActivationDeferredParams {
  readonly 'activation-deferred': { readonly component: string };
}

export interface ActivationDeferredRates {
  /** Chance for each activation. */
  readonly activationDeferred: number;
  /** The component that needs the reboot, evenly drawn. */
  readonly deferredComponents: readonly string[];
  /** When operators reboot a deferred host; `null` if they do not before faults stop. */
  readonly deferredRebootAfter: Span | null;
}

export const activationDeferred: FaultKind<ActivationDeferredParams, DeferActivation, ActivationDeferredRates> = {
  faults: {
    'activation-deferred': {
      tests: 'other hosts may proceed past one that waits for a reboot; dependent channels may not',
      params: z.object({ component: z.string() }),
      detail: ({ component }) => component,
      pin: ({ component }, { hosts, rates }) => ({
        step: {
          type: 'defer-activation',
          hosts,
          component,
          rebootAfterMs: rates.deferredRebootAfter?.minMs ?? null,
          times: 1,
        },
      }),
    },
  },
  step: {
    do: 'defer-activation',
    isArmed: true,
    ...settings<DeferActivation>({
      component: optionalSetting<string>(
        'component',
        NAME,
        'dbus',
        'What cannot be replaced on a running system (default: dbus)',
      ),
      rebootAfterMs: optionalSetting<number | null>(
        'reboot-after',
        DURATION,
        null,
        'When an operator reboots the host (default: never)',
      ),
      times,
    }),
    words: ({ component, rebootAfterMs, times: most }) => {
      const reboot = rebootAfterMs === null ? 'never rebooted' : `rebooted ${timeWords(rebootAfterMs)} later`;
      return `activation deferred${timesWords(most)}: ${component} needs a reboot, ${reboot}`;
    },
    strikeHost: (world, { component, rebootAfterMs, times: most }, node) => {
      armActivation(world, node, most, () => {
        world.fired<ActivationDeferredParams>('activation-deferred', node.name, { component });
        return { type: 'deferred', component, rebootAfterMs };
      });
    },
  },
  rates: {
    activationDeferred: chanceRate('activation-deferred', 'Chance that an activation waits for a reboot'),
    deferredComponents: rate(
      'deferred-components',
      NAMES,
      Object.freeze(['dbus', 'systemd', 'kernel', 'init']),
      'Components that need a reboot',
    ),
    deferredRebootAfter: rate('deferred-reboot-after', SPAN_OR_NEVER, null, 'When operators reboot a deferred host'),
  },
  hooks: {
    endWork: (world, rates, node, { kind }) => {
      if (kind !== 'activation' || rates.activationDeferred === 0) return null;
      const random = world.random(node.name, 'activation');
      if (!random.happens(rates.activationDeferred)) return null;
      const component = random.pick(rates.deferredComponents);
      world.fired<ActivationDeferredParams>('activation-deferred', node.name, { component });
      const after = rates.deferredRebootAfter;
      const rebootAfterMs = after === null ? null : random.between(after.minMs, after.maxMs);
      return { type: 'deferred', component, rebootAfterMs };
    },
  },
};
