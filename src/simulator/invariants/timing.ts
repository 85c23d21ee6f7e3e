import type { OutboundEvent, Time } from '../../machine/index.ts';
import type { Heartbeat } from '../../wire/index.ts';
import type { ObservationOf } from '../observations.ts';
import type { Judge, Scene } from './invariant.ts';
import type { ObservedState } from './observed-hosts.ts';
import { HostValues } from './per-host.ts';
import { enforcedProbes } from './soaked.ts';

/** What decides when a soaking host ends, by its own clock. */
interface Soak {
  readonly rolloutId: string;
  readonly generation: number | null;
  /** The last status of each enforce probe. */
  readonly statuses: ReadonlyMap<string, 'pass' | 'fail'>;
  /** Since when the statuses are as they are, by the host's clock and by the run's. */
  readonly since: Time;
  readonly sinceRunMs: number;
}

/** An event, and how far its time is off the clock. */
interface Misdated {
  readonly rolloutId: string;
  readonly type: OutboundEvent['type'];
  readonly offMs: number;
}

interface State {
  readonly soaks: HostValues<Soak | null>;
  /** How far the host's clock is ahead of the run's; NaN before it was seen. */
  readonly clocks: HostValues<number>;
  /** The last event whose time did not match the host's clock; forgiven if the next heartbeat shows a drift. */
  readonly misdated: HostValues<Misdated | null>;
}

const NO_STATUSES: ReadonlyMap<string, 'pass' | 'fail'> = new Map();

/**
 * The agent's own clock times thresholds, soaks and intervals, neither early nor late: a failure counts as sustained, a
 * host converges and a heartbeat is sent at the first possible tick (specification: agent, rules 6, 7 and 10).
 */
export const timing: Judge<State> = {
  begin: () => ({
    soaks: new HostValues<Soak | null>(null),
    clocks: new HostValues(Number.NaN),
    misdated: new HostValues<Misdated | null>(null),
  }),
  on: {
    AgentStopped: (scene, { soaks, misdated }, _observation, host) => {
      checkSilence(scene, host);
      misdated.delete(host.index);
      soaks.delete(host.index);
    },
    ClockSet: (_, { soaks, misdated }, _observation, { index }) => {
      misdated.delete(index);
      soaks.delete(index);
    },
    // Converging and failing wait for the probes of this start.
    ProbesStarted: (_, { soaks }, { rolloutId, generation }, { index }) => {
      soaks.set(index, { rolloutId, generation, statuses: NO_STATUSES, since: Infinity, sinceRunMs: Infinity });
    },
    ProbesStopped: (_, { soaks }, _observation, { index }) => soaks.delete(index),
    EventEmitted: (scene, state, emission, host) => emitted(scene, state, host, emission),
    HeartbeatSent: (scene, state, { heartbeat }, host) => {
      checkDates(scene, state, host, heartbeat.at);
      noteClock(scene, state, host, heartbeat.at);
      checkInterval(scene, host, heartbeat);
      checkClosure(scene, host, heartbeat);
      checkLate(scene, state, host, heartbeat.at);
    },
    RunEnded: (scene) => {
      for (const host of scene.hosts.all) checkSilence(scene, host);
    },
  },
};

function emitted(
  scene: Scene,
  state: State,
  host: ObservedState,
  { rolloutId, event }: ObservationOf<'EventEmitted'>,
): void {
  noteDate(scene, state, host, rolloutId, event);
  const shown = shownAt(event);
  if (shown !== null) noteClock(scene, state, host, shown);
  const soak = state.soaks.get(host.index);
  switch (event.type) {
    case 'ProbeResult': {
      if (soak === null || event.mode !== 'enforce') return;
      if (soak.statuses.get(event.probeName) === event.status) return;
      const statuses = new Map(soak.statuses).set(event.probeName, event.status);
      state.soaks.set(host.index, { ...soak, statuses, since: event.observedAt, sinceRunMs: scene.runMs });
      return;
    }
    case 'Failed':
      return checkFailed(scene, host, rolloutId, soak, event);
    case 'Converged': {
      const { convergedAt } = event;
      const byMs = lateByMs(scene, soak, convergenceDueAt(scene, host, soak, rolloutId), convergedAt);
      if (byMs > slackMs(scene))
        scene.broken('timing', host.name, rolloutId, `${host.name} converged ${Math.round(byMs)} ms late.`);
      return;
    }
    default:
      return;
  }
}

function shownAt(event: ObservationOf<'EventEmitted'>['event']): Time | null {
  if (event.type === 'ProbeResult') return event.observedAt;
  if (event.type === 'Converged') return event.convergedAt;
  return event.type === 'Failed' ? event.failedAt : null;
}

