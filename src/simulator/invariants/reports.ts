import type { OutboundEvent } from '../../machine/index.ts';
import type { ObservationOf } from '../observations.ts';
import type { Heartbeat } from '../../wire/index.ts';
import type { Work, WorkResult } from '../work.ts';
import type { Judge, Scene } from './invariant.ts';
import { isReportOf } from './long-text.ts';
import type { ObservedState } from './observed-hosts.ts';
import { HostValues, PerHost } from './per-host.ts';

/** What a worker reported to the agent, which the agent must report in turn. */
interface Report {
  readonly work: Work;
  readonly result: WorkResult;
  readonly mayBeDropped: boolean;
}

interface State {
  readonly due: HostValues<readonly Report[]>;
  readonly begun: HostValues<Begun | null>;
  /** How many workers the agent waits for, those that found the lock taken included. */
  readonly workers: HostValues<number>;
  /** The rollout that the agent was given in this turn and must start. */
  readonly mustStart: HostValues<string | null>;
  /** The rollouts that the agent has begun. */
  readonly acknowledged: PerHost<boolean>;
  /** Whether the agent has logged an error, and raised a metric, since its oldest such report. */
  readonly hasErred: HostValues<boolean>;
  readonly hasMeasured: HostValues<boolean>;
  /** The machine has not been rebooted since its last activation was deferred. */
  readonly isSameBoot: HostValues<boolean>;
}

/** The agent's life that started the present activation, and whether it reported the start. */
interface Begun {
  readonly life: number;
  readonly isReported: boolean;
}

const NONE: readonly Report[] = [];

/**
 * An agent passes on its workers' reports, and nothing else, by the end of the same turn. Until its boot is over, it
 * holds them (specification: agent, "Inputs" and rules 2 and 11).
 */
export const reports: Judge<State> = {
  begin: () => ({
    due: new HostValues(NONE),
    begun: new HostValues<Begun | null>(null),
    workers: new HostValues(0),
    mustStart: new HostValues<string | null>(null),
    acknowledged: new PerHost(false),
    hasErred: new HostValues(false),
    hasMeasured: new HostValues(false),
    isSameBoot: new HostValues(false),
  }),
  emitted: {
    DispatchAck: (scene, { mustStart, acknowledged }, { rolloutId, event }, host) => {
      mustStart.delete(host.index);
      acknowledged.set(rolloutId, host.index, true);
      checkTaken(scene, host, rolloutId, event);
    },
    ActivationStarted: (_, { begun }, _emission, { index }) => {
      const start = begun.get(index);
      if (start !== null) begun.set(index, { ...start, isReported: true });
    },
    ActivationCompleted: (scene, state, emission, host) => checkReport(scene, state, host, 'activation', emission),
    ActivationDeferred: (scene, state, emission, host) => {
      state.isSameBoot.set(host.index, true);
      checkReport(scene, state, host, 'activation', emission);
    },
    ActivationFailed: (scene, state, emission, host) => checkReport(scene, state, host, 'activation', emission),
    RollbackComplete: (scene, state, emission, host) => checkReport(scene, state, host, 'rollback', emission),
  },
  on: {
    AgentStarted: (_, { isSameBoot, workers: counts }, { rebooted, workers }, { index }) => {
      if (rebooted) isSameBoot.delete(index);
      counts.set(index, workers.length);
    },
    // It may begin only when its boot is over and no worker runs, and only what it has not begun yet (rule 3).
    DispatchReceived: (_, { workers, mustStart }, { rolloutId }, { index, own, wasAnswered }) => {
      const isNew = (own.get(rolloutId)?.record.state ?? 'Pending') === 'Pending';
      if (isNew && wasAnswered && workers.get(index) === 0) mustStart.set(index, rolloutId);
    },
    WorkStarted: (scene, { begun, workers }, { hostname, work: { kind, rolloutId, closure } }, host) => {
      const { broken } = scene;
      workers.set(host.index, workers.get(host.index) + 1);
      checkBooted(scene, host, rolloutId, `starts the ${kind} to ${closure}`);
      if (kind === 'activation') begun.set(host.index, { life: host.life, isReported: false });
      const record = host.own.get(rolloutId)?.record;
      const [due, right] =
        kind === 'activation'
          ? (['Activating', record?.targetClosure] as const)
          : (['Failed', record?.currentClosureAtDispatch] as const);
      if (record?.state === due && (right === closure || kind === 'rollback')) return;
      const known =
        record === undefined ? 'has no record of it' : `is ${record.state} with the target ${record.targetClosure}`;
      const message = `${hostname} starts the ${kind} to ${closure}, but ${known}.`;
      broken('reports', hostname, rolloutId, message);
    },
    WorkEnded: (scene, { due, begun, workers }, { hostname, work, result, wasLockedOut }, host) => {
      const { index } = host;
      if (host.isUp) workers.set(index, workers.get(index) - 1);
      const start = begun.get(index);
      if (work.kind === 'activation' && !wasLockedOut) {
        begun.delete(index);
        if (start?.life === host.life && !start.isReported && isState(host, work.rolloutId, 'Activating'))
          scene.broken(
            'reports',
            hostname,
            work.rolloutId,
            `${hostname} did not report that its switch to ${work.closure} had started.`,
          );
      }
      // An agent that has lost its disk may not recognise the report until its first heartbeat is answered.
      const isKnown = host.own.has(work.rolloutId) || !host.wasAnswered;
      if (host.isUp && isKnown) due.set(index, [...due.get(index), { work, result, mayBeDropped: false }]);
    },
    HeartbeatSent: (scene, { acknowledged }, { heartbeat }, host) => {
      const { rolloutId } = heartbeat;
      const last = host.acknowledged;
      const isOlder = rolloutId !== null && rolloutId !== last?.rolloutId && acknowledged.get(rolloutId, host.index);
      // An agent without its disk may have forgotten the newer one.
      if (isOlder && last !== null && host.disksLost === 0)
        scene.broken(
          'reports',
          host.name,
          rolloutId,
          `${host.name} is still in ${rolloutId}, although it has begun ${last.rolloutId} since.`,
        );
      checkHeartbeat(scene, host, heartbeat);
    },
    AgentLogged: (_, { due, hasErred }, { level }, { index }) => {
      if (level === 'error' && due.get(index).length > 0) hasErred.set(index, true);
    },
    AgentMeasured: (_, { due, hasMeasured }, _observation, { index }) => {
      if (due.get(index).length > 0) hasMeasured.set(index, true);
    },
    AgentStopped: (_, { due, hasErred, hasMeasured, mustStart }, _observation, { index }) => {
      due.delete(index);
      mustStart.delete(index);
      hasErred.delete(index);
      hasMeasured.delete(index);
    },
    AgentIdle: (scene, state, _, host) => {
      const rolloutId = state.mustStart.get(host.index);
      if (rolloutId !== null) {
        state.mustStart.delete(host.index);
        scene.broken(
          'reports',
          host.name,
          rolloutId,
          `${host.name} ignores its dispatch, although it does nothing else.`,
        );
      }
      endTurn(scene, state, host);
    },
  },
};

