import { z } from 'zod';
import { type FaultKind, type OnHosts } from './fault.ts';
import { NAME, required, settings } from './step-settings.ts';

/** Someone, or another tool, switches these hosts to this closure; the agent's runtime notices. */
export interface SwitchByHand extends OnHosts {
  readonly type: 'switch-by-hand';
  readonly closure: string;
}

export interface SwitchedByHandParams {
  readonly 'switched-by-hand': { readonly closure: string };
}

export const switchedByHand: FaultKind<SwitchedByHandParams, SwitchByHand, object> = {
  faults: {
    'switched-by-hand': {
      tests: 'a rollback returns to what ran at dispatch, even if someone switched to it by hand',
      params: z.object({ closure: z.string() }),
      detail: ({ closure }) => closure,
    },
  },
  step: {
    do: 'switch-by-hand',
    ...settings<SwitchByHand>({ closure: required('closure', NAME) }),
    words: ({ closure }) => `switched to ${closure} by hand`,
    strikeHost: (world, { closure }, node) => {
      // A machine that is off cannot be switched.
      if (node === null || !node.isOn) return;
      world.fired<SwitchedByHandParams>('switched-by-hand', node.name, { closure });
      node.switchByHand(closure);
    },
  },
  rates: {},
};
