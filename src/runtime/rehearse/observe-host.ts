import type { AgentEffect, AgentInput, Worker } from '../../agent/index.ts';
import type { Time } from '../../machine/index.ts';
import { runMsOf, type Observation, type RunMs } from '../../simulator/index.ts';
import { observationOfEffect } from '../../simulator/internal.ts';
import type { AgentLine, Stamped, SteadyMs } from './journal.ts';
import type { AgentLife, MachineLine } from './rehearsed-host.ts';
import type { RunClockDriver } from './run-clock.ts';
import type { Observed } from './timeline.ts';

type Work = Extract<Observation, { readonly type: 'WorkStarted' }>['work'];
type WorkResult = Extract<Observation, { readonly type: 'WorkEnded' }>['result'];
type BootInput = Extract<AgentInput, { readonly type: 'Boot' }>;

/** What an agent found at boot, and when. */
interface FoundAtBoot {
  readonly at: SteadyMs;
  readonly boot: BootInput;
}

/** What is known about a host after a rehearsal. */
export interface HostRecording {
  readonly hostname: string;
  readonly lives: readonly AgentLife[];
  readonly machine: readonly MachineLine[];
  /** The log of the fake switch: nanoseconds of the real clock, action, kind, rollout, and the closure or code. */
  readonly switchLog: readonly (readonly string[])[];
}

/** Turns the journals of a host's processes into observations. */
export class HostObserver {
  readonly observed: Observed[] = [];
  readonly #recording: HostRecording;
  readonly #clock: RunClockDriver;
  readonly #startAt: Time;
  readonly #steadyOf: (realNs: string) => SteadyMs;
  #work: Work | null = null;
  #endedWork: Work | null = null;
  #workStartedAt: SteadyMs = 0;
  /** Effects begun, and perhaps not performed. */
  #begun: { readonly at: SteadyMs; readonly effect: AgentEffect } | null = null;
  #lastInput: AgentInput['type'] | null = null;
  /** Everything in a turn counts as happening when its input was handled. */
  #turnRunMs: RunMs | null = null;

  /** @param steadyOf converts nanoseconds of the real clock to the steady one */
  constructor(recording: HostRecording, clock: RunClockDriver, startAt: Time, steadyOf: (realNs: string) => SteadyMs) {
    this.#recording = recording;
    this.#clock = clock;
    this.#startAt = startAt;
    this.#steadyOf = steadyOf;
  }

