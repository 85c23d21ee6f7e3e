import type { AgentEffect, AgentInputOf, SentEvent, Worker } from '../agent/index.ts';
import type {
  ControlPlaneEffect,
  ControlPlaneSnapshot,
  EventAnswer,
  OutstandingDispatch,
} from '../control-plane/index.ts';
import type { step, StepResult } from '../machine/index.ts';
import type { Envelope, Heartbeat, HeartbeatAnswer } from '../wire/index.ts';
import type { EndOfRun } from './end-of-run.ts';
import type { Ledger } from './invariants/ledger.ts';
import { Judging } from './judging.ts';
import { observationOfEffect } from './observation-of-effect.ts';
import type { HostObservation, Observation } from './observations.ts';
import type { RunSetup } from './run-setup.ts';
import type { InvariantBroken } from './run-events.ts';
import type { RunMs } from './run-ms.ts';
import type { Scenario } from './scenario.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { Work, WorkResult } from './work.ts';

type Step = typeof step;

/** The settings of a watch. */
export interface WatchOptions {
  readonly setup: RunSetup;
  readonly now: () => RunMs;
  readonly onFinding: (finding: InvariantBroken) => void;
  /** `null` if the run stream is not wanted. */
  readonly onObservation: ((observation: Observation) => void) | null;
  /** `false` only keeps the ledger. */
  readonly isJudged: boolean;
}

/** Turns what happens in a simulated run into observations, passes them to the judges, and counts machine steps. */
export class Watch {
  /** The host whose event the control plane took last. What it does next is nearly always about this host. */
  sender: SimulatedHost | null = null;
  steps = 0;
  /** When a host, a rollout or a dispatch last changed. */
  onChange: () => void = () => undefined;

