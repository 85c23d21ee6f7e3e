import type { RolloutManifest } from '../fleet/index.ts';
import {
  newPendingHost,
  step,
  toHostEvent,
  type HostRolloutState,
  type HostState,
  type Time,
} from '../machine/index.ts';
import type { HostUnderWay, RunEvent, RunEventOf, RunMs, Scenario } from '../simulator/index.ts';

/** The log of a rollout under way. */
export interface RolloutLog {
  readonly events: readonly RunEvent[];
  readonly startAt: Time;
  /** Where the log ends and the plan continues. */
  readonly endedRunMs: RunMs;
}

/** What a control plane knows about each host in its newest rollout. */
export interface RecordedHosts {
  readonly at: Time;
  readonly hosts: readonly {
    /** According to its last heartbeat; `null` if none has arrived. */
    readonly runningClosure: string | null;
    readonly lastHeartbeatAt: Time | null;
    readonly record: HostRolloutState;
  }[];
}

/** A scenario that continues where a log ends, and the progress of its hosts. */
export interface GoingOn {
  readonly scenario: Scenario;
  /** How many hosts of the rollouts are in each state, including those that have not started. */
  readonly states: ReadonlyMap<HostState, number>;
  /** The rollouts of the scenario that are in the log. */
  readonly rolloutIds: readonly string[];
}

/**
 * The scenario, starting where a log ends, or at the current state of a control plane. Hosts have the closure and
 * record of that time, and their workers have run for as long. Of other rollouts, only the running closures count.
 */
export function goingOn(scenario: Scenario, from: RolloutLog | RecordedHosts): GoingOn {
  const { records, running, opened, at } = 'events' in from ? stateOfLog(scenario, from) : stateOfHosts(scenario, from);
  const members = new Set(scenario.rollouts.flatMap((rollout) => rollout.hosts.map(({ hostname }) => hostname)));
  const states = new Map<HostState, number>();
  const hosts = scenario.hosts.map((host) => {
    const { hostname } = host;
    const record = records.get(hostname) ?? null;
    const state = record?.state ?? 'Pending';
    if (members.has(hostname)) states.set(state, (states.get(state) ?? 0) + 1);
    const runningClosure = running.get(hostname) ?? host.runningClosure;
    if (record === null || record.state === 'Pending') return { ...host, runningClosure };
    return { ...host, runningClosure, underWay: underWay(record, at) };
  });
  const rolloutIds = scenario.rollouts.flatMap(({ rolloutId }) => (opened.has(rolloutId) ? [rolloutId] : []));
  return { scenario: { ...scenario, startAt: at, hosts }, states, rolloutIds };
}

/** What is known about a host: its record in a rollout of the scenario, and its running closure. */
interface Standing {
  readonly at: Time;
  readonly records: ReadonlyMap<string, HostRolloutState>;
  readonly running: ReadonlyMap<string, string>;
  readonly opened: ReadonlySet<string>;
}

function stateOfLog(scenario: Scenario, { events, startAt, endedRunMs }: RolloutLog): Standing {
  const fold = new LogFold(scenario.rollouts, startAt);
  for (const event of events) if (event.runMs <= endedRunMs) fold.take(event);
  return { at: startAt + endedRunMs, records: fold.records, running: fold.running, opened: fold.opened };
}

function stateOfHosts({ rollouts }: Scenario, { at, hosts }: RecordedHosts): Standing {
  const members = new Set(
    rollouts.flatMap((rollout) => rollout.hosts.map(({ hostname }) => JSON.stringify([rollout.rolloutId, hostname]))),
  );
  const own = hosts.flatMap(({ record }) =>
    members.has(JSON.stringify([record.rolloutId, record.hostname])) ? [record] : [],
  );
  return {
    at,
    records: new Map(own.map((record) => [record.hostname, record])),
    running: new Map(
      hosts.flatMap((host) => {
        const running = runningOf(host);
        return running === null ? [] : [[host.record.hostname, running] as const];
      }),
    ),
    opened: new Set(own.map(({ rolloutId }) => rolloutId)),
  };
}

/** The running closure of a host by its last report: a heartbeat, or the end of a switch. */
function runningOf({ record, runningClosure, lastHeartbeatAt }: RecordedHosts['hosts'][number]): string | null {
  const switchedAt = record.revertedAt ?? record.activationCompletedAt;
  const isHeardSince = switchedAt === null || (lastHeartbeatAt !== null && lastHeartbeatAt > switchedAt);
  return isHeardSince ? runningClosure : (record.revertedTo ?? record.currentClosure);
}

function underWay(record: HostRolloutState, at: Time): HostUnderWay {
  const sinceAt = workingSince(record);
  return { record, workingMs: sinceAt === null ? null : Math.max(0, at - sinceAt) };
}

