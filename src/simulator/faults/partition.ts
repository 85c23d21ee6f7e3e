import { z } from 'zod';
import { SPAN } from '../scenario-file/fields.ts';
import { LOST } from '../network.ts';
import type { SimulatedHost } from '../simulated-host.ts';
import type { Span } from '../span.ts';
import { onHostsPerHour, rate, ratePerHour, type FaultKind, type FaultWorld, type OnHosts } from './fault.ts';
import { DURATION, required, settings } from './step-settings.ts';
import { timeWords } from './words.ts';

/** Nothing gets through between these hosts and the control plane. */
export interface Partition extends OnHosts {
  readonly type: 'partition';
  readonly forMs: number;
}

export interface PartitionParams {
  readonly partition: { readonly forMs: number };
}

export interface PartitionRates {
  readonly partitionsPerHour: number;
  readonly partitionLasts: Span;
}

export const partition: FaultKind<PartitionParams, Partition, PartitionRates> = {
  faults: {
    partition: {
      tests: 'agents decide alone; only the next wave is late',
      params: z.object({ forMs: z.number() }),
      detail: ({ forMs }) => `for ${timeWords(forMs)}`,
      pin: ({ forMs }, { hosts }) => ({ step: { type: 'partition', hosts, forMs } }),
    },
  },
  step: {
    do: 'partition',
    ...settings<Partition>({ forMs: required('for', DURATION) }),
    words: ({ forMs }) => `cut off from the control plane for ${timeWords(forMs)}`,
    strikeHost: (world, { forMs }, node) => cutOff(world, node, forMs),
  },
  rates: {
    partitionsPerHour: ratePerHour('partitions-per-hour', 'Partitions of each host per hour'),
    partitionLasts: rate(
      'partition-lasts',
      SPAN,
      Object.freeze({ minMs: 30_000, maxMs: 600_000 }),
      'How long a partition lasts',
    ),
  },
  hooks: onHostsPerHour(
    ({ partitionsPerHour }) => partitionsPerHour,
    'partition',
    (world, node, { partitionLasts }) => cutOff(world, node, world.draw(partitionLasts, node.name, 'partition')),
  ),
};

function cutOff(world: FaultWorld, node: SimulatedHost, forMs: number): void {
  const untilMs = world.now + forMs;
  world.fired<PartitionParams>('partition', node.name, { forMs });
  world.armed(node).links.push({ untilMs, isCut: true, pass: () => LOST });
  world.expect(untilMs);
}
