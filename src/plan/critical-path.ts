import type { GateName } from '../control-plane/index.ts';
import type { HostTrack, Run, RunHistory } from '../simulator/index.ts';
import { appendTo } from '../text/index.ts';

/** One stretch of the critical path. Times are milliseconds since the start. */
export interface PathLink {
  readonly kind: 'start' | 'gate' | 'activation' | 'soak' | 'convergence';
  readonly hostname: string;
  readonly rolloutId: string;
  readonly wave: number;
  readonly fromMs: number;
  readonly untilMs: number;
  /** The last gate that held its host, for a budget with its summary; `null` for none. */
  readonly gate: GateName | null;
  readonly budget: string | null;
  /** Whether the host was never dispatched because it already ran the release. */
  readonly isRunningIt: boolean;
}

/** What determines the length of a rollout: the chain of waits from start to end, and the slack of everything else. */
export interface CriticalPath {
  /** From the start of the run, without gaps; empty if no host converged. */
  readonly links: readonly PathLink[];
  readonly endedMs: number;
  /** How much later each wave could finish without delaying the rollout. */
  readonly slack: readonly WaveSlack[];
}

/** The least slack of any host in a wave. */
export interface WaveSlack {
  readonly rolloutId: string;
  readonly wave: number;
  readonly hostname: string;
  readonly slackMs: number;
}

/**
 * The critical path of a run, walked backwards from the host that converged last: what it waited for, what that waited
 * for, and so on to the start.
 */
export function criticalPath({ history }: Run): CriticalPath {
  const courses = hostCourses(history);
  const last = latest(courses, ({ convergedMs }) => convergedMs);
  if (last === null) return { links: [], endedMs: 0, slack: [] };
  const links: PathLink[] = [];
  let at: HostCourse | null = last;
  let untilMs = last.convergedMs ?? 0;
  const endedMs = untilMs;
  // Each step goes back in time, so no host is visited twice.
  for (let steps = 0; at !== null && steps < courses.length; steps += 1) {
    const course: HostCourse = at;
    const before = predecessor(history, courses, course);
    const startMs = before?.atMs ?? 0;
    links.push(...linksOf(history, course, startMs, untilMs));
    at = before?.course ?? null;
    untilMs = startMs;
  }
  const isOn = new Set(links.map(({ hostname, rolloutId }) => keyOf(rolloutId, hostname)));
  return { links: links.toReversed(), endedMs, slack: slackOf(history, courses, endedMs, isOn) };
}

/** What a host did once nothing held it, last first. */
function linksOf(history: RunHistory, course: HostCourse, startMs: number, untilMs: number): readonly PathLink[] {
  const { track, lastHold } = course;
  const dispatchedMs = course.dispatchedMs ?? startMs;
  const activatedMs = Math.min(course.activatedMs ?? dispatchedMs, untilMs);
  const soakedMs = Math.min(Math.max(course.soakDueMs ?? activatedMs, activatedMs), untilMs);
  const of = (kind: PathLink['kind'], fromMs: number, toMs: number): PathLink => ({
    kind,
    hostname: track.hostname,
    rolloutId: rolloutOf(history, track.rollout).rollout.rolloutId,
    wave: track.wave,
    fromMs,
    untilMs: toMs,
    gate: lastHold?.gate ?? null,
    budget: lastHold?.gate === 'disruption-budget' ? budgetOf(history, track.rollout, lastHold.gates) : null,
    isRunningIt: course.dispatchedMs === null,
  });
  return [
    of('convergence', soakedMs, untilMs),
    of('soak', activatedMs, soakedMs),
    of('activation', dispatchedMs, activatedMs),
    of(lastHold === null ? 'start' : 'gate', startMs, dispatchedMs),
  ].filter((link) => link.untilMs > link.fromMs);
}

interface Predecessor {
  readonly course: HostCourse;
  /** When it released the other. */
  readonly atMs: number;
}