  readonly #judging: Judging;
  readonly #options: WatchOptions;
  /** Someone needs more than the ledger does. If not, the most frequent observations are not even made. */
  readonly #isObserved: boolean;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#judging = Judging.begin(options.setup);
    this.#isObserved = options.isJudged || options.onObservation !== null;
  }

  get ledger(): Ledger {
    return this.#judging.ledger;
  }

  /** `step`, counted. */
  counted(step: Step): Step {
    return (state, event, now, policy): StepResult => {
      this.steps += 1;
      return step(state, event, now, policy);
    };
  }

  onRelease({ rollouts, declared }: Pick<Scenario, 'rollouts' | 'declared'>): void {
    const made = declared === undefined ? {} : { declared };
    this.#take({ type: 'ReleasePublished', runMs: this.#options.now(), rollouts, ...made });
  }

  onAgentStarted({ index, name: hostname, disk }: SimulatedHost, rebooted: boolean, workers: readonly Worker[]): void {
    const outbox = disk.entries.map(({ rolloutId, event: { seq } }) => ({ rolloutId, seq }));
    this.#takeOf(index, { type: 'AgentStarted', runMs: this.#options.now(), hostname, rebooted, workers, outbox });
  }

  onAgentStopped({ index, name: hostname }: SimulatedHost): void {
    this.#takeOf(index, { type: 'AgentStopped', runMs: this.#options.now(), hostname });
  }

  onMachineStopped({ index, name: hostname }: SimulatedHost): void {
    this.#takeOf(index, { type: 'MachineStopped', runMs: this.#options.now(), hostname });
  }

  /** The running closure was set, perhaps to the same one. */
  onClosure(
    { index, name: hostname, closure }: SimulatedHost,
    by: 'worker' | 'boot' | 'hand',
    reported = closure,
  ): void {
    this.#takeOf(index, { type: 'ClosureChanged', runMs: this.#options.now(), hostname, closure, by, reported });
  }

  onBootClosure({ index, name: hostname, bootClosure: closure }: SimulatedHost): void {
    this.#takeOf(index, { type: 'BootClosureChanged', runMs: this.#options.now(), hostname, closure });
  }

  onClockSet({ index, name: hostname }: SimulatedHost): void {
    this.#takeOf(index, { type: 'ClockSet', runMs: this.#options.now(), hostname });
  }

  onDiskLost({ index, name: hostname }: SimulatedHost): void {
    this.#takeOf(index, { type: 'DiskLost', runMs: this.#options.now(), hostname });
  }

  /** An agent is about to perform an effect. */
  onAgentEffect({ index, name: hostname }: SimulatedHost, effect: AgentEffect): void {
    if (effect.type === 'RecordTransition') this.onChange();
    if (!this.#isObserved) return;
    const observation = observationOfEffect(effect, hostname, this.#options.now());
    if (observation !== null) this.#takeOf(index, observation);
  }

  onDelivered({ index, name: hostname }: SimulatedHost, rolloutId: string, events: readonly SentEvent[]): void {
    if (!this.#isObserved) return;
    this.#takeOf(index, { type: 'EventsDelivered', runMs: this.#options.now(), hostname, rolloutId, events });
  }

  onWorkStarted({ index, name: hostname }: SimulatedHost, work: Work): void {
    this.#takeOf(index, { type: 'WorkStarted', runMs: this.#options.now(), hostname, work });
  }

  onWorkEnded({ index, name: hostname }: SimulatedHost, work: Work, result: WorkResult, wasLockedOut: boolean): void {
    this.#takeOf(index, { type: 'WorkEnded', runMs: this.#options.now(), hostname, work, wasLockedOut, result });
  }

  onProbeRan({ index, name: hostname }: SimulatedHost, outcome: AgentInputOf<'ProbeOutcome'>): void {
    if (!this.#isObserved) return;
    this.#takeOf(index, { type: 'ProbeRan', runMs: this.#options.now(), hostname, outcome });
  }

  onDispatchReceived({ index, name: hostname }: SimulatedHost, rolloutId: string): void {
    if (!this.#isObserved) return;
    this.#takeOf(index, { type: 'DispatchReceived', runMs: this.#options.now(), hostname, rolloutId });
  }

  onHeartbeatDone({ index, name: hostname }: SimulatedHost, answer: HeartbeatAnswer | null): void {
    if (!this.#isObserved) return;
    const runMs = this.#options.now();
    if (answer === null) return this.#takeOf(index, { type: 'HeartbeatUnanswered', runMs, hostname });
    const { replayFrom, bootstrapRollouts } = answer;
    this.#takeOf(index, { type: 'HeartbeatAnswered', runMs, hostname, answer: { replayFrom, bootstrapRollouts } });
  }

  onTurnPerformed({ index, name: hostname }: SimulatedHost): void {
    if (!this.#isObserved) return;
    this.#takeOf(index, { type: 'AgentIdle', runMs: this.#options.now(), hostname });
  }

  onRest({ index, name: hostname }: SimulatedHost): void {
    if (!this.#isObserved) return;
    this.#takeOf(index, { type: 'OutboxEmptied', runMs: this.#options.now(), hostname });
  }

  onControlPlaneEffect(effect: ControlPlaneEffect): void {
    if (effect.type === 'EmitMetric') return;
    this.#take({ type: 'EffectPerformed', runMs: this.#options.now(), effect });
    if (CHANGES.has(effect.type)) this.onChange();
  }

  onControlPlaneTurn(): void {
    if (!this.#isObserved) return;
    this.#take({ type: 'ControlPlaneIdle', runMs: this.#options.now() });
  }

  onPlanTick(): void {
    this.#take({ type: 'PlanTicked', runMs: this.#options.now() });
  }

  onEventAnswered(
    { index, name: hostname }: SimulatedHost,
    { rolloutId, event }: Envelope,
    { outcome }: EventAnswer,
  ): void {
    if (!this.#isObserved) return;
    this.#takeOf(index, { type: 'EventAnswered', runMs: this.#options.now(), hostname, rolloutId, event, outcome });
  }

  onHeartbeat({ index, name: hostname }: SimulatedHost, heartbeat: Heartbeat): void {
    if (!this.#isObserved) return;
    this.#takeOf(index, { type: 'HeartbeatReceived', runMs: this.#options.now(), hostname, heartbeat });
  }

  onHeartbeatReplied({ index, name: hostname }: SimulatedHost, answer: HeartbeatAnswer): void {
    if (!this.#isObserved) return;
    this.#takeOf(index, { type: 'HeartbeatReplied', runMs: this.#options.now(), hostname, answer });
  }

  onPollAnswered({ index, name: hostname }: SimulatedHost, dispatch: OutstandingDispatch | null): void {
    this.#takeOf(index, { type: 'PollAnswered', runMs: this.#options.now(), hostname, dispatch });
  }

  onControlPlaneLife(type: 'ControlPlaneStopped' | 'ControlPlaneStarted'): void {
    this.#take({ type, runMs: this.#options.now() });
  }

  onDatabaseLost(): void {
    this.#take({ type: 'DatabaseLost', runMs: this.#options.now() });
    this.onChange();
  }

  onDatabaseRestored(asOfRunMs: RunMs, database: ControlPlaneSnapshot): void {
    this.#take({ type: 'DatabaseRestored', runMs: this.#options.now(), asOfRunMs, database });
    this.onChange();
  }

  onControlPlaneClock(skewMs: number, driftPpm: number): void {
    this.#take({ type: 'ControlPlaneClockSet', runMs: this.#options.now(), skewMs, driftPpm });
  }

  onRunEnded(because: EndOfRun): void {
    this.#take({ type: 'RunEnded', runMs: this.#options.now(), because });
  }

  #take(observation: Exclude<Observation, HostObservation>): void {
    this.#options.onObservation?.(observation);
    if (!this.#options.isJudged) return this.#judging.ledger.take(observation);
    this.#report(this.#judging.take(observation));
  }

  /** The ledger is about no single host. */
  #takeOf(index: number, observation: HostObservation): void {
    this.#options.onObservation?.(observation);
    if (this.#options.isJudged) this.#report(this.#judging.takeOf(index, observation));
  }

  #report(findings: readonly InvariantBroken[]): void {
    if (findings.length > 0) findings.forEach(this.#options.onFinding);
  }
}

/** Effects that may lead to something new. Not a host that comes and goes: then a stuck run would never be quiet. */
const CHANGES: ReadonlySet<ControlPlaneEffect['type']> = new Set([
  'OpenRollout',
  'AdvanceWave',
  'QueueDispatch',
  'DeferDispatch',
  'WithdrawDispatch',
  'RecordTransition',
  'RecordRolloutTransition',
  'TakeOverRecord',
]);
