import {
  asRunMs,
  encodeObservation,
  encodeRunSetup,
  FAULT_NAMES,
  Judging,
  Moment,
  rolloutResults,
  rolloutsOf,
  RunHistory,
  runSetupOf,
  whatIsHeld,
  type FaultName,
  type InvariantBroken,
  type Keep,
  type Observation,
  type Outcome,
  type Run,
  type RunEvent,
  type RunSetup,
  type Scenario,
  runEventOf,
  type KnownFault,
} from '../../simulator/index.ts';
import { isAskedFor } from '../../simulator/internal.ts';
import { HostObserver } from './observe-host.ts';
import { observeControlPlane } from './observe-control-plane.ts';
import { Rehearsal, type RehearseOptions, type StruckFault } from './rehearsal.ts';
import { steadyNow, type AgentLine, type SteadyMs } from './journal.ts';
import { inOrder, type Observed } from './timeline.ts';
import type { Time } from '../../machine/index.ts';
import type { RehearsedHost } from './rehearsed-host.ts';

/** The result of a rehearsal. */
export interface Rehearsed {
  /** As returned by `simulate`, for the same reports, run files and exit codes. */
  readonly run: Run;
  /** Processes that ended unexpectedly: defects of this package. */
  readonly defects: readonly string[];
  /** How often agents and the control plane were killed before the end. */
  readonly deaths: { readonly agents: number; readonly controlPlane: number };
  /** The run stream on which it was judged: lines without line breaks. */
  readonly stream: () => Iterable<string>;
}

/** Called once a rehearsal is over. */
export interface RehearseCallbacks {
  readonly keep?: Keep;
  /** Called with every event of the log, in order. */
  readonly onEvent?: (event: RunEvent) => void;
}

/**
 * Rolls out a scenario with real processes: a control plane, and an agent for each host. Judges them by the simulator's
 * invariants.
 *
 * @param scenario one in which `findUnrehearsed` finds nothing
 */
export async function rehearse(
  scenario: Scenario,
  options: RehearseOptions,
  { keep = 'decisive', onEvent = () => {} }: RehearseCallbacks = {},
): Promise<Rehearsed> {
  const rehearsal = new Rehearsal(scenario, options);
  const steadyOf = steadyClock();
  const { because, endedAt } = await rehearsal.run();
  const faults = [...rehearsal.faults, ...struckBySwitch(rehearsal.hosts, steadyOf)];
  const observations = observationsOf(rehearsal, endedAt, steadyOf);
  const endedRunMs = rehearsal.clock.runMsAt(endedAt);
  observations.push({ type: 'RunEnded', runMs: endedRunMs, because });
  const setup = setupOf(rehearsal);
  const history = new RunHistory(rolloutsOf(rehearsal.scenario), keep);
  const violations: InvariantBroken[] = [];
  let latest = asRunMs(0);
  const take = (event: RunEvent): void => {
    // Decisions of the control plane took effect a little later, and the log is in order of effect.
    latest = event.runMs > latest ? event.runMs : latest;
    const inLog = event.runMs === latest ? event : { ...event, runMs: latest };
    history.take(inLog);
    onEvent(inLog);
  };
  const judging = Judging.begin(setup);
  const upcoming = faults.toSorted((a, b) => a.at - b.at).map((fault) => faultEvent(fault, rehearsal));
  const closures = new Map(setup.hosts.map(({ hostname, runningClosure }) => [hostname, runningClosure]));
  for (const observation of observations) {
    while (upcoming[0] !== undefined && upcoming[0].runMs <= observation.runMs) takeFirst(upcoming, take);
    for (const event of runEventsOf(observation, rehearsal.scenario.startAt, closures)) take(event);
    for (const finding of judging.take(observation)) {
      violations.push(finding);
      take(finding);
    }
  }
  const rollouts = rolloutResults(history);
  const run: Run = {
    scenario: rehearsal.scenario,
    outcome: outcomeOf(violations, rollouts),
    endedBecause: because,
    endedRunMs,
    history,
    rollouts,
    holds: whatIsHeld(new Moment(history, endedRunMs)),
    violations,
    faults: FAULT_NAMES.map((fault) => ({
      fault,
      count: countOf(fault, faults),
      askedFor: isAskedFor(scenario, fault),
    })),
    machineSteps: observations.filter(isMachineStep).length,
    events: observations.length,
    messages: null,
  };
  const deaths = {
    agents: rehearsal.hosts.reduce((sum, { lives }) => sum + deathsOf(lives, endedAt), 0),
    controlPlane: deathsOf(rehearsal.controlPlane.lives, endedAt),
  };
  const { defects } = rehearsal;
  return { run, defects, deaths, stream: () => streamOf(setup, observations) };
}

