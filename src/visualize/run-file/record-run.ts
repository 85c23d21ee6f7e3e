import { simulate, type Progress } from '../../simulator/simulate.ts';
import type { Run } from '../../simulator/run.ts';
import type { RunEvent } from '../../simulator/run-events.ts';
import type { Scenario } from '../../simulator/scenario.ts';
import type { RolloutManifest } from '../../fleet/rollout-manifest.ts';
import {
  RUN_FILE_FORMAT,
  RUN_FILE_VERSION,
  type MarkerKind,
  type RunAccepted,
  type RunDispatch,
  type RunFile,
  type RunHold,
  type RunMarker,
  type RunRollout,
  type RunTransition,
} from './run-file.ts';

/** Above this many hosts passing probes are left out: they would be most of the file. */
const MOST_HOSTS_IN_FULL = 1_000;
/** More faults than this are not told apart on a time line. */
const MAX_MARKERS = 2_000;

/** Collects what the page needs from the events of a run, as they happen. */
export class RunRecorder {
  private readonly rollouts: RunRollout[];
  private readonly indexes = new Map<string, { readonly rollout: number; readonly hosts: ReadonlyMap<string, number> }>();
  private readonly transitions: RunTransition[] = [];
  private readonly dispatches: RunDispatch[] = [];
  private readonly holds: RunHold[] = [];
  private readonly accepted: RunAccepted[] = [];
  private readonly markers: RunMarker[] = [];
  private readonly gatesSeen = new Set<string>();
  private readonly isAbridged: boolean;
  private readonly scenario: Scenario;

  constructor(scenario: Scenario) {
    this.scenario = scenario;
    this.rollouts = [];
    for (const manifest of scenario.rollouts) this.addRollout(manifest);
    for (const { do: action } of scenario.steps) {
      if (action.type === 'PublishRelease') for (const manifest of action.rollouts) this.addRollout(manifest);
    }
    this.isAbridged = scenario.hosts.length > MOST_HOSTS_IN_FULL;
  }

  take(event: RunEvent): void {
    switch (event.type) {
      case 'HostTransition':
        this.at(event, (rollout, host) => this.transitions.push([event.at, rollout, host, event.to]));
        break;
      case 'RecordTakenOver':
        this.at(event, (rollout, host) => this.transitions.push([event.at, rollout, host, event.state]));
        break;
      case 'HostDispatched':
        this.at(event, (rollout, host) => this.dispatches.push([event.at, rollout, host, event.soakDueAt]));
        break;
      case 'HostHeld':
        this.at(event, (rollout, host) => this.holds.push([event.at, rollout, host, event.gate, event.reason]));
        this.markGate(event.at, event.rollout, event.gate, event.reason);
        break;
      case 'EventAccepted':
        if (this.isAbridged && event.event === 'ProbeResult' && event.detail.endsWith(' passes')) break;
        this.at(event, (rollout, host) =>
          this.accepted.push([event.at, rollout, host, event.event, event.seq, event.detail]),
        );
        break;
      case 'WaveAdvanced':
        if (event.toWave > event.fromWave) this.mark(event.at, 'wave', `${event.rollout}: wave ${event.toWave + 1} may begin`);
        break;
      case 'RolloutTransition':
        this.mark(event.at, 'rollout', `${event.rollout}: ${event.from} → ${event.to}`);
        break;
      case 'Fault':
        this.mark(event.at, 'fault', [event.fault, event.host, event.detail].filter((text) => text !== null && text !== '').join(', '));
        break;
      case 'ClosureQuarantined':
        this.mark(event.at, 'quarantine', `${event.closure} is quarantined on ${event.channel}`);
        break;
      case 'ReleasePublished':
        this.mark(event.at, 'release', `released ${event.rollouts.join(', ')}`);
        break;
      case 'InvariantBroken':
        this.mark(event.at, 'invariant', `${event.invariant}: ${event.message}`);
        break;
      default:
        break;
    }
  }

  finish(run: Run): RunFile {
    return {
      format: RUN_FILE_FORMAT,
      version: RUN_FILE_VERSION,
      title: this.scenario.title,
      seed: this.scenario.seed,
      scenario: scenarioText(this.scenario),
      startAt: this.scenario.startAt,
      endedAt: run.endedAt,
      outcome: run.outcome,
      machineSteps: run.machineSteps,
      rollouts: this.rollouts,
      transitions: this.transitions,
      dispatches: this.dispatches,
      holds: this.holds,
      accepted: this.accepted,
      isAbridged: this.isAbridged,
      markers: this.markers,
    };
  }

  private addRollout(manifest: RolloutManifest): void {
    if (this.indexes.has(manifest.rolloutId)) return;
    const rollout = runRollout(manifest);
    const names = rollout.waves.flatMap(({ hosts }) => hosts);
    this.indexes.set(manifest.rolloutId, {
      rollout: this.rollouts.length,
      hosts: new Map(names.map((name, index) => [name, index])),
    });
    this.rollouts.push(rollout);
  }

  private at({ rollout, host }: { rollout: string; host: string }, add: (rollout: number, host: number) => void): void {
    const found = this.indexes.get(rollout);
    const index = found?.hosts.get(host);
    if (found !== undefined && index !== undefined) add(found.rollout, index);
  }

  private mark(at: number, kind: MarkerKind, text: string): void {
    if (this.markers.length < MAX_MARKERS) this.markers.push({ at, kind, text });
  }

  /** The first time that a gate holds a rollout is worth a marker; each host that it holds is not. */
  private markGate(at: number, rollout: string, gate: string, reason: string): void {
    const key = `${rollout} ${gate}`;
    if (this.gatesSeen.has(key)) return;
    this.gatesSeen.add(key);
    this.mark(at, 'gate', `${rollout}: ${gate}. ${reason}`);
  }
}

function runRollout({ rolloutId, channel, policy, waves, hosts }: RolloutManifest): RunRollout {
  const count = Math.max(1, waves.length, ...hosts.map(({ wave }) => wave + 1));
  return {
    rolloutId,
    channel,
    onHealthFailure: policy.onHealthFailure,
    waves: Array.from({ length: count }, (_, wave) => {
      const members = hosts.filter((host) => host.wave === wave);
      return {
        soakMinutes: waves[wave]?.soakMinutes ?? members[0]?.soakMinutes ?? 0,
        hosts: members.map(({ hostname }) => hostname),
        targets: members.map(({ targetClosure }) => targetClosure),
      };
    }),
  };
}

/** Everything of a scenario but the hosts one by one, which come from its fleet. */
const scenarioText = ({ hosts, rollouts, ...rest }: Scenario): string =>
  JSON.stringify({ ...rest, hosts: hosts.length, rollouts: rollouts.map(({ rolloutId }) => rolloutId) }, null, 2);

/** Runs a scenario with the simulator of this package and keeps what the page needs of it. */
export function recordRun(scenario: Scenario, onProgress?: (progress: Progress) => void): RunFile {
  const recorder = new RunRecorder(scenario);
  const run = simulate(scenario, {
    onEvent: (event) => recorder.take(event),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  return recorder.finish(run);
}