/** The host that released this one; `null` if nothing held it. */
function predecessor(history: RunHistory, courses: readonly HostCourse[], course: HostCourse): Predecessor | null {
  const { track, dispatchedMs, lastHold } = course;
  if (dispatchedMs === null || lastHold === null) return null;
  const isBefore = (ms: number | null): ms is number => ms !== null && ms <= dispatchedMs;
  const among = (
    isMeant: (other: HostCourse) => boolean,
    endOf: (other: HostCourse) => number | null,
  ): Predecessor | null => {
    const found = latest(
      courses.filter((other) => other !== course && isMeant(other)),
      (other) => {
        const ms = endOf(other);
        const isEarlier = other.dispatchedMs === null || other.dispatchedMs < dispatchedMs;
        return isBefore(ms) && isEarlier ? ms : null;
      },
    );
    const atMs = found === null ? null : endOf(found);
    return found === null || atMs === null ? null : { course: found, atMs };
  };
  switch (lastHold.gate) {
    case 'wave-promotion':
    case 'compliance-wave':
    case 'extension':
      return among(
        ({ track: other }) => other.rollout === track.rollout && other.wave < track.wave,
        ({ eligibleMs }) => eligibleMs,
      );
    case 'host-edge':
      return among(
        ({ track: other }) => other.rollout === track.rollout && other.hostname === lastHold.gates,
        ({ eligibleMs }) => eligibleMs,
      );
    case 'channel-edges':
      return among(
        ({ track: other }) => rolloutOf(history, other.rollout).rollout.rolloutId === lastHold.gates,
        ({ convergedMs }) => convergedMs,
      );
    case 'disruption-budget': {
      const members = budgetMembers(history, lastHold.gates);
      return among(
        ({ track: other }) => members.has(other.number),
        ({ releasedMs }) => releasedMs,
      );
    }
    case 'quarantine':
    case 'wave-promotion-host-unstaged':
      return null;
  }
}

/** How much later each host could have ended, from the last dispatch back to the first. */
function slackOf(
  history: RunHistory,
  courses: readonly HostCourse[],
  endedMs: number,
  isOn: ReadonlySet<string>,
): readonly WaveSlack[] {
  const lateStart = new Map<number, number>(); // By host number: when it would have to be dispatched at the latest.
  const waveDue = new Map<string, number>(); // By rollout and wave: when all earlier waves must be through.
  const budgetDue = new Map<string, number>(); // By selector: when a slot must be free for a host that waits for one.
  const channelDue = new Map<string, number>(); // When the channel must be Terminal for another that waits for it.
  const slack = new Map<string, WaveSlack>();
  const budgetsOf = memberships(history);
  const ordered = courses.toSorted((a, b) => (b.dispatchedMs ?? 0) - (a.dispatchedMs ?? 0));
  for (const { track, dispatchedMs, eligibleMs, convergedMs, releasedMs, lastHold } of ordered) {
    if (convergedMs === null) continue;
    const { rollout } = rolloutOf(history, track.rollout);
    const nextWave = least(waveDue, keyOf(rollout.rolloutId, String(track.wave + 1)));
    const dueByEdge = rollout.edges
      .filter(({ gates }) => gates === track.hostname)
      .map(({ gated }) => lateStart.get(history.trackOf(rollout.rolloutId, gated)?.number ?? -1) ?? Infinity);
    const own = budgetsOf.get(track.number) ?? [];
    const dueByBudget = own.map((key) => least(budgetDue, key));
    const spare = Math.min(
      endedMs - convergedMs,
      least(channelDue, rollout.channel) - convergedMs,
      nextWave - (eligibleMs ?? convergedMs),
      ...dueByEdge.map((due) => due - (eligibleMs ?? convergedMs)),
      ...dueByBudget.map((due) => due - (releasedMs ?? convergedMs)),
    );
    const slackMs = isOn.has(keyOf(rollout.rolloutId, track.hostname)) ? 0 : Math.max(0, spare);
    const startMs = (dispatchedMs ?? convergedMs) + slackMs;
    lateStart.set(track.number, startMs);
    for (let wave = track.wave; wave >= 0; wave -= 1) lower(waveDue, keyOf(rollout.rolloutId, String(wave)), startMs);
    for (const channel of rollout.channelEdges) lower(channelDue, channel, startMs);
    if (lastHold?.gate === 'disruption-budget' && lastHold.gates !== null) lower(budgetDue, lastHold.gates, startMs);
    const waveKey = keyOf(rollout.rolloutId, String(track.wave));
    if (slackMs < (slack.get(waveKey)?.slackMs ?? Infinity)) {
      const { rolloutId } = rollout;
      slack.set(waveKey, { rolloutId, wave: track.wave, hostname: track.hostname, slackMs });
    }
  }
  return [...slack.values()].toSorted((a, b) => (a.rolloutId === b.rolloutId ? a.wave - b.wave : 0));
}

const least = (map: ReadonlyMap<string, number>, key: string): number => map.get(key) ?? Infinity;

