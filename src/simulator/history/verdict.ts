import type { RunEvent } from '../run-events.ts';
import { asRunMs, type RunMs } from '../run-ms.ts';
import type { Moment } from './moment.ts';
import { AT_END, type HostTrack, type RolloutTrack } from './run-history.ts';
import { holdingsAt, type Blocker, type Holding } from './holding.ts';
import { failureOf, rootCauses, type HostFailure } from './why.ts';

/** The situation of a run: the first of these that applies, in this order. */
export type Verdict =
  | { readonly type: 'nothing-to-do' }
  /** An invariant is broken, so nothing else can be relied on. */
  | { readonly type: 'broken'; readonly runMs: RunMs; readonly message: string }
  /** A rollout dispatches nothing more, because of `failures`; the first of them is the earliest. */
  | {
      readonly type: 'stopped';
      readonly runMs: RunMs;
      readonly rolloutId: string;
      readonly failures: readonly HostFailure[];
    }
  /** Nothing will continue on its own. `waiting` hosts wait for the hosts in `roots`. */
  | {
      readonly type: 'stuck';
      readonly sinceRunMs: RunMs;
      readonly waiting: number;
      readonly roots: readonly Holding[];
    }
  | { readonly type: 'control-plane-down'; readonly sinceRunMs: RunMs; readonly unfinished: number }
  /** Hosts wait for each other in a cycle, so none of them can go first. */
  | { readonly type: 'deadlock'; readonly sinceRunMs: RunMs; readonly hostnames: readonly string[] }
  | {
      readonly type: 'unreachable';
      readonly sinceRunMs: RunMs;
      readonly hostnames: readonly string[];
      readonly waiting: number;
    }
  | { readonly type: 'done'; readonly runMs: RunMs; readonly hosts: number; readonly rolloutIds: readonly string[] }
  | {
      readonly type: 'under-way';
      readonly rolloutId: string;
      readonly wave: number;
      readonly waves: number;
      /** When the last soak of the wave ends; `null` if none is running. */
      readonly soakDueRunMs: RunMs | null;
      readonly runMs: RunMs;
      readonly done: number;
      readonly hosts: number;
    };

/** How many hosts are in each situation, for the line under the headline. */
export interface Numbers {
  readonly hosts: number;
  readonly converged: number;
  readonly reverted: number;
  readonly failed: number;
  readonly deferred: number;
  readonly notStarted: number;
  readonly underWay: number;
}

/** The verdict on a run at a moment, according to its event log. */
export function verdictOf(moment: Moment): Verdict {
  const rollouts = moment.newestRollouts.filter(({ hosts }) => hosts.length > 0);
  if (rollouts.length === 0) return { type: 'nothing-to-do' };
  const { broken } = moment.history;
  if (broken !== null && broken.runMs <= moment.time)
    return { type: 'broken', runMs: broken.runMs, message: broken.message };
  const stopped = stoppedRollout(moment, rollouts);
  if (stopped !== null) return stopped;
  const isDone = rollouts.every((track) => moment.rolloutAt(track)?.state === 'Terminal');
  if (isDone) return done(moment, rollouts);
  const holdings = holdingsAt(moment);
  const downSinceRunMs = moment.history.downSince(moment.time);
  if (downSinceRunMs !== null)
    return { type: 'control-plane-down', sinceRunMs: downSinceRunMs, unfinished: holdings.length };
  const moves = holdings.some(({ blocker }) => MOVES.has(blocker.heldBy));
  const away = holdings.filter(({ blocker }) => blocker.heldBy === 'unreachable');
  if (!moves && away.length < holdings.length && !isOnlyAway(holdings)) return stuck(moment, holdings);
  if (away.length > 0) return unreachable(moment, away);
  return moves ? underWay(moment, rollouts) : stuck(moment, holdings);
}

/** Waits that end on their own, if nothing else goes wrong. */
const MOVES: ReadonlySet<Holding['blocker']['heldBy']> = new Set([
  'activation',
  'soak',
  'heartbeat',
  'not-acknowledged',
  'not-reported',
  'rollback',
]);

/** Whether every host that does not wait for another one is unreachable. */
function isOnlyAway(holdings: readonly Holding[]): boolean {
  return holdings.every(({ blocker }) => blocker.heldBy === 'unreachable' || 'hold' in blocker);
}

function stoppedRollout(moment: Moment, rollouts: readonly RolloutTrack[]): Verdict | null {
  const stopped = rollouts
    .flatMap((track) => {
      const standing = moment.rolloutAt(track);
      return standing?.state === 'Failed' || standing?.state === 'Reverted' ? [track] : [];
    })
    .map((track) => ({ track, runMs: stoppedAt(moment, track) }))
    .toSorted((a, b) => a.runMs - b.runMs);
  const [first] = stopped;
  if (first === undefined) return null;
  const failures = first.track.hosts
    .flatMap((host) => failureOf(moment, host) ?? [])
    .toSorted((a, b) => a.runMs - b.runMs);
  return { type: 'stopped', runMs: first.runMs, rolloutId: first.track.rollout.rolloutId, failures };
}

/** A rollout that is Reverted was Failed first. */
function stoppedAt(moment: Moment, { changes }: RolloutTrack): RunMs {
  const opened = changes.findLastIndex(({ state, runMs }) => state === 'Opening' && runMs <= moment.time);
  const stop = changes.slice(opened + 1).find(({ state }) => state === 'Failed' || state === 'Reverted');
  return stop?.runMs ?? asRunMs(0);
}

