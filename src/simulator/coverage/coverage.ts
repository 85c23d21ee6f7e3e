import type { GateName } from '../../control-plane/index.ts';
import type { HostState } from '../../machine/index.ts';
import type { FaultName } from '../faults/index.ts';
import type { RunRollout } from '../history/index.ts';
import type { RunEvent, RunEventOf } from '../run-events.ts';
import type { RuleName } from './rules.ts';

/** The state of a host in the last rollout that it started; `none` before the first. */
export type FaultState = HostState | 'none';

/** What is known about one host while a log is read. */
interface SeenHost {
  /** The rollout that it started last. */
  rolloutId: string | null;
  state: FaultState;
  /** A probe of it failed in that rollout. */
  hasFailedProbe: boolean;
  /** Its agent has started since it failed. */
  hasBooted: boolean;
}

/** What is known about one rollout since it was last opened. */
interface SeenRollout {
  readonly rollout: RunRollout;
  readonly targets: ReadonlyMap<string, string>;
  readonly records: Map<string, HostState>;
  readonly heldBy: Map<string, GateName>;
}

const WAVES = ['the second', 'the third'] as const;

/**
 * Counts how often each rule came into play in a run, and each fault in each state of a host. A fold of the event log,
 * which knows nothing of the cores.
 */
export class RuleCoverage {
  readonly rules = new Map<RuleName, number>();
  /**
   * By fault, then by the state of the host. A fault without a host counts once for every state that some host is in.
   */
  readonly faults = new Map<FaultName, Map<FaultState, number>>();
  readonly #hosts = new Map<string, SeenHost>();
  readonly #rollouts = new Map<string, SeenRollout>();
  /** The rollouts of each channel that were opened, oldest first. */
  readonly #opened = new Map<string, SeenRollout[]>();

  constructor(rollouts: readonly RunRollout[]) {
    for (const rollout of rollouts) {
      const targets = new Map(
        rollout.waves.flatMap(({ hosts, targets: closures }) =>
          hosts.map((host, at) => [host, closures[at] ?? ''] as const),
        ),
      );
      this.#rollouts.set(rollout.rolloutId, { rollout, targets, records: new Map(), heldBy: new Map() });
      for (const hostname of targets.keys())
        this.#hosts.set(hostname, { rolloutId: null, state: 'none', hasFailedProbe: false, hasBooted: false });
    }
  }

  take(event: RunEvent): void {
    switch (event.type) {
      case 'AgentBooted':
        return this.#booted(event);
      case 'AgentTransition':
        return this.#agentMoved(event);
      case 'EventAccepted':
        return this.#accepted(event);
      case 'HostTransition':
        this.#rollout(event.rolloutId)?.records.set(event.hostname, event.to);
        return;
      case 'EventDropped':
        return this.#count(`event: ${event.outcome}`);
      case 'EventSynthesized':
        return this.#synthesized(event);
      case 'RecordTakenOver':
        return this.#takenOver(event);
      case 'RolloutOpened':
        return this.#openedRollout(event.rolloutId);
      case 'RolloutTransition':
        return this.#rolloutMoved(event);
      case 'WaveAdvanced':
        if (event.toWave > event.fromWave) this.#count(`wave: ${WAVES[event.fromWave] ?? 'a later one'} begins`);
        return;
      case 'WaveEmpty':
        return this.#count('wave: without hosts');
      case 'HostDispatched':
        return this.#dispatched(event);
      case 'HostHeld':
        // It is no rule of the specification.
        if (event.hold.gate === 'extension') return;
        this.#rollout(event.rolloutId)?.heldBy.set(event.hostname, event.hold.gate);
        return this.#count(`gate: ${event.hold.gate} holds`);
      case 'DispatchWithdrawn':
        if (event.because !== 'pruned' && event.because !== 'backup-restored')
          this.#count(`dispatch: taken back as ${event.because}`);
        return;
      case 'ClosureQuarantined':
        return this.#count('quarantine: inserted');
      case 'HostUnreachable':
        return this.#count('heartbeat: the host is unreachable');
      case 'HostReachable':
        return this.#count('heartbeat: the host is back');
      case 'Fault':
        return this.#struck(event);
      default:
        return;
    }
  }

