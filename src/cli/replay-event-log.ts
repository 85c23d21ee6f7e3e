import { hostRolloutMachine, toHostEvent, type HostState } from '../machine/index.ts';
import { AT_END, blockerWords, Moment, RunHistory, whatIsHeld, type RunEvent } from '../simulator/index.ts';
import { printable } from '../text/index.ts';
import { isEventLog, readRunFile } from '../visualize/index.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';
import { refuse } from './problem.ts';

const REMEDY =
  'Give the database of a control plane, an input log, or the event log that `simulate FLEET --events FILE` writes.';

/**
 * An event log has no inputs, so decisions cannot be replayed. Instead, every transition of a host is checked against
 * the chart, with its previous state and the event that caused it.
 */
export function replayEventLog(file: string, text: string, io: Io): ExitCode {
  const read = readRunFile(text);
  if (!read.ok) {
    const isOther = !isEventLog(text) && text.trim() !== '';
    const message = isOther ? 'this is neither a database nor a log' : read.message;
    return refuse(io, [{ path: file, message, remedy: REMEDY }], file);
  }
  const difference = firstIllegal(read.events);
  const history = new RunHistory(read.file.rollouts, 'all');
  for (const event of read.events) history.take(event);
  const lines = [difference ?? `${read.events.length} events; every transition matches the chart.`];
  for (const { hostname, rolloutId, blocker } of whatIsHeld(new Moment(history, AT_END)))
    lines.push(`${blocker.heldBy}: ${printable(blockerWords(hostname, rolloutId, blocker))}`);
  io.stdout.write(`${lines.join('\n')}\n`);
  return difference === null ? EXIT.ok : EXIT.differs;
}

interface Track {
  state: HostState;
  /** The type of the last accepted event; `null` after a take-over, which may lead to any state. */
  event: string | null;
}

/** Describes the first transition that the chart does not have; `null` if there is none. */
function firstIllegal(events: readonly RunEvent[]): string | null {
  const tracks = new Map<string, Map<string, Track>>();
  let isDown = false;
  for (const [index, event] of events.entries()) {
    if (event.type === 'ControlPlaneDown' || event.type === 'ControlPlaneUp')
      isDown = event.type === 'ControlPlaneDown';
    if (event.type === 'RolloutOpened') tracks.set(event.rolloutId, new Map());
    const track = trackOf(tracks, event);
    if (track === null) continue;
    switch (event.type) {
      case 'EventAccepted':
        track.event = toHostEvent(event.event).type;
        break;
      case 'EventSynthesized':
        track.event = event.eventType;
        break;
      case 'RecordTakenOver':
        track.event = null;
        break;
      case 'HostTransition': {
        const { hostname, rolloutId, from, to } = event;
        // While the control plane is down, only a backup that is put back moves its records, to any state.
        if (isDown) track.event = null;
        const cause = track.event === null ? '' : ` by ${track.event}`;
        const went = `Event ${index + 1}: ${hostname} in ${rolloutId} went from ${from} to ${to}${cause}`;
        if (track.state !== from) return printable(`${went}, but was ${track.state} before.`);
        if (track.event !== null && !leadsTo(from, track.event, to))
          return printable(`${went}, which the chart does not allow.`);
        track.state = to;
        break;
      }
      default:
      // The rest is not about the record of a host.
    }
  }
  return null;
}

function trackOf(tracks: Map<string, Map<string, Track>>, event: RunEvent): Track | null {
  if (!('rolloutId' in event) || !('hostname' in event) || event.rolloutId === null || event.hostname === null)
    return null;
  const hosts = tracks.get(event.rolloutId) ?? new Map<string, Track>();
  tracks.set(event.rolloutId, hosts);
  const track = hosts.get(event.hostname) ?? { state: 'Pending', event: null };
  hosts.set(event.hostname, track);
  return track;
}

function leadsTo(from: HostState, event: string, to: HostState): boolean {
  const transitions = hostRolloutMachine.states[from]?.transitions.get(event) ?? [];
  return transitions.some(({ target }) => (target ?? []).some(({ key }) => key === to));
}