/** A heartbeat contains the agent's record of the rollout that it names, unchanged; none if nothing has started. */
function checkHeartbeat({ broken }: Scene, host: ObservedState, { rolloutId, rollouts }: Heartbeat): void {
  const own = rolloutId === null ? undefined : host.own.get(rolloutId);
  if (rolloutId === null || own === undefined || own.record.state === 'Pending') return;
  const { state, lastEventSeq, currentClosure, currentClosureAtDispatch } = own.record;
  const said = rollouts.find((snapshot) => snapshot.rolloutId === rolloutId);
  const isRight =
    said !== undefined &&
    (own.isTailUnsure ||
      (said.state === state &&
        said.lastEventSeq === lastEventSeq &&
        said.currentClosure === currentClosure &&
        said.currentClosureAtDispatch === currentClosureAtDispatch));
  if (isRight) return;
  const what = said === undefined ? 'leaves it out' : `says ${said.state} after event ${said.lastEventSeq}`;
  const message = `${host.name} is ${state} after event ${lastEventSeq}, but its heartbeat ${what}.`;
  broken('reports', host.name, rolloutId, message);
}

function isState(host: ObservedState, rolloutId: string, state: string): boolean {
  return host.own.get(rolloutId)?.record.state === state;
}

/**
 * Its first heartbeat is neither answered nor given up: the agent can only wait. Allows for a clock that is fast; one
 * that is set may end the boot.
 */
function isBooting({ agent }: Scene['setup'], runMs: number, host: ObservedState): boolean {
  const { wasAnswered, hasGivenUp, startedRunMs, clockSetRunMs } = host;
  if (wasAnswered || hasGivenUp || clockSetRunMs >= startedRunMs) return false;
  return runMs < startedRunMs + 0.9 * agent.bootAnswerSecs * 1000;
}

function checkBooted({ setup, runMs, broken }: Scene, host: ObservedState, rolloutId: string, what: string): void {
  if (isBooting(setup, runMs, host))
    broken('reports', host.name, rolloutId, `${host.name} ${what} before its boot is over.`);
}

/** Until the boot is over, reports are held. */
function hasBooted({ setup, runMs }: Scene, host: ObservedState): boolean {
  const { bootAnswerSecs, tickSecs } = setup.agent;
  return host.wasAnswered || runMs > host.startedRunMs + 1.1 * (bootAnswerSecs + tickSecs) * 1000;
}

