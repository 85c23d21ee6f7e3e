import { hostRolloutMachine, type HostEventType } from '../machine/index.ts';

/** Who runs the machine: the agent on `Local…` events, the control plane on `Remote…` events. */
export type Side = 'agent' | 'control-plane';

/** Both sides of the protocol. */
export const sides: readonly Side[] = ['agent', 'control-plane'];

const PREFIX = { agent: 'Local', 'control-plane': 'Remote' } as const satisfies Record<Side, string>;

/** The side that receives an event. */
export const sideOf = (event: HostEventType): Side => (event.startsWith(PREFIX.agent) ? 'agent' : 'control-plane');

/** Every event in the chart, in its order. */
export const hostEventTypes: readonly HostEventType[] = [
  // Safe: XState's type allows wildcards, but the chart's rows have none.
  ...(hostRolloutMachine.events as readonly HostEventType[]),
];

/** The events that one side receives. */
export const eventTypesOf = (side: Side): readonly HostEventType[] =>
  hostEventTypes.filter((event) => sideOf(event) === side);