  observe(): readonly Observed[] {
    const { lives, machine, switchLog } = this.#recording;
    const steps: { readonly at: SteadyMs; readonly take: () => void }[] = [];
    lives.forEach((life, index) => {
      const next = bootOf(lives.slice(index + 1));
      // It was killed before it had booted.
      if (bootOf([life]) === null) return;
      for (const line of life.lines) steps.push({ at: line.at, take: () => this.#takeLine(line, life.rebooted) });
      const { endedAt } = life;
      if (endedAt !== null) steps.push({ at: endedAt, take: () => this.#endLife(endedAt, next) });
    });
    for (const line of machine) steps.push({ at: line.at, take: () => this.#takeMachine(line) });
    for (const fields of switchLog) this.#takeSwitch(fields);
    for (const { take } of steps.toSorted((a, b) => a.at - b.at)) take();
    return this.observed;
  }

  #takeLine(line: Stamped<AgentLine>, rebooted: boolean): void {
    switch (line.type) {
      case 'input':
        this.#lastInput = line.input.type;
        this.#turnRunMs = runMsOf(line.handledAt, this.#startAt);
        return this.#takeInput(line.at, line.input, rebooted);
      case 'effect':
        this.#begun = { at: line.at, effect: line.effect };
        return;
      case 'done':
        if (this.#begun !== null) this.#perform(this.#begun);
        this.#begun = null;
        return;
      case 'turn':
        this.#see(line.at, (runMs, hostname) => ({ type: 'AgentIdle', runMs, hostname }));
        if (this.#lastInput === 'EventsDelivered' && line.undelivered === 0)
          this.#see(line.at, (runMs, hostname) => ({ type: 'OutboxEmptied', runMs, hostname }));
        return;
      case 'probe-silent':
      // A fault, not an act of the agent.
    }
  }

  #takeInput(at: SteadyMs, input: AgentInput, rebooted: boolean): void {
    switch (input.type) {
      case 'Boot':
        this.#forgetLostWork(at, input.workers);
        return this.#see(at, (runMs, hostname) => ({
          type: 'AgentStarted',
          runMs,
          hostname,
          rebooted,
          workers: input.workers,
          outbox: input.outbox.map(({ rolloutId, event: { seq } }) => ({ rolloutId, seq })),
        }));
      case 'EventsDelivered': {
        const { rolloutId, events } = input;
        return this.#see(at, (runMs, hostname) => ({ type: 'EventsDelivered', runMs, hostname, rolloutId, events }));
      }
      case 'HeartbeatAnswered': {
        const { replayFrom, bootstrapRollouts } = input;
        const answer = { replayFrom, bootstrapRollouts };
        return this.#see(at, (runMs, hostname) => ({ type: 'HeartbeatAnswered', runMs, hostname, answer }));
      }
      case 'HeartbeatUnanswered':
        return this.#see(at, (runMs, hostname) => ({ type: 'HeartbeatUnanswered', runMs, hostname }));
      case 'ProbeOutcome':
        return this.#see(at, (runMs, hostname) => ({ type: 'ProbeRan', runMs, hostname, outcome: input }));
      case 'ActivationCompleted': {
        const { observedCurrentClosure: closure, exitCode } = input;
        return this.#endWork(at, { type: 'completed', closure, reported: closure, exitCode: exitCode ?? -1 });
      }
      case 'RollbackCompleted': {
        const { revertedToClosure: closure, exitCode } = input;
        return this.#endWork(at, { type: 'completed', closure, reported: closure, exitCode: exitCode ?? -1 });
      }
      case 'ActivationDeferred':
        return this.#endWork(at, { type: 'deferred', component: input.component, rebootAfterMs: null });
      case 'ActivationFailed':
      case 'RollbackFailed':
        return this.#endWork(at, {
          type: 'failed',
          exitCode: input.exitCode ?? -1,
          stderrTail: input.stderrTail,
          closure: null,
          lagMs: 0,
        });
      case 'Dispatch': {
        const { rolloutId } = input.manifest;
        return this.#see(at, (runMs, hostname) => ({ type: 'DispatchReceived', runMs, hostname, rolloutId }));
      }
      case 'ActivationStarted':
      case 'RunningClosureChanged':
      case 'Tick':
        return;
    }
  }

  #perform({ at, effect }: { readonly at: SteadyMs; readonly effect: AgentEffect }): void {
    if (effect.type === 'LocalFireSwitch')
      return this.#startWork(at, { kind: 'activation', rolloutId: effect.rolloutId, closure: effect.target });
    if (effect.type === 'LocalFireRollbackTo')
      return this.#startWork(at, { kind: 'rollback', rolloutId: effect.rolloutId, closure: effect.closure });
    const observation = observationOfEffect(
      effect,
      this.#recording.hostname,
      this.#turnRunMs ?? this.#clock.runMsAt(at),
    );
    if (observation !== null) this.observed.push({ at, observation });
  }