function lower(map: Map<string, number>, key: string, value: number): void {
  map.set(key, Math.min(least(map, key), value));
}

/** The budgets with a limit that select each host, by its number. */
function memberships(history: RunHistory): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, string[]>();
  for (const { rollout, hosts } of history.rollouts) {
    for (const { selectorKey, limit, hosts: members } of rollout.budgets) {
      if (limit === null) continue;
      for (const at of members) {
        const number = hosts[at]?.number;
        if (number === undefined) continue;
        appendTo(found, number, selectorKey);
      }
    }
  }
  return found;
}

function budgetMembers(history: RunHistory, selectorKey: string | null): ReadonlySet<number> {
  return new Set(
    [...memberships(history)].flatMap(([number, keys]) =>
      selectorKey !== null && keys.includes(selectorKey) ? [number] : [],
    ),
  );
}

function budgetOf(history: RunHistory, rollout: number, selectorKey: string | null): string | null {
  const { budgets } = rolloutOf(history, rollout).rollout;
  return budgets.find((budget) => budget.selectorKey === selectorKey)?.summary ?? null;
}

function rolloutOf(history: RunHistory, number: number): RunHistory['rollouts'][number] {
  const track = history.rollouts[number];
  if (track === undefined) throw new RangeError(`A host is in rollout ${number} of ${history.rollouts.length}.`);
  return track;
}

function latest(courses: readonly HostCourse[], timeOf: (course: HostCourse) => number | null): HostCourse | null {
  let found: HostCourse | null = null;
  let foundMs = -1;
  for (const course of courses) {
    const ms = timeOf(course);
    if (ms === null || ms <= foundMs) continue;
    found = course;
    foundMs = ms;
  }
  return found;
}

const keyOf = (rolloutId: string, name: string): string => JSON.stringify([rolloutId, name]);

/** When a host did what in a run: milliseconds since the start, `null` for never. */
interface HostCourse {
  readonly track: HostTrack;
  readonly dispatchedMs: number | null;
  /** When it ran the new closure, and its soak could begin. */
  readonly activatedMs: number | null;
  readonly soakDueMs: number | null;
  /** When it no longer held back its wave. */
  readonly eligibleMs: number | null;
  readonly convergedMs: number | null;
  /** When it no longer counted against its budgets. */
  readonly releasedMs: number | null;
  /** The gate that held it last before its dispatch, and since when. */
  readonly lastHold: { readonly gate: GateName; readonly fromMs: number; readonly gates: string | null } | null;
}

/** The course of every host in a finished run, in the order of the history. */
function hostCourses({ hosts }: RunHistory): readonly HostCourse[] {
  return hosts.map(courseOf);
}

function courseOf(track: HostTrack): HostCourse {
  const { state, sinceRunMs, dispatchedRunMs, soakDueRunMs, eligibleRunMs, soakingSinceRunMs, heldBack } = track.view;
  const isSettled = state !== 'Activating' && state !== 'Soaking' && state !== 'Pending';
  const last = heldBack.findLast(({ fromRunMs }) => dispatchedRunMs === null || fromRunMs <= dispatchedRunMs);
  return {
    track,
    dispatchedMs: dispatchedRunMs,
    activatedMs: soakingSinceRunMs,
    soakDueMs: soakDueRunMs,
    eligibleMs: eligibleRunMs,
    convergedMs: state === 'Converged' ? sinceRunMs : null,
    releasedMs: isSettled ? sinceRunMs : null,
    lastHold: last === undefined ? null : { gate: last.hold.gate, fromMs: last.fromRunMs, gates: gatesOf(last.hold) },
  };
}

type Hold = HostTrack['view']['heldBack'][number]['hold'];

/** What the gate named: a host, a rollout, or a budget by its key. */
function gatesOf(hold: Hold): string | null {
  switch (hold.gate) {
    case 'host-edge':
      return hold.gatingHostname;
    case 'channel-edges':
      return hold.gatingRolloutId;
    case 'disruption-budget':
      return hold.selectorKey;
    case 'quarantine':
    case 'wave-promotion':
    case 'wave-promotion-host-unstaged':
    case 'compliance-wave':
      return null;
    case 'extension':
      return hold.name;
  }
}

/** The channel of a rollout: `stable` of `stable@1a2b3c`. A channel's name has no `@`. */
export function channelOf(rolloutId: string): string {
  return rolloutId.slice(0, rolloutId.indexOf('@'));
}
