import { holdReason } from '../../control-plane/index.ts';
import type { RunEvent, RunEventOf } from '../../simulator/index.ts';
import { faultDetail, fleetChangeWords } from '../../simulator/internal.ts';
import { namesOf, shortName } from '../../text/index.ts';

/** The kind of a marker on the time axis. */
export type MarkerKind =
  | 'wave'
  | 'fault'
  | 'gate'
  | 'rollout'
  | 'stop'
  | 'failure'
  | 'quarantine'
  | 'release'
  | 'invariant';

export interface RunMarker {
  readonly runMs: number;
  readonly kind: MarkerKind;
  readonly text: string;
}

/**
 * More markers than this are indistinguishable on a time line. Faults, the most frequent kind, have a separate limit.
 */
const MAX_MARKERS = 2000;
const MAX_FAULTS = 1000;
const MAX_NAMES = 4;

/** The moments to mark on a run's time line, in order. */
export function markersOf(events: readonly RunEvent[]): readonly RunMarker[] {
  const faults = events.filter((event) => event.type === 'Fault');
  const stride = Math.ceil(faults.length / MAX_FAULTS);
  const gatesSeen = new Set<string>();
  const markers: RunMarker[] = [];
  let seen = 0;
  let others = 0;
  for (const event of events) {
    if (event.type === 'Fault') {
      seen += 1;
      if (seen % stride === 0) markers.push(faultMarker(event));
      continue;
    }
    const marker = event.type === 'HostHeld' ? gateMarker(event, gatesSeen) : markerOf(event);
    if (marker === null) continue;
    others += 1;
    if (others <= MAX_MARKERS) markers.push(marker);
  }
  return markers;
}

function faultMarker(event: RunEventOf<'Fault'>): RunMarker {
  const parts = [event.fault, event.hostname, faultDetail(event)];
  return { runMs: event.runMs, kind: 'fault', text: parts.filter((part) => part !== null && part !== '').join(', ') };
}

/** Only the first hold of a rollout by a gate gets a marker. */
function gateMarker({ runMs, rolloutId, hostname, hold }: RunEventOf<'HostHeld'>, seen: Set<string>): RunMarker | null {
  const key = `${rolloutId} ${hold.gate}`;
  if (seen.has(key)) return null;
  seen.add(key);
  const text = `${shortName(rolloutId)}: ${hold.gate}. ${holdReason(hostname, hold, shortName)}`;
  return { runMs, kind: 'gate', text };
}

function markerOf(event: RunEvent): RunMarker | null {
  const { runMs } = event;
  switch (event.type) {
    case 'WaveAdvanced':
      if (event.toWave <= event.fromWave) return null;
      return { runMs, kind: 'wave', text: `${shortName(event.rolloutId)}: wave ${event.toWave} may start` };
    case 'RolloutTransition': {
      const isStop = event.to === 'Failed' || event.to === 'Reverted';
      const text = `${shortName(event.rolloutId)}: ${event.from} → ${event.to}`;
      return { runMs, kind: isStop ? 'stop' : 'rollout', text };
    }
    case 'HostTransition':
      return event.to === 'Failed' ? { runMs, kind: 'failure', text: `${event.hostname} failed` } : null;
    case 'ClosureQuarantined':
      return { runMs, kind: 'quarantine', text: `${shortName(event.closure)} is quarantined on ${event.channel}` };
    case 'ReleasePublished':
      return { runMs, kind: 'release', text: `released ${namesOf(event.rolloutIds.map(shortName), MAX_NAMES)}` };
    case 'FleetChanged':
      return { runMs, kind: 'release', text: fleetChangeWords(event) };
    case 'InvariantBroken':
      return { runMs, kind: 'invariant', text: `${event.invariant}: ${event.message}` };
    default:
      return null;
  }
}