/** Since when a worker has been running, by the host's reports; `null` if none is. */
function workingSince(record: HostRolloutState): Time | null {
  switch (record.state) {
    case 'Activating':
      return record.activationStartedAt ?? record.dispatchAckedAt ?? record.dispatchedAt;
    case 'Failed':
      return record.policyApplied === 'rollback-and-halt' ? record.failedAt : null;
    case 'Pending':
    case 'Deferred':
    case 'Soaking':
    case 'Converged':
    case 'Reverted':
      return null;
  }
}

/** Each host according to a log: its running closure, and its record in its rollout. */
class LogFold {
  readonly opened = new Set<string>();
  readonly running = new Map<string, string>();
  readonly records = new Map<string, HostRolloutState>();
  readonly #startAt: Time;
  readonly #manifests: ReadonlyMap<string, RolloutManifest>;
  readonly #targets: ReadonlyMap<string, string>;

  constructor(rollouts: readonly RolloutManifest[], startAt: Time) {
    this.#startAt = startAt;
    this.#manifests = new Map(rollouts.map((rollout) => [rollout.rolloutId, rollout]));
    this.#targets = new Map(
      rollouts.flatMap(({ hosts }) => hosts.map(({ hostname, targetClosure }) => [hostname, targetClosure])),
    );
  }

  take(event: RunEvent): void {
    switch (event.type) {
      case 'RolloutOpened':
        this.opened.add(event.rolloutId);
        return;
      case 'AgentBooted':
        this.running.set(event.hostname, event.closure);
        return;
      case 'HostDispatched':
        return this.#dispatched(event);
      case 'EventAccepted':
        return this.#accepted(event);
      case 'HostTransition':
        return this.#moved(event, event.to, null);
      case 'RecordTakenOver':
        return this.#moved(event, event.state, event.seq);
      case 'EventSynthesized':
        return this.#synthesized(event);
      default:
        return;
    }
  }

  #dispatched({ hostname, rolloutId, runMs, soakDueRunMs }: RunEventOf<'HostDispatched'>): void {
    const record = this.#recordOf(hostname, rolloutId);
    if (record === null || record.state !== 'Pending') return;
    const soakDueAt = soakDueRunMs === null ? null : this.#startAt + soakDueRunMs;
    this.records.set(hostname, { ...record, dispatchedAt: this.#startAt + runMs, soakDueAt });
  }

  #accepted({ hostname, rolloutId, runMs, event }: RunEventOf<'EventAccepted'>): void {
    if (event.type === 'DispatchAck') this.running.set(hostname, event.currentClosureAtDispatch);
    else if (event.type === 'ActivationCompleted') this.running.set(hostname, event.observedCurrentClosure);
    else if (event.type === 'RollbackComplete') this.running.set(hostname, event.revertedToClosure);
    const record = this.#recordOf(hostname, rolloutId);
    const policy = this.#manifests.get(rolloutId)?.policy;
    if (record === null || policy === undefined) return;
    const next = step(record, toHostEvent(event), this.#startAt + runMs, policy);
    if (next.ok) this.records.set(hostname, next.state);
  }

  #synthesized({ hostname, rolloutId, seq }: RunEventOf<'EventSynthesized'>): void {
    const record = this.#recordOf(hostname, rolloutId);
    if (record === null) return;
    // Synthesized, because the host runs its target.
    this.running.set(hostname, record.targetClosure);
    this.records.set(hostname, { ...record, currentClosure: record.targetClosure, lastEventSeq: seq });
  }

  /** Follows the control plane's record where the host's events do not show it. */
  #moved(
    { hostname, rolloutId }: RunEventOf<'HostTransition' | 'RecordTakenOver'>,
    state: HostState,
    seq: number | null,
  ): void {
    const record = this.#recordOf(hostname, rolloutId);
    if (record === null) return;
    const { targetClosure, lastEventSeq } = record;
    const runsTarget = state === 'Soaking' || state === 'Converged';
    if (runsTarget) this.running.set(hostname, targetClosure);
    const currentClosure = runsTarget ? targetClosure : record.currentClosure;
    this.records.set(hostname, { ...record, state, currentClosure, lastEventSeq: seq ?? lastEventSeq });
  }

  /** `null` if the scenario does not have the rollout. */
  #recordOf(hostname: string, rolloutId: string): HostRolloutState | null {
    const known = this.records.get(hostname);
    if (known?.rolloutId === rolloutId) return known;
    const channel = this.#manifests.get(rolloutId)?.channel;
    const targetClosure = this.#targets.get(hostname);
    if (channel === undefined || targetClosure === undefined) return null;
    const dispatchedAt = this.#startAt;
    return newPendingHost({ rolloutId, hostname, channel, targetClosure, dispatchedAt, soakDueAt: null });
  }
}