/** A host machine accepted an event: an agent's then emits it, and the control plane's puts it in the log. */
const isMachineStep = (observation: Observation): boolean =>
  observation.type === 'EventEmitted' ||
  (observation.type === 'EffectPerformed' &&
    (observation.effect.type === 'RemoteAppendEventLog' || observation.effect.type === 'SynthesizeEvent'));

function deathsOf(lives: readonly { readonly endedAt: SteadyMs | null }[], before: SteadyMs): number {
  return lives.filter(({ endedAt }) => endedAt !== null && endedAt < before).length;
}

/** Converts times of the real clock to the steady one. */
function steadyClock(): (realNs: string) => SteadyMs {
  const aheadMs = performance.timeOrigin + performance.now() - steadyNow();
  return (realNs) => Number(BigInt(realNs) / 1000n) / 1000 - aheadMs;
}

function observationsOf(
  { hosts, controlPlane, releases, clock, scenario }: Rehearsal,
  endedAt: SteadyMs,
  steadyOf: (realNs: string) => SteadyMs,
): Observation[] {
  const ofHosts = hosts.map((host) => {
    const { hostname, lives, machine } = host;
    return new HostObserver(
      { hostname, lives, machine, switchLog: host.switchLog() },
      clock,
      scenario.startAt,
      steadyOf,
    ).observe();
  });
  const published = releases.map(({ at, rollouts }): Observed => ({
    at,
    observation: { type: 'ReleasePublished', runMs: clock.runMsAt(at), rollouts },
  }));
  const lists = [published, observeControlPlane(controlPlane.lives, clock, scenario.startAt), ...ofHosts];
  const beganAt = releases[0]?.at ?? endedAt;
  // Before the first release, the fleet was only introduced. After the end, the processes were only shut down.
  const isOfRun = ({ at, observation: { type } }: Observed): boolean =>
    at <= endedAt && (at >= beganAt || type === 'HeartbeatReceived');
  return [...inOrder(lists.map((list) => list.filter(isOfRun)))];
}

/** Real processes take time, and a fast clock multiplies it. */
const REAL_MS = 1500;

function setupOf({ scenario, clock }: Rehearsal): RunSetup {
  const setup = runSetupOf(scenario);
  const slowMs = REAL_MS * clock.speed;
  const agent = { ...setup.agent, tickSecs: setup.agent.tickSecs + slowMs / 1000 };
  const planIntervalMs = setup.planIntervalMs + slowMs;
  const latencyMs = setup.latencyMs + slowMs;
  // A tick may be in progress, and waits for the processor as long as messages do.
  const tickLateMs = agent.tickSecs * 1000 + REAL_MS + latencyMs;
  return { ...setup, agent, planIntervalMs, latencyMs, tickLateMs, probeMs: setup.probeMs + slowMs };
}

function faultEvent({ at, hostname, fault }: StruckFault, { clock }: Rehearsal): RunEvent {
  return { runMs: clock.runMsAt(at), type: 'Fault', hostname, ...fault };
}

function takeFirst(events: RunEvent[], take: (event: RunEvent) => void): void {
  const event = events.shift();
  if (event !== undefined) take(event);
}

function countOf(name: FaultName, faults: readonly StruckFault[]): number {
  return faults.filter(({ fault }) => fault.fault === name).length;
}

function outcomeOf(violations: readonly InvariantBroken[], rollouts: Run['rollouts']): Outcome {
  if (violations.length > 0) return 'invariant-broken';
  const newest = rollouts.filter(({ isNewest, waves }) => isNewest && waves.some(({ hosts }) => hosts.length > 0));
  return newest.every(({ state }) => state === 'Terminal') ? 'terminal' : 'not-terminal';
}

