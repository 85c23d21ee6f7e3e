import type { AgentEffectOf } from '../agent/index.ts';
import type { OutstandingDispatch } from '../control-plane/index.ts';
import type { ScheduledEvent } from './scheduled-event.ts';
import { unansweredAfterMs } from './host-posts.ts';
import { log } from './log.ts';
import { BOUNCED, LOST } from './network.ts';
import { heartbeatContent } from './message-tape.ts';
import { NOT_PARKED, type SimulatedHost } from './simulated-host.ts';
import type { Simulation } from './simulation.ts';

const POLL_ARRIVES: ScheduledEvent = { type: 'PollArrives' };

/** Sends the agent's heartbeat. It arrives, arrives twice, or is lost. */
export function postHeartbeat(world: Simulation, node: SimulatedHost, effect: AgentEffectOf<'SendHeartbeat'>): void {
  const { tape, now } = world;
  const delay = world.network.delay(node, 'request', 'heartbeat');
  const content = () => heartbeatContent(effect.heartbeat);
  tape?.request(now, node.name, delay, content);
  if (delay < 0) {
    return node.later(unansweredAfterMs(world, node, delay), {
      type: 'HeartbeatDone',
      input: { type: 'HeartbeatUnanswered' },
    });
  }
  const input = { type: 'HeartbeatReceived', heartbeat: effect.heartbeat, isComplete: true } as const;
  node.later(delay, { type: 'Heartbeat', input });
  if (!world.network.isDuplicated(node, 'heartbeat')) return;
  tape?.request(now, node.name, delay + 1, content, true);
  node.later(delay + 1, { type: 'Heartbeat', input });
}

/** Polls for a dispatch, and waits for the answer. */
export function poll(world: Simulation, node: SimulatedHost): void {
  node.parkedAt = NOT_PARKED;
  const delay = world.network.delay(node, 'request');
  world.tape?.request(world.now, node.name, delay, () => ({ type: 'poll' }));
  if (delay === LOST) node.pollAgain(unansweredAfterMs(world, node, delay));
  else if (delay === BOUNCED) node.pollAgain(world.draw(world.scenario.network.pollAgain, node.name, 'poll'));
  else node.later(delay, POLL_ARRIVES);
}

/** Advice only: acted on if the signed manifest says the same (specification: wire, "Dispatch"). */
export function dispatchArrives(
  world: Simulation,
  node: SimulatedHost,
  { rolloutId, targetClosure, soakDueAt, dispatchedAt }: OutstandingDispatch,
): void {
  node.pollAgain(world.draw(world.scenario.network.pollAgain, node.name, 'poll'));
  const manifest = world.manifestOf(node, rolloutId);
  const isExpired = world.faults.isManifestExpired(node, world.freshnessOf(rolloutId));
  if (isExpired || manifest === null || manifest.targetClosure !== targetClosure) {
    const message = `A dispatch of ${rolloutId} to ${targetClosure} was not acted on: no valid signed manifest says so.`;
    return log(world, node.name, 'error', message);
  }
  world.watch.onDispatchReceived(node, rolloutId);
  node.feed({ type: 'Dispatch', manifest, soakDueAt, dispatchedAt });
}

/** Rule 12: an effect that does not belong to an agent is a bug. It is logged and not performed. */
export function logForeign(world: Simulation, { name }: SimulatedHost, effect: never): void {
  // Every effect has a type.
  const { type } = effect as { readonly type: string };
  log(world, name, 'error', `The agent core returned ${type}, which no agent may perform.`);
}
