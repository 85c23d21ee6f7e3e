import type { SentEvent } from '../../agent/index.ts';
import type { ObservationOf } from '../observations.ts';
import type { Judge, Scene } from './invariant.ts';
import type { ObservedState } from './observed-hosts.ts';
import { HostValues, PerHost } from './per-host.ts';

/** What a host's outbox for one rollout must contain. */
interface Outbox {
  /** Undelivered events, in order. */
  readonly waiting: readonly number[];
  /** The content of the request in flight; `null` if there is none. */
  readonly inFlight: readonly number[] | null;
  /** How many attempts in a row failed, and how long the last wait could be. */
  readonly failed: number;
  readonly longestMs: number;
  readonly wasHastened: boolean;
  /** It was over its limit, so superseded results may leave it unsent. */
  readonly isFull: boolean;
  /** Answered, and to be removed by the end of the turn. */
  readonly settled: readonly number[];
}

interface State {
  outboxes: PerHost<Outbox>;
  /** The rollouts that changed in this turn. */
  readonly touched: HostValues<readonly string[]>;
  /** The number after which an answer in this turn asked for events again. */
  readonly asked: HostValues<number | null>;
  /** The last probe results of the host that had to wait behind other events. */
  readonly results: HostValues<Results>;
  /** Whether the host must still log that one of its events was refused. */
  readonly wasRefused: HostValues<boolean>;
  /** In how many rollouts the host has undelivered events. */
  readonly undelivered: HostValues<number>;
}

/** By probe, the number of its last result in this rollout. */
interface Results {
  readonly rolloutId: string;
  readonly last: ReadonlyMap<string, number>;
}

const NONE: readonly number[] = [];
const UNTOUCHED: readonly string[] = [];
const NO_RESULTS: Results = { rolloutId: '', last: new Map() };
const EMPTY: Outbox = {
  waiting: NONE,
  inFlight: null,
  failed: 0,
  longestMs: 0,
  wasHastened: false,
  isFull: false,
  settled: NONE,
};

/**
 * An agent sends its events in order, one request at a time. Answered events leave the outbox. Unanswered ones are sent
 * again after waits with jitter that grow up to a cap, and at once when the control plane asks for them (specification:
 * agent, rules 4 and 10; wire).
 */
export const outbox: Judge<State> = {
  begin: () => ({
    outboxes: new PerHost(EMPTY),
    touched: new HostValues(UNTOUCHED),
    asked: new HostValues<number | null>(null),
    results: new HostValues(NO_RESULTS),
    wasRefused: new HostValues(false),
    undelivered: new HostValues(0),
  }),
  on: {
    AgentStarted: (_, state, { outbox: found }, host) => {
      forget(state, host);
      state.asked.delete(host.index);
      state.touched.delete(host.index);
      for (const { rolloutId, seq } of found) {
        const before = state.outboxes.get(rolloutId, host.index);
        put(state, host, rolloutId, { ...before, waiting: [...before.waiting, seq] });
      }
    },
    AgentStopped: (_, { touched, asked, wasRefused }, _observation, { index }) => {
      wasRefused.delete(index);
      touched.delete(index);
      asked.delete(index);
    },
    DiskLost: (_, state, _observation, host) => forget(state, host),
    HeartbeatSent: (scene, state, { heartbeat: { undelivered } }, host) =>
      checkUndelivered(scene, state, host, undelivered),
    EventEmitted: ({ setup }, state, { rolloutId, event }, host) => {
      const { seq } = event;
      const after = draftOf(state.outboxes.get(rolloutId, host.index));
      // Nothing in an empty outbox can be superseded.
      if (event.type === 'ProbeResult' && after.waiting.length > 0)
        noteResult(state, host, rolloutId, event.probeName, seq);
      after.waiting = [...after.waiting, seq];
      after.isFull = after.waiting.length > setup.agent.maxUndeliveredEvents;
      put(state, host, rolloutId, after);
    },
    EventForgotten: (scene, state, { hostname, rolloutId, seq }, host) => {
      const after = draftOf(state.outboxes.get(rolloutId, host.index));
      const isDispensable =
        after.isFull && !isNewest(state, host, rolloutId, seq) && after.inFlight?.includes(seq) !== true;
      const isRight = after.settled.includes(seq) || isDispensable;
      after.waiting = without(after.waiting, seq);
      after.settled = without(after.settled, seq);
      put(state, host, rolloutId, after);
      if (!isRight)
        scene.broken('outbox', hostname, rolloutId, `${hostname} dropped its event ${seq}, which was not answered.`);
    },
    EventsSent: (scene, state, sending, host) => checkSending(scene, state, host, sending),
    EventsDelivered: (_, state, { rolloutId, events }, host) => delivered(state, host, rolloutId, events),
    HeartbeatAnswered: (_, { asked }, { answer: { replayFrom } }, host) => {
      if (replayFrom !== null) asked.set(host.index, replayFrom);
    },
    AgentLogged: (_, { wasRefused }, { level }, { index }) => {
      if (level === 'error') wasRefused.delete(index);
    },
    AgentIdle: (scene, state, _, host) => {
      if (state.wasRefused.get(host.index))
        scene.broken('outbox', host.name, null, `An event of ${host.name} was refused, but its agent logged no error.`);
      state.wasRefused.delete(host.index);
      endTurn(scene, state, host);
    },
  },
};