/** The event's own time. */
function datedAt(event: OutboundEvent): Time {
  switch (event.type) {
    case 'DispatchAck':
      return event.receivedAt;
    case 'ActivationStarted':
      return event.startedAt;
    case 'ActivationCompleted':
    case 'RollbackComplete':
      return event.completedAt;
    case 'ActivationDeferred':
      return event.deferredAt;
    case 'ActivationFailed':
    case 'Failed':
      return event.failedAt;
    case 'ProbeTopologyDeclared':
      return event.declaredAt;
    case 'ProbeObservedFirst':
    case 'ProbeResult':
      return event.observedAt;
    case 'ProbeFailureFirst':
      return event.firstFailedAt;
    case 'Converged':
      return event.convergedAt;
  }
}

const DATE_SLACK_MS = 2000;

/** The times in events come from the clock that heartbeats show. */
function noteDate(
  { setup, runMs }: Scene,
  { misdated }: State,
  { index, life, sent, sentLife, sentRunMs, clockSetRunMs }: ObservedState,
  rolloutId: string,
  event: OutboundEvent,
): void {
  if (sent === null || sentLife !== life || clockSetRunMs >= sentRunMs) return;
  const offMs = datedAt(event) - runMs - (sent.at - sentRunMs);
  if (Math.abs(offMs) > DATE_SLACK_MS + 2 * setup.latencyMs)
    misdated.set(index, { rolloutId, type: event.type, offMs });
}

/** If the clock drifts fast, the next heartbeat shows it too. */
function checkDates(
  { setup, runMs, broken }: Scene,
  { misdated }: State,
  { index, name, sent, sentRunMs }: ObservedState,
  at: Time,
): void {
  const found = misdated.get(index);
  if (found === null || sent === null) return;
  misdated.delete(index);
  const changedMs = at - runMs - (sent.at - sentRunMs);
  if (Math.abs(changedMs) > DATE_SLACK_MS + 2 * setup.latencyMs) return;
  const { rolloutId, type, offMs } = found;
  broken('timing', name, rolloutId, `${name} dated ${type} ${offMs} ms off its clock.`);
}

/** Setting a clock makes every wait longer or shorter: waits that began before are not judged. */
function noteClock({ runMs }: Scene, { clocks, soaks }: State, { index }: ObservedState, at: Time): void {
  const aheadMs = at - runMs;
  const changedMs = Math.abs(clocks.get(index) - aheadMs);
  if (changedMs <= 100) return;
  clocks.set(index, aheadMs);
  if (changedMs > 1000) soaks.delete(index);
}

/** Readings of a clock are rounded down. */
const ROUNDING_MS = 2;

/** What is due happens at the next tick. One at the very moment at which it comes true may have been before it. */
const slackMs = ({ setup }: Scene): number => setup.agent.tickSecs * 1000 + setup.tickLateMs + ROUNDING_MS;

/** How late something happens, by the run's clock: the host's, which shows `at`, may drift. */
function lateByMs({ runMs }: Scene, soak: Soak | null, dueAt: Time, at: Time): number {
  if (soak === null || at <= dueAt) return 0;
  const { since, sinceRunMs } = soak;
  return runMs > sinceRunMs ? ((at - dueAt) * (runMs - sinceRunMs)) / (at - since) : at - dueAt;
}

function convergenceDueAt({ setup }: Scene, host: ObservedState, soak: Soak | null, rolloutId: string): Time {
  const record = host.own.get(rolloutId)?.record;
  if (record === undefined || record.state !== 'Soaking' || soak?.rolloutId !== rolloutId) return Infinity;
  if (record.currentClosure !== record.targetClosure || host.closure !== record.targetClosure) return Infinity;
  if (host.wasSwitchedByHand || host.wasMisreported) return Infinity;
  if (record.failing.length > 0) return Infinity;
  const enforced = enforcedProbes(setup, host.probeSet);
  if (enforced.length === 0 || enforced.some((probe) => soak.statuses.get(probe) !== 'pass')) return Infinity;
  return Math.max(record.soakDueAt ?? -Infinity, soak.since);
}

function failureDueAt({ setup }: Scene, host: ObservedState, soak: Soak | null, rolloutId: string): Time {
  const record = host.own.get(rolloutId)?.record;
  if (record?.state !== 'Soaking' || soak?.rolloutId !== rolloutId || record.probeFailureFirstAt === null)
    return Infinity;
  const isFailing = [...soak.statuses.values()].includes('fail');
  const thresholdMs = setup.agent.sustainedFailureSecs * 1000;
  return isFailing ? Math.max(record.probeFailureFirstAt + thresholdMs, soak.since) : Infinity;
}

