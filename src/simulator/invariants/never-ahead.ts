import type { Heartbeat } from '../../wire/index.ts';
import type { Judge, Scene } from './invariant.ts';
import { PerHost } from './per-host.ts';

interface State {
  /** The greatest number that each agent has used. */
  readonly emitted: PerHost<number>;
  /** The last one that arrived; its consequences come before the next. */
  heard: Heartbeat | null;
}

/**
 * Except by synthesis, the control plane never knows a later event than the agent has emitted; nor does it take over a
 * record that no heartbeat has shown. It synthesizes only what a heartbeat proves: the host runs the target, and its
 * agent has got no further. A synthesized event does not use a number that, according to the heartbeat, the agent has
 * used.
 */
export const neverAhead: Judge<State> = {
  begin: () => ({ emitted: new PerHost(0), heard: null }),
  on: {
    EventEmitted: (_, { emitted }, { rolloutId, event: { seq } }, { index }) => {
      if (seq > emitted.get(rolloutId, index)) emitted.set(rolloutId, index, seq);
    },
    HeartbeatReceived: (_, state, { heartbeat }) => {
      state.heard = heartbeat;
    },
  },
  effects: {
    SynthesizeEvent: (scene, { heard }, { host, rolloutId, payload: { type, seq } }) => {
      const { ledger, broken } = scene;
      const target = ledger.targetOf(rolloutId, host);
      if (target === null) return;
      const heartbeat = heard?.hostname === host ? heard : null;
      if (heartbeat === null)
        return broken('never ahead', host, rolloutId, `${type} of ${host} was synthesized without a heartbeat.`);
      const why = whyNotProved(heartbeat, rolloutId, target, seq);
      if (why !== null) broken('never ahead', host, rolloutId, `${type} of ${host} was synthesized, but ${why}.`);
    },
    RemoteAppendEventLog: (scene, { emitted }, { host, rolloutId, payload: { seq } }) => {
      const { hosts, broken } = scene;
      const index = hosts.find(host)?.index;
      const last = index === undefined ? 0 : emitted.get(rolloutId, index);
      if (seq > last && !isSynthesized(scene, rolloutId, host, seq))
        broken(
          'never ahead',
          host,
          rolloutId,
          `The control plane took event ${seq} of ${host}, which has emitted no more than ${last}.`,
        );
    },
    TakeOverRecord: ({ broken }, { heard }, { host, rolloutId, record: { state, lastEventSeq } }) => {
      const shown =
        heard?.hostname === host ? heard.rollouts.find((other) => other.rolloutId === rolloutId) : undefined;
      if (shown !== undefined && shown.lastEventSeq === lastEventSeq && shown.state === state) return;
      broken(
        'never ahead',
        host,
        rolloutId,
        `${host} was taken over as ${state} after event ${lastEventSeq}, but its heartbeat ${
          shown === undefined ? 'leaves it out' : `says ${shown.state} after event ${shown.lastEventSeq}`
        }.`,
      );
    },
  },
};

/** Why the heartbeat does not prove it; `null` if it does. */
function whyNotProved(heartbeat: Heartbeat, rolloutId: string, target: string, seq: number): string | null {
  const { currentClosure: runs, rollouts, undelivered } = heartbeat;
  const snapshot = rollouts.find((other) => other.rolloutId === rolloutId);
  if (runs !== target) return `it runs ${runs ?? 'no known closure'} instead of ${target}`;
  if (snapshot === undefined) return undelivered.includes(rolloutId) ? 'its agent has events in flight' : null;
  if (snapshot.lastEventSeq >= seq) return `its agent has used the number ${seq}`;
  return snapshot.state === 'Activating' || snapshot.state === 'Deferred' ? null : `its agent is ${snapshot.state}`;
}

function isSynthesized({ ledger }: Scene, rolloutId: string, host: string, seq: number): boolean {
  const { book, at } = ledger.find(rolloutId, host);
  return book !== null && book.synthesizedSeq[at] === seq;
}
