import { PER_HOUR } from '../scenario-file/fields.ts';
import type { SimulatedHost } from '../simulated-host.ts';
import { nothing, rate, type FaultKind, type FaultWorld, type Nothing, type OnHosts } from './fault.ts';
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
      rates: ['diskLossesPerHour'],
      params: nothing,
      detail: () => '',
      pin: (_params, { hosts }) => ({ step: { type: 'lose-disk', hosts, downMs: null } }),
    },
  },
  step: {
    do: 'lose-disk',
    isOnHosts: true,
    isArmed: false,
    ...settings<LoseDisk>({ downMs: down('down') }),
    faults: () => ['disk-lost'],
    words: ({ downMs }) => `the agent dies and its disk is empty${lastingWords(', down for', downMs)}`,
    strike: (world, { downMs }, node) => {
      if (node !== null) lose(world, node, downMs);
    },
  },
  rates: {
    diskLossesPerHour: rate('disk-losses-per-hour', PER_HOUR, 0, 'Disk losses of each agent per hour'),
  },
  hooks: {
    beginHost: (world, rates, node) => arrangeLoss(world, rates, node),
    strikeByChance: (world, rates, node) => {
      if (node === null) return;
      lose(world, node, null);
      arrangeLoss(world, rates, node);
    },
  },
};

function arrangeLoss(world: FaultWorld, { diskLossesPerHour: perHour }: DiskLostRates, node: SimulatedHost): void {
  if (perHour > 0) world.arrange(diskLost.hooks, node, world.random(node.name, 'fault:disk-lost').untilNextMs(perHour));
}

function lose(world: FaultWorld, node: SimulatedHost, downMs: number | null): void {
  if (node.agent === null) return;
  world.fired<DiskLostParams>('disk-lost', node.name, {});
  node.crash(false);
  node.loseDisk();
  node.startAgent(downMs ?? world.draw(world.durations.agentRestart, node.name, 'duration'), false);
}
