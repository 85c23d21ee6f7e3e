import { z } from 'zod';
import { NAMES } from '../scenario-file/fields.ts';
import { namesInWords, namesOf } from '../../text/index.ts';
import { armProbe, type OnProbes } from './arm-probe.ts';
import type { FaultKind } from './fault.ts';
import { lasting, probe, required, settings } from './step-settings.ts';
import { lastingWords, probeWords } from './words.ts';

const MAX_NAMES = 6;

/** Evidence probes find these controls unmet on the rollout's target closure. */
export interface FailControls extends OnProbes {
  readonly type: 'fail-controls';
  readonly controls: readonly string[];
}

export interface ControlsFailParams {
  readonly 'controls-fail': { readonly probeName: string; readonly controls: readonly string[] };
}

export const controlsFail: FaultKind<ControlsFailParams, FailControls, object> = {
  faults: {
    'controls-fail': {
      tests: 'the compliance gate counts each unmet control of an evidence probe',
      params: z.object({ probeName: z.string(), controls: z.array(z.string()) }),
      detail: ({ probeName, controls }) => `${probeName}: ${namesOf(controls, MAX_NAMES)}`,
    },
  },
  step: {
    do: 'fail-controls',
    isArmed: true,
    ...settings<FailControls>({
      probe,
      controls: required('controls', NAMES, 'The controls that are not met'),
      forMs: lasting('How long it lasts (default: to the end of the run)'),
    }),
    words: (action) =>
      `${probeWords(action.probe)} finds ${namesInWords(action.controls, MAX_NAMES)} unmet${lastingWords(', for', action.forMs)}`,
    strikeHost: (world, action, node) => {
      const { controls } = action;
      armProbe(world, node, action, {
        failingControls: controls,
        outcome: () => 'fail',
        report: (probeName) => world.fired<ControlsFailParams>('controls-fail', node.name, { probeName, controls }),
      });
    },
  },
  rates: {},
};