function checkFailed(
  scene: Scene,
  host: ObservedState,
  rolloutId: string,
  soak: Soak | null,
  event: Extract<ObservationOf<'EventEmitted'>['event'], { readonly type: 'Failed' }>,
): void {
  const { name } = host;
  const { setup, ledger, broken } = scene;
  const say = (what: string): void => broken('timing', name, rolloutId, `${name} failed ${what}.`);
  const { failedAt, failingProbes, sustainedDurationSecs, policyApplied } = event;
  const firstAt = host.own.get(rolloutId)?.record.probeFailureFirstAt ?? null;
  const thresholdMs = setup.agent.sustainedFailureSecs * 1000;
  if (firstAt === null) return say('although no probe had');
  if (failedAt - firstAt < thresholdMs)
    say(`${failedAt - firstAt} ms after the first failure, but the threshold is ${thresholdMs} ms`);
  const byMs = lateByMs(scene, soak, failureDueAt(scene, host, soak, rolloutId), failedAt);
  if (byMs > slackMs(scene)) say(`${Math.round(byMs)} ms late`);
  if (Number.isNaN(firstAt)) return;
  if (sustainedDurationSecs !== Math.floor((failedAt - firstAt) / 1000))
    say(`and reported a wrong duration: ${sustainedDurationSecs} s`);
  // After a clock was set, the probes' results are not known here.
  if (soak === null) return;
  const failing = [...soak.statuses].filter(([, status]) => status === 'fail').map(([probe]) => probe);
  if (failing.length === 0) say('although no enforce probe fails');
  else if (failing.sort().join('\n') !== failingProbes.join('\n'))
    say(`because of ${failingProbes.join(', ') || 'no probe'} instead of ${failing.join(', ')}`);
  const policy = ledger.manifestOf(rolloutId)?.policy.onHealthFailure;
  if (policy !== undefined && policy !== policyApplied) say(`under ${policyApplied}, but the policy is ${policy}`);
}

function checkLate(scene: Scene, { soaks }: State, host: ObservedState, at: Time): void {
  const soak = soaks.get(host.index);
  const late = slackMs(scene);
  // While the probes' results are new, nothing can be late.
  if (soak === null || at <= soak.since + late) return;
  const { rolloutId } = soak;
  const record = host.own.get(rolloutId)?.record;
  // Nor while a host soaks without a failed probe, as in nearly every heartbeat.
  if (record?.probeFailureFirstAt === null && record.soakDueAt !== null && at <= record.soakDueAt + late) return;
  if (lateByMs(scene, soak, failureDueAt(scene, host, soak, rolloutId), at) > late)
    scene.broken('timing', host.name, rolloutId, `${host.name} should have failed, but has not.`);
  else if (lateByMs(scene, soak, convergenceDueAt(scene, host, soak, rolloutId), at) > late)
    scene.broken('timing', host.name, rolloutId, `${host.name} could have converged, but has not.`);
}

function checkInterval(scene: Scene, host: ObservedState, { at }: Heartbeat): void {
  const { setup, runMs, broken } = scene;
  const { name, life, sent, sentLife, sentRunMs, clockSetRunMs } = host;
  const { heartbeatSecs, tickSecs } = setup.agent;
  if (sent === null || sentLife !== life) {
    if (runMs > host.startedRunMs + setup.latencyMs)
      broken('timing', name, null, `${name} sent no heartbeat when its agent started.`);
    return;
  }
  checkSilence(scene, host);
  // If the clock was set in between, or drifts fast, the two times say nothing.
  if (clockSetRunMs >= sentRunMs) return;
  const passedMs = at - sent.at;
  if (Math.abs(passedMs - (runMs - sentRunMs)) > 1000) return;
  if (passedMs < heartbeatSecs * 1000)
    broken('timing', name, null, `${name} sent a heartbeat only ${passedMs} ms after the previous one.`);
  if (passedMs > (heartbeatSecs + tickSecs) * 1000 + 1000 + setup.latencyMs)
    broken('timing', name, null, `${name} sent no heartbeat for ${passedMs} ms.`);
}

/** No clock drifts so fast that an interval takes longer than this many. */
const DRIFT = 1.25;

/**
 * Whatever a clock was set to, a heartbeat comes within an interval. The interval may start only at the next tick: by
 * then, a clock that was set back may have reached the time of the last heartbeat again, as if that had just been sent.
 */
function checkSilence({ setup, runMs, broken }: Scene, host: ObservedState): void {
  const { name, isUp, life, sentLife, sentRunMs, clockSetRunMs } = host;
  if (!isUp || sentLife !== life) return;
  const { heartbeatSecs, tickSecs } = setup.agent;
  const wasSet = clockSetRunMs > sentRunMs;
  const silentMs = runMs - Math.max(sentRunMs, clockSetRunMs);
  const tickMs = tickSecs * 1000 + setup.tickLateMs;
  const mayBeMs = heartbeatSecs * 1000 * DRIFT + (wasSet ? 2 : 1) * tickMs + ROUNDING_MS;
  if (silentMs <= mayBeMs) return;
  const since = wasSet ? ' since its clock was set' : '';
  broken('timing', name, null, `${name} sent no heartbeat for ${silentMs} ms${since}.`);
}

/** While a worker runs, its outcome is unknown until it reports. */
function checkClosure({ broken }: Scene, host: ObservedState, { currentClosure }: Heartbeat): void {
  const { name, closure, work } = host;
  // The outcome of a worker from before the start is known once the boot is over.
  if (work !== null || !host.wasAnswered || host.wasMisreported || currentClosure === closure) return;
  broken('timing', name, null, `${name} runs ${closure}, but its heartbeat says ${currentClosure ?? 'nothing'}.`);
}