  #startWork(at: SteadyMs, work: Work): void {
    this.#see(at, (runMs, hostname) => ({ type: 'WorkStarted', runMs, hostname, work }));
    this.#work ??= work;
    this.#workStartedAt = at;
  }

  /** An unacknowledged outcome is reported again to each agent that finds it. */
  #endWork(at: SteadyMs, result: WorkResult): void {
    const work = this.#work ?? this.#endedWork;
    if (work === null) return;
    this.#work = null;
    this.#endedWork = work;
    this.#see(at, (runMs, hostname) => ({ type: 'WorkEnded', runMs, hostname, work, wasLockedOut: false, result }));
  }

  /** It was revoked before its worker began, so that it never ran, or its worker was lost. */
  #forgetLostWork(at: SteadyMs, workers: readonly Worker[]): void {
    const work = this.#work;
    if (work === null || workers.length > 0) return;
    if (this.#hasRun(work.rolloutId, this.#workStartedAt, at))
      return this.#endWork(at, { type: 'failed', exitCode: -1, stderrTail: null, closure: null, lagMs: 0 });
    this.#work = null;
    const index = this.observed.findLastIndex(({ observation }) => observation.type === 'WorkStarted');
    if (index >= 0) this.observed.splice(index, 1);
  }

  /** Whether the fake switch began between these moments. */
  #hasRun(rolloutId: string, from: SteadyMs, until: SteadyMs): boolean {
    return this.#recording.switchLog.some(([realNs = '0', what, , of]) => {
      const at = this.#steadyOf(realNs);
      return what === 'start' && of === rolloutId && at >= from && at <= until;
    });
  }

  #endLife(at: SteadyMs, next: FoundAtBoot | null): void {
    if (this.#begun !== null && this.#wasPerformed(this.#begun, next)) this.#perform(this.#begun);
    this.#begun = null;
    this.#turnRunMs = null;
    this.#see(at, (runMs, hostname) => ({ type: 'AgentStopped', runMs, hostname }));
  }

  /** The agent was killed during an effect. What the next one finds on disk shows whether it was performed. */
  #wasPerformed(
    { at, effect }: { readonly at: SteadyMs; readonly effect: AgentEffect },
    next: FoundAtBoot | null,
  ): boolean {
    switch (effect.type) {
      case 'LocalEmitEvent':
        return next !== null && hasEntry(next.boot, effect.rolloutId, effect.payload.seq);
      case 'RemoveFromOutbox':
        return next !== null && !hasEntry(next.boot, effect.rolloutId, effect.seq);
      case 'WriteOutboxHeader':
        return next?.boot.headers.some((header) => JSON.stringify(header) === JSON.stringify(effect.header)) === true;
      case 'LocalFireSwitch':
      case 'LocalFireRollbackTo':
        return this.#hasRun(effect.rolloutId, at, next?.at ?? Infinity);
      default:
        return false;
    }
  }

  #takeMachine(line: MachineLine): void {
    this.#turnRunMs = null;
    switch (line.type) {
      case 'stopped':
        this.#work = null;
        return this.#see(line.at, (runMs, hostname) => ({ type: 'MachineStopped', runMs, hostname }));
      case 'runs': {
        const { closure, by } = line;
        return this.#see(line.at, (runMs, hostname) => ({
          type: 'ClosureChanged',
          runMs,
          hostname,
          closure,
          by,
          reported: closure,
        }));
      }
      case 'disk-lost':
        return this.#see(line.at, (runMs, hostname) => ({ type: 'DiskLost', runMs, hostname }));
    }
  }

  #takeSwitch([realNs = '0', what, , , closure = '', reported = closure]: readonly string[]): void {
    const at = this.#steadyOf(realNs);
    if (what === 'boot') this.#see(at, (runMs, hostname) => ({ type: 'BootClosureChanged', runMs, hostname, closure }));
    if (what !== 'runs') return;
    this.#see(at, (runMs, hostname) => ({
      type: 'ClosureChanged',
      runMs,
      hostname,
      closure,
      by: 'worker',
      reported,
    }));
  }

  #see(at: SteadyMs, make: (runMs: RunMs, hostname: string) => Observation): void {
    this.observed.push({
      at,
      observation: make(this.#turnRunMs ?? this.#clock.runMsAt(at), this.#recording.hostname),
    });
  }
}

/** What the first of these lives that booted found on disk; `null` if none did. */
function bootOf(lives: readonly AgentLife[]): FoundAtBoot | null {
  for (const { lines } of lives)
    for (const line of lines)
      if (line.type === 'input' && line.input.type === 'Boot') return { at: line.at, boot: line.input };
  return null;
}

function hasEntry({ outbox }: BootInput, rolloutId: string, seq: number): boolean {
  return outbox.some((entry) => entry.rolloutId === rolloutId && entry.event.seq === seq);
}
