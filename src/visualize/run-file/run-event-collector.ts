import { holdReason } from '../../control-plane/index.ts';
import type { HostState } from '../../machine/record.ts';
import type { RolloutState } from '../../rollout/rollout-record.ts';
import { eventDetail } from '../../simulator/event-detail.ts';
import { faultDetail } from '../../simulator/faults/index.ts';
import type { RunEvent, RunEventOf } from '../../simulator/run-events.ts';
import type {
  MarkerKind,
  RunAccepted,
  RunDispatch,
  RunFile,
  RunHold,
  RunMarker,
  RunReachability,
  RunRollout,
  RunRolloutChange,
  RunTransition,
} from './run-file.ts';

/** More markers than this are not told apart on a time line; faults, of which there are most, are counted apart. */
const MAX_MARKERS = 2_000;
const MAX_FAULTS = 1_000;

type Collected = Pick<
  RunFile,
  'rolloutChanges' | 'reachability' | 'transitions' | 'dispatches' | 'holds' | 'accepted' | 'isAbridged' | 'markers'
>;

/** Collects what the page needs from the events of a run, as they happen. */
export class RunEventCollector {
  private readonly indexes: ReadonlyMap<
    string,
    { readonly rollout: number; readonly hosts: ReadonlyMap<string, number> }
  >;
  private readonly rolloutChanges: RunRolloutChange[] = [];
  private readonly reachability: RunReachability[] = [];
  private readonly transitions: RunTransition[] = [];
  /** By rollout, the hosts that have left Pending. */
  private readonly begun: ReadonlyMap<number, Set<number>>;
  private readonly dispatches: RunDispatch[] = [];
  private readonly holds: RunHold[] = [];
  private readonly accepted: RunAccepted[] = [];
  private readonly markers: RunMarker[] = [];
  private faults: RunMarker[] = [];
  private faultCount = 0;
  /** Only every so many faults are kept: over the whole run, and not the first ones alone. */
  private faultStride = 1;
  private readonly gatesSeen = new Set<string>();
  private readonly isAbridged: boolean;

  constructor(rollouts: readonly RunRollout[], isAbridged: boolean) {
    this.isAbridged = isAbridged;
    this.indexes = new Map(
      rollouts.map(({ rolloutId, waves }, rollout) => {
        const names = waves.flatMap(({ hosts }) => hosts);
        return [rolloutId, { rollout, hosts: new Map(names.map((name, index) => [name, index])) }] as const;
      }),
    );
    this.begun = new Map(rollouts.map((_, rollout) => [rollout, new Set()]));
  }

  take(event: RunEvent): void {
    switch (event.type) {
      case 'HostTransition':
        this.at(event, (rollout, host) => this.move(event.runMs, rollout, host, event.to));
        break;
      case 'RecordTakenOver':
        this.at(event, (rollout, host) => this.move(event.runMs, rollout, host, event.state));
        break;
      case 'HostDispatched':
        this.at(event, (rollout, host) => this.dispatches.push([event.runMs, rollout, host, event.soakDueRunMs]));
        break;
      case 'HostHeld':
        this.takeHold(event);
        break;
      case 'DispatchWithdrawn':
        this.at(event, (rollout, host) =>
          this.holds.push([event.runMs, rollout, host, event.because, 'Its dispatch was taken back.']),
        );
        break;
      case 'EventAccepted':
        this.takeAccepted(event);
        break;
      case 'WaveAdvanced':
        if (event.toWave > event.fromWave)
          this.mark(event.runMs, 'wave', `${event.rolloutId}: wave ${event.toWave} may begin`);
        break;
      case 'RolloutOpened':
        this.open(event.runMs, event.rolloutId);
        break;
      case 'RolloutTransition':
        this.change(event.runMs, event.rolloutId, event.to);
        this.mark(event.runMs, 'rollout', `${event.rolloutId}: ${event.from} → ${event.to}`);
        break;
      case 'HostUnreachable':
      case 'HostReachable':
        this.reachability.push([event.runMs, event.hostname, event.type === 'HostReachable']);
        break;
      case 'Fault':
        this.markFault(
          event.runMs,
          [event.fault, event.hostname, faultDetail(event)].filter((text) => text !== null && text !== '').join(', '),
        );
        break;
      case 'ClosureQuarantined':
        this.mark(event.runMs, 'quarantine', `${event.closure} is quarantined on ${event.channel}`);
        break;
      case 'ReleasePublished':
        this.mark(event.runMs, 'release', `released ${event.rolloutIds.join(', ')}`);
        break;
      case 'InvariantBroken':
        this.mark(event.runMs, 'invariant', `${event.invariant}: ${event.message}`);
        break;
      default:
        break;
    }
  }