type Draft = { -readonly [Field in keyof Outbox]: Outbox[Field] };

/** Field by field: many times faster than a spread, and this runs four times for every event. */
function draftOf(outbox: Outbox): Draft {
  return {
    waiting: outbox.waiting,
    inFlight: outbox.inFlight,
    failed: outbox.failed,
    longestMs: outbox.longestMs,
    wasHastened: outbox.wasHastened,
    isFull: outbox.isFull,
    settled: outbox.settled,
  };
}

const isAnswered = ({ outcome }: SentEvent): boolean => outcome !== 'not-delivered';

function without(seqs: readonly number[], seq: number): readonly number[] {
  // Nearly always it is the only one.
  if (seqs.length === 1) return seqs[0] === seq ? NONE : seqs;
  return seqs.filter((other) => other !== seq);
}

function put(state: State, host: ObservedState, rolloutId: string, after: Outbox): void {
  const { outboxes, touched, undelivered } = state;
  const before = outboxes.get(rolloutId, host.index);
  const change = (after.waiting.length > 0 ? 1 : 0) - (before.waiting.length > 0 ? 1 : 0);
  if (change !== 0) undelivered.set(host.index, undelivered.get(host.index) + change);
  outboxes.set(rolloutId, host.index, after);
  const known = touched.get(host.index);
  if (!known.includes(rolloutId)) touched.set(host.index, [...known, rolloutId]);
}

function noteResult({ results }: State, { index }: ObservedState, rolloutId: string, probe: string, seq: number): void {
  const known = results.get(index);
  const before = known.rolloutId === rolloutId ? known.last : [];
  results.set(index, { rolloutId, last: new Map(before).set(probe, seq) });
}

/** The last result of a probe is superseded by none. */
function isNewest({ results }: State, { index }: ObservedState, rolloutId: string, seq: number): boolean {
  const known = results.get(index);
  return known.rolloutId === rolloutId && [...known.last.values()].includes(seq);
}

function forget({ outboxes, undelivered, wasRefused }: State, { index }: ObservedState): void {
  outboxes.deleteHost(index);
  undelivered.delete(index);
  wasRefused.delete(index);
}

/** A heartbeat names the rollouts with undelivered events, and no others. */
function checkUndelivered(
  { broken }: Scene,
  { outboxes, undelivered }: State,
  { name, index }: ObservedState,
  named: readonly string[],
): void {
  const due = undelivered.get(index);
  if (named.length === due && (due === 0 || named.every((id) => outboxes.get(id, index).waiting.length > 0))) return;
  const message = `The heartbeat of ${name} names ${named.join(', ') || 'no rollout'} as undelivered, but its outbox holds others.`;
  broken('outbox', name, null, message);
}