function done(moment: Moment, rollouts: readonly RolloutTrack[]): Verdict {
  const ends = rollouts.map((track) => moment.rolloutAt(track)?.runMs ?? 0);
  return {
    type: 'done',
    runMs: asRunMs(Math.max(...ends)),
    hosts: rollouts.reduce((sum, { hosts }) => sum + hosts.length, 0),
    rolloutIds: rollouts.map(({ rollout }) => rollout.rolloutId),
  };
}

function stuck(moment: Moment, holdings: readonly Holding[]): Verdict {
  const [worst] = rootCauses(moment);
  const worstRoots = new Set(worst?.roots);
  const roots =
    worst === undefined
      ? holdings.filter(({ blocker }) => waitsForNobody(blocker))
      : holdings.filter(({ hostname, rolloutId }) => {
          const track = moment.history.trackOf(rolloutId, hostname);
          return track !== null && worstRoots.has(track);
        });
  if (roots.length === 0) {
    const hostnames = holdings.map(({ hostname }) => hostname);
    return { type: 'deadlock', sinceRunMs: lastChange(moment), hostnames };
  }
  // A host may have gone on, or run its target, until later than the last change of a state.
  const heldFromRunMs = roots.reduce((earliest, { sinceRunMs }) => Math.min(earliest, sinceRunMs), Infinity);
  return {
    type: 'stuck',
    sinceRunMs: asRunMs(Math.max(lastChange(moment), heldFromRunMs)),
    waiting: worst?.waiting.length ?? 0,
    roots,
  };
}

const WAITS_FOR_NOBODY: ReadonlySet<Blocker['heldBy']> = new Set([
  'quarantine',
  'wave-promotion-host-unstaged',
  'extension',
]);

/** Only gates make a host wait for others, and not all of them do. */
function waitsForNobody(blocker: Blocker): boolean {
  if (blocker.heldBy === 'disruption-budget') return blocker.hold.limit === 0;
  return !('hold' in blocker) || WAITS_FOR_NOBODY.has(blocker.heldBy);
}

function unreachable(moment: Moment, away: readonly Holding[]): Verdict {
  const names = new Set(away.map(({ hostname }) => hostname));
  const waiting = rootCauses(moment)
    .filter(({ roots }) => roots.some(({ hostname }) => names.has(hostname)))
    .reduce((sum, group) => sum + group.waiting.length, 0);
  const sinceRunMs = away.reduce((earliest, each) => (each.sinceRunMs < earliest ? each.sinceRunMs : earliest), AT_END);
  return { type: 'unreachable', sinceRunMs, hostnames: [...names], waiting };
}

function underWay(moment: Moment, rollouts: readonly RolloutTrack[]): Verdict {
  const open = rollouts.find((track) => moment.rolloutAt(track)?.state !== 'Terminal' && isMoving(moment, track));
  const track = open ?? rollouts[0];
  if (track === undefined) throw new RangeError('There is no rollout.');
  const moving = track.hosts.filter((host) => isBegun(moment, host));
  const wave = moving.reduce((first, host) => Math.min(first, host.wave), track.rollout.waves.length - 1);
  const latest = moving
    .filter((host) => host.wave === wave && moment.viewOf(host).state === 'Soaking')
    .reduce((last, host) => Math.max(last, moment.viewOf(host).soakDueRunMs ?? 0), 0);
  return {
    type: 'under-way',
    rolloutId: track.rollout.rolloutId,
    wave,
    waves: track.rollout.waves.length,
    soakDueRunMs: latest > moment.time ? asRunMs(latest) : null,
    runMs: asRunMs(moment.time),
    done: rollouts.reduce((sum, { hosts }) => sum + hosts.filter((host) => isConverged(moment, host)).length, 0),
    hosts: rollouts.reduce((sum, { hosts }) => sum + hosts.length, 0),
  };
}

const isConverged = (moment: Moment, host: HostTrack): boolean => moment.viewOf(host).state === 'Converged';

function isBegun(moment: Moment, host: HostTrack): boolean {
  const { state, dispatch } = moment.viewOf(host);
  return (state === 'Pending' && dispatch !== null) || state === 'Activating' || state === 'Soaking';
}

const isMoving = (moment: Moment, { hosts }: RolloutTrack): boolean => hosts.some((host) => isBegun(moment, host));

/** When a host or a rollout last changed. */
function lastChange(moment: Moment): RunMs {
  const { events } = moment.history;
  for (let at = moment.history.eventsBy(moment.time) - 1; at >= 0; at -= 1) {
    const event = events[at];
    if (event !== undefined && CHANGES.has(event.type)) return event.runMs;
  }
  return asRunMs(0);
}

const CHANGES: ReadonlySet<RunEvent['type']> = new Set([
  'HostTransition',
  'HostDispatched',
  'RolloutTransition',
  'RecordTakenOver',
]);

/** How many hosts of the newest releases are in each situation. */
export function numbersOf(moment: Moment): Numbers {
  const numbers = { hosts: 0, converged: 0, reverted: 0, failed: 0, deferred: 0, notStarted: 0, underWay: 0 };
  for (const { hosts } of moment.newestRollouts) {
    for (const host of hosts) {
      const { state, dispatch } = moment.viewOf(host);
      numbers.hosts += 1;
      if (state === 'Converged') numbers.converged += 1;
      else if (state === 'Reverted') numbers.reverted += 1;
      else if (state === 'Failed') numbers.failed += 1;
      else if (state === 'Deferred') numbers.deferred += 1;
      else if (state === 'Pending' && dispatch === null) numbers.notStarted += 1;
      else numbers.underWay += 1;
    }
  }
  return numbers;
}
