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

/** The machine restarts, and with it the agent. It comes up with the closure that its boot loader points at. */
export interface RebootHost extends OnHosts {
  readonly type: 'reboot';
  readonly offMs: number | null;
}

export interface RebootParams {
  readonly reboot: Nothing;
}

export interface RebootRates {
  readonly rebootsPerHour: number;
}

export const reboot: FaultKind<RebootParams, RebootHost, RebootRates> = {
  faults: {
    reboot: {
      tests: 'boot recovery, and activations that a reboot completes or undoes',
      params: nothing,
      pin: (_params, { hosts }) => ({ step: { type: 'reboot', hosts, offMs: null } }),
    },
  },
  step: {
    do: 'reboot',
    ...settings<RebootHost>({ offMs: down('off') }),
    words: ({ offMs }) => `reboot${lastingWords(', off for', offMs)}`,
    strikeHost: (world, { offMs }, node) => rebootNow(world, node, offMs),
  },
  rates: { rebootsPerHour: ratePerHour('reboots-per-hour', 'Reboots of each host per hour') },
  hooks: onHostsPerHour(
    ({ rebootsPerHour }) => rebootsPerHour,
    'reboot',
    (world, node) => rebootNow(world, node, null),
  ),
};

function rebootNow(world: FaultWorld, node: SimulatedHost, offMs: number | null): void {
  if (!node.isOn) return;
  world.fired<RebootParams>('reboot', node.name, {});
  node.powerOff(offMs ?? world.draw(node.durations.reboot, node.name, 'duration'), world.losesTail(node));
}