function* streamOf(setup: RunSetup, observations: readonly Observation[]): Iterable<string> {
  yield encodeRunSetup(setup);
  for (const observation of observations) yield encodeObservation(observation);
}

/**
 * The events that an observation adds to the event log.
 *
 * @param closures what each host runs; updated
 */
function runEventsOf(observation: Observation, startAt: Time, closures: Map<string, string>): readonly RunEvent[] {
  const { runMs } = observation;
  switch (observation.type) {
    case 'ReleasePublished': {
      const rolloutIds = observation.rollouts.map(({ rolloutId }) => rolloutId);
      return [{ runMs, type: 'ReleasePublished', rolloutIds }];
    }
    case 'ClosureChanged':
      closures.set(observation.hostname, observation.closure);
      return [];
    case 'AgentStarted': {
      const { hostname, rebooted } = observation;
      return [{ runMs, type: 'AgentBooted', hostname, rebooted, closure: closures.get(hostname) ?? 'unknown' }];
    }
    case 'AgentMoved': {
      const { hostname, rolloutId, from, to } = observation;
      return [{ runMs, type: 'AgentTransition', hostname, rolloutId, from, to }];
    }
    case 'AgentLogged': {
      const { hostname, level, message } = observation;
      return level === 'warn' || level === 'error' ? [{ runMs, type: 'Logged', hostname, level, message }] : [];
    }
    case 'EffectPerformed': {
      const event = runEventOf(observation.effect, runMs, startAt);
      return event === null ? [] : [event];
    }
    case 'EventAnswered': {
      const { hostname, rolloutId, event, outcome } = observation;
      if (outcome === 'accepted') return [];
      return [{ runMs, type: 'EventDropped', hostname, rolloutId, eventType: event.type, seq: event.seq, outcome }];
    }
    case 'ControlPlaneStopped':
      return [{ runMs, type: 'ControlPlaneDown' }];
    case 'ControlPlaneStarted':
      return [{ runMs, type: 'ControlPlaneUp' }];
    default:
      return [];
  }
}

/** Prepared faults, which struck when a host attempted what fails. */
function struckBySwitch(
  hosts: readonly RehearsedHost[],
  steadyOf: (realNs: string) => SteadyMs,
): readonly StruckFault[] {
  return hosts.flatMap((host) => [
    ...host.switchLog().flatMap(([realNs = '0', what, kind, , argument = '']): readonly StruckFault[] => {
      const fault = faultOf(what, kind, argument);
      return fault === null ? [] : [{ at: steadyOf(realNs), hostname: host.hostname, fault }];
    }),
    ...probeFaults(host),
  ]);
}

function faultOf(what: string | undefined, kind: string | undefined, argument: string): KnownFault | null {
  switch (what) {
    case 'fault-fail': {
      const params = { exitCode: Number(argument) };
      return kind === 'rollback' ? { fault: 'rollback-fails', params } : { fault: 'activation-fails', params };
    }
    case 'fault-units':
      return { fault: 'units-failed', params: { exitCode: Number(argument) } };
    case 'fault-defer':
      return { fault: 'activation-deferred', params: { component: argument } };
    case 'fault-lie':
      return { fault: 'rollback-lies', params: {} };
    case 'fault-hang':
      return { fault: 'worker-hangs', params: { extraMs: Math.round(Number(argument) * 1000) } };
    default:
      return null;
  }
}

/** The first time that each probe failed or was silent. In a rehearsal, only faults cause that. */
function probeFaults({ hostname, lives }: RehearsedHost): readonly StruckFault[] {
  const struck = new Map<string, StruckFault>();
  for (const { lines } of lives) {
    for (const line of lines) {
      const fault = probeFaultOf(line);
      if (fault === null) continue;
      const key = JSON.stringify(fault);
      if (!struck.has(key)) struck.set(key, { at: line.at, hostname, fault });
    }
  }
  return [...struck.values()];
}

function probeFaultOf(line: AgentLine): KnownFault | null {
  if (line.type === 'probe-silent') return { fault: 'probe-silent', params: { probeName: line.probeName } };
  if (line.type !== 'input' || line.input.type !== 'ProbeOutcome' || line.input.status !== 'fail') return null;
  return { fault: 'probe-fails', params: { probeName: line.input.probeName } };
}