function endTurn(scene: Scene, { due, hasErred, hasMeasured }: State, host: ObservedState): void {
  const { index, name: hostname } = host;
  const reported = due.get(index);
  if (reported.length === 0) return;
  if (!hasBooted(scene, host)) {
    // One that gives up waiting drops what is about a rollout that it does not know. It may be waiting still.
    if (!isBooting(scene.setup, scene.runMs, host))
      due.set(
        index,
        reported.map((one) => (host.own.has(one.work.rolloutId) ? one : { ...one, mayBeDropped: true })),
      );
    return;
  }
  due.delete(index);
  const isLogged = hasErred.get(index);
  hasErred.delete(index);
  const isMeasured = hasMeasured.get(index);
  hasMeasured.delete(index);
  for (const { work, result, mayBeDropped } of reported) {
    const { kind, rolloutId } = work;
    if (mayBeDropped) continue;
    // A failed rollback is logged and counted, and not reported.
    if (kind === 'rollback' && result.type !== 'completed') {
      if ((isLogged && isMeasured) || !isState(host, rolloutId, 'Failed')) continue;
      const what = isLogged ? 'raised no metric' : 'logged no error';
      scene.broken('reports', hostname, rolloutId, `A rollback of ${hostname} failed, but its agent ${what}.`);
      continue;
    }
    if (!isState(host, rolloutId, kind === 'activation' ? 'Activating' : 'Failed')) continue;
    const message = `The ${kind} of ${hostname} ended (${result.type}), but its agent does not report it.`;
    scene.broken('reports', hostname, rolloutId, message);
  }
}

function checkReport(
  scene: Scene,
  state: State,
  host: ObservedState,
  kind: Work['kind'],
  { rolloutId, event }: ObservationOf<'EventEmitted'>,
): void {
  const { name, index } = host;
  const { due, isSameBoot } = state;
  const reported = due.get(index);
  checkBooted(scene, host, rolloutId, `reports ${event.type}`);
  const ofWork = reported.filter(({ work }) => work.kind === kind && work.rolloutId === rolloutId);
  // The first may have been dropped (see `endTurn`), so one that matches comes before it.
  const known = ofWork.find(({ result }) => whyNotAsReported(result, event) === null) ?? ofWork[0];
  if (known !== undefined)
    due.set(
      index,
      reported.filter((other) => other !== known),
    );
  const why =
    known === undefined
      ? whyNotConcluded(host, isSameBoot.get(index), rolloutId, event)
      : whyNotAsReported(known.result, event);
  if (why !== null) scene.broken('reports', name, rolloutId, `${name} reports ${event.type}, but ${why}.`);
}

/** An agent takes a dispatch when its boot is over and nothing else is in flight, and names the running closure. */
function checkTaken(
  scene: Scene,
  host: ObservedState,
  rolloutId: string,
  { currentClosureAtDispatch }: Extract<OutboundEvent, { readonly type: 'DispatchAck' }>,
): void {
  const { name, work, closure, wasMisreported } = host;
  const { broken } = scene;
  checkBooted(scene, host, rolloutId, 'takes a dispatch');
  if (work !== null)
    broken('reports', name, rolloutId, `${name} takes a dispatch while its ${work.kind} of ${work.rolloutId} runs.`);
  if (currentClosureAtDispatch === closure || wasMisreported) return;
  const message = `${name} takes a dispatch on ${currentClosureAtDispatch ?? 'no closure'}, but runs ${closure}.`;
  broken('reports', name, rolloutId, message);
}

const endWords = { completed: 'completed', deferred: 'was deferred', failed: 'failed' } as const;

/** `null` if the event matches the worker's report. */
function whyNotAsReported(result: WorkResult, event: OutboundEvent): string | null {
  switch (event.type) {
    case 'ActivationCompleted':
      if (result.type !== 'completed') return `its switch ${endWords[result.type]}`;
      if (event.observedCurrentClosure !== result.reported) return `its switch reported ${result.reported}`;
      return event.exitCode === result.exitCode ? null : `its switch exited with ${result.exitCode}`;
    case 'ActivationDeferred':
      if (result.type !== 'deferred') return `its switch ${endWords[result.type]}`;
      return event.component === result.component ? null : `its switch reported ${result.component}`;
    case 'ActivationFailed':
      if (result.type !== 'failed') return `its switch ${endWords[result.type]}`;
      if (result.stderrTail !== null && !isReportOf(event.stderrTail, result.stderrTail, 'end'))
        return 'its switch wrote something else';
      return event.exitCode === result.exitCode ? null : `its switch exited with ${result.exitCode}`;
    case 'RollbackComplete':
      if (result.type !== 'completed') return `its rollback ${endWords[result.type]}`;
      if (event.revertedToClosure !== result.reported) return `its rollback reported ${result.reported}`;
      return event.exitCode === result.exitCode ? null : `its rollback exited with ${result.exitCode}`;
    default:
      return null;
  }
}

/** What an agent may conclude without a worker, at its boot (rule 11); `null` if it may. */
function whyNotConcluded(
  host: ObservedState,
  isSameBoot: boolean,
  rolloutId: string,
  event: OutboundEvent,
): string | null {
  const record = host.own.get(rolloutId)?.record;
  if (event.type === 'ActivationFailed') {
    if (record?.state !== 'Deferred' || host.closure === record.targetClosure) return 'no switch has ended in it';
    return isSameBoot ? 'the machine has not been rebooted' : null;
  }
  if (event.type !== 'RollbackComplete') return 'no switch has ended in it';
  if (event.exitCode !== 0) return `it was found done, so its exit code is 0 and not ${event.exitCode}`;
  const isBack =
    record?.currentClosureAtDispatch === event.revertedToClosure && host.closure === event.revertedToClosure;
  return isBack || host.wasMisreported ? null : 'no rollback has ended in it';
}
