import type { OutboundEvent } from '../machine/index.ts';
import type { CompactedBacklog } from './rules.ts';
import type { UndeliveredEvent } from './state.ts';

/**
 * Halves a backlog that has grown over its limit, as far as that is possible without changing the record that the
 * control plane arrives at: it leaves out the oldest events that later ones supersede.
 *
 * Nothing durable is left out, nor any of the first `inFlight` events. Left out are a probe result that a later one of the
 * same probe overwrites (the last pass is kept for its time), and a first-seen event that is not the first. What is lost
 * is the history of a probe, beyond the limit, while the control plane cannot be reached.
 */
export function compactBacklog(
  backlog: readonly UndeliveredEvent[],
  maxEvents: number,
  inFlight: number,
): CompactedBacklog {
  const dispensable = findDispensable(backlog);
  for (const undelivered of backlog.slice(0, inFlight)) dispensable.delete(undelivered);
  let excess = backlog.length - Math.floor(maxEvents / 2);
  const kept: UndeliveredEvent[] = [];
  const droppedSeqs: number[] = [];
  for (const undelivered of backlog) {
    if (excess > 0 && dispensable.has(undelivered)) {
      excess -= 1;
      droppedSeqs.push(undelivered.event.seq);
    } else {
      kept.push(undelivered);
    }
  }
  return { kept, droppedSeqs };
}

function findDispensable(backlog: readonly UndeliveredEvent[]): Set<UndeliveredEvent> {
  const dispensable = new Set<UndeliveredEvent>();
  const overwritten = new Set<string>();
  const passedLater = new Set<string>();
  for (const undelivered of backlog.toReversed()) {
    const { event } = undelivered;
    if (event.type !== 'ProbeResult') continue;
    const isLastPass = event.status === 'pass' && !passedLater.has(event.probeName);
    if (overwritten.has(event.probeName) && !isLastPass) dispensable.add(undelivered);
    overwritten.add(event.probeName);
    if (event.status === 'pass') passedLater.add(event.probeName);
  }
  const firstSeen = new Set<OutboundEvent['type']>();
  for (const undelivered of backlog) {
    const { type } = undelivered.event;
    if (type !== 'ProbeObservedFirst' && type !== 'ProbeFailureFirst') continue;
    if (firstSeen.has(type)) dispensable.add(undelivered);
    firstSeen.add(type);
  }
  for (const undelivered of backlog) if (undelivered.durable) dispensable.delete(undelivered);
  return dispensable;
}