function checkSending(
  { setup, broken }: Scene,
  state: State,
  host: ObservedState,
  { rolloutId, seqs, afterMs, jitterMs }: ObservationOf<'EventsSent'>,
): void {
  const { name } = host;
  const before = state.outboxes.get(rolloutId, host.index);
  const { waiting, failed, wasHastened } = before;
  const say = (what: string): void =>
    broken('outbox', name, rolloutId, `${name} sends event ${seqs.join(', ')} ${what}.`);
  if (seqs.some((seq, at) => waiting[at] !== seq))
    say(`while event ${waiting[0] ?? 'none'} is the first of its outbox`);
  if (seqs.length > 1 && !host.wasAnswered) say('in one request, although no answer has allowed that');
  const asked = state.asked.get(host.index);
  const isHastened = afterMs + jitterMs === 0 && failed > 0 && asked !== null;
  if (before.inFlight !== null && !isHastened) say(`while event ${before.inFlight.join(', ')} is in flight`);
  if (isHastened && wasHastened) say('at once, a second time');
  if (isHastened && !waiting.some((seq) => seq > asked))
    say(`at once, although only those after ${asked} were asked for`);
  const { capMs, firstMs } = setup.agent.retry;
  const longestMs = afterMs + jitterMs;
  if (failed === 0 && longestMs > 0) say(`after ${longestMs} ms, although nothing has failed`);
  if (failed > 0 && !isHastened) {
    if (jitterMs <= 0) say('without jitter');
    if (longestMs > capMs) say(`after up to ${longestMs} ms, but the cap is ${capMs}`);
    if (failed === 1 && longestMs > firstMs) say(`after up to ${longestMs} ms, but the first wait is ${firstMs}`);
    const isLonger = longestMs > before.longestMs || longestMs >= capMs;
    if (!isLonger) say(`after up to ${longestMs} ms, but the previous wait was up to ${before.longestMs}`);
  }
  const after = draftOf(before);
  after.inFlight = seqs;
  if (!isHastened) after.longestMs = longestMs;
  after.wasHastened = isHastened;
  put(state, host, rolloutId, after);
  if (host.activeRolloutId === rolloutId) state.asked.delete(host.index);
}

function delivered(state: State, host: ObservedState, rolloutId: string, events: readonly SentEvent[]): void {
  const before = state.outboxes.get(rolloutId, host.index);
  // A late answer to an earlier attempt changes nothing.
  if (before.inFlight === null || events[0]?.seq !== before.waiting[0]) return;
  const isFirstLeft = events[0]?.outcome === 'not-delivered';
  if (events.some(wasRefusedBy)) state.wasRefused.set(host.index, true);
  const answered = events.every(isAnswered) ? events : events.filter(isAnswered);
  const after = draftOf(before);
  after.inFlight = null;
  after.wasHastened = false;
  after.failed = isFirstLeft ? before.failed + 1 : 0;
  after.longestMs = isFirstLeft ? before.longestMs : 0;
  after.settled = answered.map(({ seq }) => seq);
  put(state, host, rolloutId, after);
}

const wasRefusedBy = ({ outcome }: SentEvent): boolean => outcome === 'refused';

function endTurn(scene: Scene, { outboxes, touched, asked }: State, host: ObservedState): void {
  const { index, name: hostname, activeRolloutId: rolloutId } = host;
  const rollouts = touched.get(index);
  if (rollouts !== UNTOUCHED) {
    for (const one of rollouts) checkTurn(scene, outboxes.get(one, index), hostname, one);
    touched.delete(index);
  }
  const after = asked.get(index);
  if (after === null) return;
  asked.delete(index);
  if (rolloutId === null) return;
  const { waiting, failed, wasHastened } = outboxes.get(rolloutId, index);
  if (failed === 0 || wasHastened || !waiting.some((seq) => seq > after)) return;
  const message = `${hostname} was asked for its events after ${after}, but does not send them at once.`;
  scene.broken('outbox', hostname, rolloutId, message);
}

function checkTurn({ broken }: Scene, { waiting, inFlight, settled }: Outbox, name: string, rolloutId: string): void {
  const kept = settled.length === 0 ? undefined : settled.find((seq) => waiting.includes(seq));
  if (kept !== undefined) broken('outbox', name, rolloutId, `${name} keeps its event ${kept}, which was answered.`);
  if (waiting[0] !== undefined && inFlight === null)
    broken('outbox', name, rolloutId, `${name} does not send its event ${waiting[0]}, although nothing is in flight.`);
}