  collected(): Collected {
    const { rolloutChanges, reachability, transitions, dispatches, holds, accepted, isAbridged } = this;
    const markers = [...this.markers, ...this.faults].toSorted((a, b) => a.at - b.at);
    return { rolloutChanges, reachability, transitions, dispatches, holds, accepted, isAbridged, markers };
  }

  private move(at: number, rollout: number, host: number, to: HostState): void {
    this.transitions.push([at, rollout, host, to]);
    if (to === 'Pending') this.begun.get(rollout)?.delete(host);
    else this.begun.get(rollout)?.add(host);
  }

  private change(at: number, rolloutId: string, to: RolloutState): void {
    const rollout = this.indexes.get(rolloutId)?.rollout;
    if (rollout !== undefined) this.rolloutChanges.push([at, rollout, to]);
  }

  /** A rollout that is opened again is one of a database that was lost: every host is Pending until it is known better. */
  private open(at: number, rolloutId: string): void {
    this.change(at, rolloutId, 'Opening');
    const rollout = this.indexes.get(rolloutId)?.rollout;
    if (rollout === undefined) return;
    // A set may be taken from while it is walked.
    for (const host of this.begun.get(rollout) ?? []) this.move(at, rollout, host, 'Pending');
  }

  private takeHold(event: RunEventOf<'HostHeld'>): void {
    const { gate } = event.hold;
    const reason = holdReason(event.hostname, event.hold);
    this.at(event, (rollout, host) => this.holds.push([event.runMs, rollout, host, gate, reason]));
    this.markGate(event.runMs, event.rolloutId, gate, reason);
  }

  private takeAccepted(accepted: RunEventOf<'EventAccepted'>): void {
    const { runMs, event } = accepted;
    if (this.isAbridged && event.type === 'ProbeResult' && event.status === 'pass') return;
    this.at(accepted, (rollout, host) =>
      this.accepted.push([runMs, rollout, host, event.type, event.seq, eventDetail(event)]),
    );
  }

  private at(
    { rolloutId, hostname }: { rolloutId: string; hostname: string },
    add: (rollout: number, host: number) => void,
  ): void {
    const found = this.indexes.get(rolloutId);
    const index = found?.hosts.get(hostname);
    if (found !== undefined && index !== undefined) add(found.rollout, index);
  }

  private mark(at: number, kind: MarkerKind, text: string): void {
    if (this.markers.length < MAX_MARKERS) this.markers.push({ at, kind, text });
  }

  private markFault(at: number, text: string): void {
    this.faultCount += 1;
    if (this.faultCount % this.faultStride !== 0) return;
    this.faults.push({ at, kind: 'fault', text });
    if (this.faults.length <= MAX_FAULTS) return;
    this.faults = this.faults.filter((_, index) => index % 2 === 1);
    this.faultStride *= 2;
  }

  /** The first time that a gate holds a rollout is worth a marker; each host that it holds is not. */
  private markGate(at: number, rollout: string, gate: string, reason: string): void {
    const key = `${rollout} ${gate}`;
    if (this.gatesSeen.has(key)) return;
    this.gatesSeen.add(key);
    this.mark(at, 'gate', `${rollout}: ${gate}. ${reason}`);
  }
}