  #count(rule: RuleName): void {
    this.rules.set(rule, (this.rules.get(rule) ?? 0) + 1);
  }

  #rollout(rolloutId: string): SeenRollout | undefined {
    return this.#rollouts.get(rolloutId);
  }

  #booted({ hostname, rebooted }: RunEventOf<'AgentBooted'>): void {
    const host = this.#hosts.get(hostname);
    if (host === undefined || host.state === 'none' || host.state === 'Pending') return;
    host.hasBooted = true;
    this.#count(`boot: while ${host.state}`);
    if (rebooted && host.state === 'Deferred') this.#count('boot: of the machine while Deferred');
  }

  #agentMoved({ hostname, rolloutId, from, to }: RunEventOf<'AgentTransition'>): void {
    const host = this.#hosts.get(hostname);
    if (host === undefined) return;
    if (from === 'Pending') {
      this.#count('dispatch: acknowledged');
      if (host.rolloutId !== rolloutId && host.state !== 'none' && host.state !== 'Pending')
        this.#count(`dispatch: taken while the rollout before was ${host.state}`);
      host.rolloutId = rolloutId;
      host.hasFailedProbe = false;
    }
    if (host.rolloutId !== rolloutId) return;
    host.state = to;
    if (to === 'Failed') this.#failed(host, from, rolloutId);
    if (to === 'Converged' && host.hasFailedProbe) this.#count('soak: ends after a probe had failed');
    if (to === 'Soaking' && from === 'Deferred') this.#count('deferral: concluded by a reboot');
    if (to !== 'Reverted') return;
    this.#count('rollback: reported');
    if (host.hasBooted) this.#count('rollback: reported after a boot');
  }

  #failed(host: SeenHost, from: HostState, rolloutId: string): void {
    host.hasBooted = false;
    const then = this.#rollout(rolloutId)?.rollout.onHealthFailure === 'halt' ? 'halts' : 'goes back';
    if (from === 'Deferred') this.#count('deferral: failed at a reboot');
    else this.#count(from === 'Soaking' ? `soak: failed for too long and ${then}` : `activation: failed and ${then}`);
  }

  #accepted({ hostname, event }: RunEventOf<'EventAccepted'>): void {
    this.#count(`event: ${event.type}`);
    if (event.type !== 'ProbeResult') return;
    if (
      event.subResults?.some(({ status, effectiveMode }) => status === 'fail' && effectiveMode === 'enforce') === true
    )
      this.#count('event: a control of an evidence probe is not met');
    if (event.status !== 'fail') return;
    if (event.mode === 'observe') this.#count('event: an observe probe fails');
    const host = this.#hosts.get(hostname);
    if (host !== undefined && event.mode === 'enforce') host.hasFailedProbe = true;
  }

  #synthesized({ hostname, rolloutId, eventType }: RunEventOf<'EventSynthesized'>): void {
    if (eventType === 'RemoteConverged') this.#count('heartbeat: convergence synthesized');
    if (eventType !== 'RemoteActivationCompleted') return;
    const state = this.#rollout(rolloutId)?.records.get(hostname);
    if (state === 'Deferred') {
      this.#count('heartbeat: activation synthesized while Deferred');
      // The agent learns it from the answer to its next heartbeat, and makes no transition of its own.
      this.#count('deferral: concluded by a reboot');
    } else if (state === 'Activating') this.#count('heartbeat: activation synthesized while Activating');
  }

  #takenOver({ hostname, rolloutId, state }: RunEventOf<'RecordTakenOver'>): void {
    const rollout = this.#rollout(rolloutId);
    if (state === 'Pending' || rollout === undefined) return;
    const before = rollout.records.get(hostname) ?? 'Pending';
    this.#count(before === 'Pending' ? `heartbeat: record rebuilt as ${state}` : `heartbeat: gap closed by ${state}`);
    rollout.records.set(hostname, state);
  }

  #openedRollout(rolloutId: string): void {
    this.#count('rollout: opened');
    const rollout = this.#rollout(rolloutId);
    if (rollout === undefined) return;
    rollout.records.clear();
    rollout.heldBy.clear();
    const { channel } = rollout.rollout;
    const opened = this.#opened.get(channel) ?? [];
    if (!opened.includes(rollout)) this.#opened.set(channel, [...opened, rollout]);
  }

  #rolloutMoved({ from, to }: RunEventOf<'RolloutTransition'>): void {
    switch (to) {
      case 'Converging':
      case 'Terminal':
      case 'Failed':
      case 'Reverted':
        return this.#count(`rollout: ${to}`);
      case 'Superseded':
        if (from !== 'Opening' && from !== 'Superseded' && from !== 'Pruned')
          this.#count(`rollout: superseded while ${from}`);
        return;
      case 'Opening':
      case 'Active':
      case 'Pruned':
        return;
    }
  }

  #dispatched({ hostname, rolloutId }: RunEventOf<'HostDispatched'>): void {
    const rollout = this.#rollout(rolloutId);
    if (rollout === undefined) return;
    const gate = rollout.heldBy.get(hostname);
    rollout.heldBy.delete(hostname);
    if (gate !== undefined && gate !== 'quarantine' && gate !== 'wave-promotion-host-unstaged' && gate !== 'extension')
      this.#count(`gate: ${gate} lets go`);
    const target = rollout.targets.get(hostname);
    const earlier = this.#opened.get(rollout.rollout.channel) ?? [];
    if (earlier.some((other) => other !== rollout && other.targets.get(hostname) === target))
      this.#count('dispatch: the closure was released before under another ref');
  }

  #struck({ fault, hostname }: RunEventOf<'Fault'>): void {
    const counts = this.faults.get(fault) ?? new Map<FaultState, number>();
    this.faults.set(fault, counts);
    const states =
      hostname === null
        ? new Set([...this.#hosts.values()].map(({ state }) => state))
        : [this.#hosts.get(hostname)?.state ?? 'none'];
    for (const state of states) counts.set(state, (counts.get(state) ?? 0) + 1);
  }
}
