import type { OutboundEvent } from '../../machine/index.ts';
import type { RunSetup } from '../run-setup.ts';
import type { Judge, Scene } from './invariant.ts';
import type { ObservedState } from './observed-hosts.ts';
import { PerHost } from './per-host.ts';

/** Probe events, except the declared set, may be lost in a crash. */
export const MAY_BE_LOST: ReadonlySet<OutboundEvent['type']> = new Set([
  'ProbeObservedFirst',
  'ProbeResult',
  'ProbeFailureFirst',
]);

interface State {
  /** Unanswered durable events. */
  readonly unanswered: PerHost<readonly number[]>;
  /** Since when nothing is in flight; Infinity while something is. */
  readonly idleSinceRunMs: PerHost<number>;
}

const NONE: readonly number[] = [];

/** A durable event is written durably, and is sent and stays in the outbox until the control plane has answered it. */
export const durable: Judge<State> = {
  begin: () => ({ unanswered: new PerHost(NONE), idleSinceRunMs: new PerHost(0) }),
  on: {
    EventEmitted: ({ runMs, broken }, { unanswered, idleSinceRunMs }, emission, { index }) => {
      const { hostname, rolloutId, event, durable: isDurable } = emission;
      if (!isDurable && !MAY_BE_LOST.has(event.type)) {
        const { type, seq } = event;
        broken('durable', hostname, rolloutId, `${hostname} wrote ${type} ${seq} as not durable.`);
      }
      if (!isDurable) return;
      const waiting = unanswered.get(rolloutId, index);
      // An event that may be lost can already be in flight; it goes first.
      if (waiting.length === 0)
        idleSinceRunMs.set(rolloutId, index, Math.max(runMs, idleSinceRunMs.get(rolloutId, index)));
      unanswered.set(rolloutId, index, [...waiting, event.seq]);
    },
    EventsSent: (_, { idleSinceRunMs }, { rolloutId }, { index }) => idleSinceRunMs.set(rolloutId, index, Infinity),
    EventsDelivered: ({ runMs }, { idleSinceRunMs }, { rolloutId }, { index }) =>
      idleSinceRunMs.set(rolloutId, index, runMs),
    AgentStopped: (_, { idleSinceRunMs }, _observation, { index }) => idleSinceRunMs.deleteHost(index),
    EventAnswered: (_, { unanswered }, { rolloutId, event }, { index }) => {
      const waiting = unanswered.get(rolloutId, index);
      if (waiting.length === 0 || !waiting.includes(event.seq)) return;
      const rest = waiting.length === 1 ? NONE : waiting.filter((seq) => seq !== event.seq);
      unanswered.set(rolloutId, index, rest);
    },
    EventForgotten: ({ broken }, { unanswered }, { hostname, rolloutId, seq }, { index }) => {
      if (!unanswered.get(rolloutId, index).includes(seq)) return;
      broken('durable', hostname, rolloutId, `${hostname} dropped its durable event ${seq} before it was answered.`);
    },
    DiskLost: (_, { unanswered }, _observation, { index }) => unanswered.deleteHost(index),
    OutboxEmptied: ({ broken }, { unanswered }, { hostname }, { index, activeRolloutId: rolloutId }) => {
      if (rolloutId === null) return;
      const [seq] = unanswered.get(rolloutId, index);
      if (seq === undefined) return;
      broken(
        'durable',
        hostname,
        rolloutId,
        `${hostname} has nothing more to send, but its durable event ${seq} was never answered.`,
      );
      unanswered.delete(rolloutId, index);
    },
    RunEnded: (scene, state) => {
      for (const host of scene.hosts.all) if (host.isUp) checkStillSent(scene, state, host);
    },
  },
};

/** Unanswered events are sent again and again, so a request is in flight, or was a moment ago. */
function checkStillSent(
  { setup, runMs, broken }: Scene,
  { unanswered, idleSinceRunMs }: State,
  host: ObservedState,
): void {
  for (const [rolloutId, [seq]] of unanswered.of(host.index)) {
    const since = Math.max(idleSinceRunMs.get(rolloutId, host.index), host.startedRunMs);
    if (seq === undefined || runMs <= since + longestSilenceMs(setup)) continue;
    broken(
      'durable',
      host.name,
      rolloutId,
      `${host.name} stopped sending its durable event ${seq}, which was never answered.`,
    );
  }
}

/** A started agent sends nothing until its boot is over. */
function longestSilenceMs({ agent, requestTimeoutMs, latencyMs }: RunSetup): number {
  return 2 * latencyMs + requestTimeoutMs + agent.bootAnswerSecs * 1000 + agent.heartbeatSecs * 1000;
}
