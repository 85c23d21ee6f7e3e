import type { SimulatedHost } from '../simulated-host.ts';
import {
  nothing,
  onHostsPerHour,
  ratePerHour,
  type FaultKind,
  type FaultWorld,
  type Nothing,
  type OnHosts,
} from './fault.ts';
import { down, settings } from './step-settings.ts';
import { lastingWords } from './words.ts';

/** The agent dies, and all that it has written is gone. */
export interface LoseDisk extends OnHosts {
  readonly type: 'lose-disk';
  readonly downMs: number | null;
}

export interface DiskLostParams {
  readonly 'disk-lost': Nothing;
}

export interface DiskLostRates {
  readonly diskLossesPerHour: number;
}

export const diskLost: FaultKind<DiskLostParams, LoseDisk, DiskLostRates> = {
  faults: {
    'disk-lost': {
      tests: 'an agent recovers from a control plane snapshot alone',
      params: nothing,
      pin: (_params, { hosts }) => ({ step: { type: 'lose-disk', hosts, downMs: null } }),
    },
  },
  step: {
    do: 'lose-disk',
    ...settings<LoseDisk>({ downMs: down('down') }),
    words: ({ downMs }) => `the agent dies and its disk is empty${lastingWords(', down for', downMs)}`,
    strikeHost: (world, { downMs }, node) => lose(world, node, downMs),
  },
  rates: {
    diskLossesPerHour: ratePerHour('disk-losses-per-hour', 'Disk losses of each agent per hour'),
  },
  hooks: onHostsPerHour(
    ({ diskLossesPerHour }) => diskLossesPerHour,
    'fault:disk-lost',
    (world, node) => lose(world, node, null),
  ),
};

function lose(world: FaultWorld, node: SimulatedHost, downMs: number | null): void {
  if (node.agent === null) return;
  world.fired<DiskLostParams>('disk-lost', node.name, {});
  node.crash(false);
  node.loseDisk();
  node.startAgent(downMs ?? world.draw(world.durations.agentRestart, node.name, 'duration'), false);
}
