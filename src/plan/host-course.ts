import type { GateName } from '../control-plane/index.ts';
import type { HostTrack, RunHistory } from '../simulator/index.ts';

/** When one host did what in a run: milliseconds since the start, `null` for never. */
export interface HostCourse {
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
export function hostCourses({ hosts }: RunHistory): readonly HostCourse[] {
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
