import {
  agentCore,
  performAgentEffects,
  type Agent,
  type AgentEffect,
  type AgentEffectHandlers,
  type AgentEffectOf,
  type AgentInput,
  type AgentManifest,
  type AgentSettings,
  type ProbeDefinition,
  type WorkerReport,
} from '../../agent/index.ts';
import { lineOfCore, type ProcessLogCode } from '../shared/log.ts';
import { pause } from '../shared/pause.ts';
import { asError } from '../shared/runtime-problem.ts';
import { Deliveries } from './deliveries.ts';
import { HostLink } from './link.ts';
import { pollForWork } from './poll-loop.ts';
import type { AgentPorts, Job, OutboxContents, StartedJob, JobOutcome } from './ports.ts';
import { ProbeSchedule } from './probe-schedule.ts';
import { AgentStats } from './stats.ts';

/** Observes an agent as it runs; for tests and rehearsals. */
export interface AgentWatch {
  /** Before the input is handled. */
  readonly onInput?: (input: AgentInput) => void;
  /** Just before an effect is performed; if it throws, the agent stops as if it had crashed. */
  readonly beforeEffect?: (effect: AgentEffect) => void;
  /** Just after an effect is performed. */
  readonly afterEffect?: (effect: AgentEffect) => void;
  /** After all effects of an input are performed. */
  readonly onTurnPerformed?: (input: AgentInput, agent: Agent) => void;
}

export interface AgentRunOptions {
  readonly hostname: string;
  /** In the order in which they are declared and run. */
  readonly probes: readonly ProbeDefinition[];
  readonly settings: AgentSettings;
  readonly ports: AgentPorts;
  /** From 0 up to 1, for jitter. */
  readonly random: () => number;
  readonly watch: AgentWatch;
}

interface QueuedInput {
  readonly input: AgentInput;
  /** Called with whether all effects were performed. */
  readonly settle: (performed: boolean) => void;
}

const SWITCH_METHOD = 'switch';
const CORE = agentCore();
/** Between attempts to read the running closure after a worker has ended. */
const READ_AGAIN_MS = 5000;

/** What the agent finds at boot, before the first input. */
export interface BootFindings {
  readonly contents: OutboxContents;
  readonly runningClosure: string;
  readonly bootId: string;
  readonly jobs: readonly StartedJob[];
  readonly manifests: readonly AgentManifest[];
}

/** One run of an agent: feeds the core one input at a time and performs its effects strictly in order. */
export class AgentRun {
  readonly stats: AgentStats;
  readonly link: HostLink;
  readonly #options: AgentRunOptions;
  readonly #stop = new AbortController();
  readonly #deliveries: Deliveries;
  readonly #probes: ProbeSchedule;
  readonly #handlers: AgentEffectHandlers;
  readonly #onFailure: (error: Error) => void;
  readonly #queue: QueuedInput[] = [];
  #agent: Agent;
  #working: Promise<void> | null = null;
  #isTickQueued = false;
  #isCheckingClosure = false;

  /** @param onFailure called when an effect could not be performed and the agent has stopped */
  constructor(options: AgentRunOptions, { runningClosure }: BootFindings, onFailure: (error: Error) => void) {
    const { hostname, probes, settings, ports, random } = options;
    this.#options = options;
    this.#onFailure = onFailure;
    this.stats = new AgentStats(ports.clock);
    this.link = new HostLink(ports.clock, ports.telemetry.log, random);
    const feed = (input: AgentInput): void => void this.#feed(input);
    this.#deliveries = new Deliveries(hostname, ports.transport, this.link, feed, (outcome) =>
      this.stats.noteDelivery(outcome),
    );
    this.#probes = new ProbeSchedule(this.stats.timed(ports.probes), ports.clock, feed);
    this.#handlers = this.#makeHandlers();
    this.#agent = CORE.start({ hostname, runningClosure, probes, settings });
  }

  get agent(): Agent {
    return this.#agent;
  }

  begin({ contents, runningClosure, bootId, jobs, manifests }: BootFindings): void {
    const { hostname, settings, ports } = this.#options;
    const { transport, clock, telemetry } = ports;
    const workers = jobs.map(({ job: { kind, rolloutId } }) => ({ kind, rolloutId }));
    const { entries: outbox, headers } = contents;
    void this.#feed({ type: 'Boot', runningClosure, bootId, workers, outbox, headers, manifests });
    for (const started of jobs) void this.#follow(started);
    this.#tickAgain();
    const feed = (input: AgentInput): void => void this.#feed(input);
    void pollForWork(
      {
        hostname,
        transport,
        manifests: ports.manifests,
        link: this.link,
        clock,
        log: telemetry.log,
        retry: settings.retry,
        feed,
      },
      this.#stop.signal,
    );
  }

  /** Ends everything but jobs, once the effects of the current input are performed. */
  async stop(): Promise<void> {
    this.#halt();
    await this.#working;
  }

  #halt(): void {
    this.#stop.abort();
    this.#deliveries.stop();
    this.#probes.stop();
    for (const { settle } of this.#queue.splice(0)) settle(false);
  }

  /** Resolves to `true` once all its effects are performed, or to `false` if they never will be. */
  #feed(input: AgentInput): Promise<boolean> {
    if (this.#stop.signal.aborted) return Promise.resolve(false);
    return new Promise((settle) => {
      this.#queue.push({ input, settle });
      this.#working ??= this.#work().finally(() => {
        this.#working = null;
      });
    });
  }

  async #work(): Promise<void> {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      const { input, settle } = next;
      const performed = await this.#take(input);
      settle(performed);
      if (!performed) return;
    }
  }

  async #take(input: AgentInput): Promise<boolean> {
    const { watch, ports } = this.#options;
    try {
      if (input.type === 'Tick') this.#isTickQueued = false;
      watch.onInput?.(input);
      const turn = CORE.handle(this.#agent, input, ports.clock.now());
      this.#agent = turn.agent;
      for (const effect of turn.effects) {
        watch.beforeEffect?.(effect);
        await performAgentEffects([effect], this.#handlers, ({ type }) => this.#reportForeign(type));
        watch.afterEffect?.(effect);
      }
      watch.onTurnPerformed?.(input, this.#agent);
      return true;
    } catch (error) {
      this.#halt();
      this.#onFailure(asError(error));
      return false;
    }
  }

  #makeHandlers(): AgentEffectHandlers {
    const { hostname, ports } = this.#options;
    const { outbox, telemetry, clock } = ports;
    return {
      LocalEmitEvent: ({ rolloutId, payload: event, durable }) => {
        this.stats.noteEmitted(rolloutId, event.seq);
        return outbox.append({ rolloutId, event, durable });
      },
      RemoveFromOutbox: ({ rolloutId, seq }) => {
        this.stats.noteRemoved(rolloutId, seq);
        return outbox.remove(rolloutId, seq);
      },
      WriteOutboxHeader: ({ header }) => outbox.writeHeader(header),
      RemoveOutboxHeader: ({ rolloutId }) => {
        this.stats.noteForgotten(rolloutId);
        return outbox.removeHeader(rolloutId);
      },
      SendEvents: (effect) => this.#deliveries.send(effect),
      SendHeartbeat: (effect) => void this.#sendHeartbeat(effect),
      StartProbes: (effect) => this.#probes.start(effect),
      StopProbes: ({ generation }) => this.#probes.stop(generation),
      LocalFireSwitch: ({ rolloutId, target }) => this.#start({ kind: 'switch', rolloutId, closure: target }),
      LocalFireRollbackTo: ({ rolloutId, closure }) => this.#start({ kind: 'rollback', rolloutId, closure }),
      LocalResetProbeCache: () => {},
      RecordTransition: ({ rolloutId, from, to }) => {
        const fields = { rolloutId, from, to };
        telemetry.log({ at: clock.now(), level: 'info', code: 'transition', message: `${from} → ${to}.`, fields });
        telemetry.trace?.({ hostname, ...fields, at: clock.now(), traceparent: null });
      },
      EmitMetric: ({ name, labels, value }) => telemetry.metric(name, labels, value),
      EmitLog: (effect) => telemetry.log(lineOfCore(effect, clock.now())),
    };
  }

  /** Specification: agent, rule 12. */
  #reportForeign(type: string): void {
    this.#log('error', 'foreign-effect', `The agent core returned ${type}, which no agent may perform.`, {});
  }

  async #sendHeartbeat({ heartbeat }: AgentEffectOf<'SendHeartbeat'>): Promise<void> {
    const { transport, manifests } = this.#options.ports;
    if (this.link.isQuiet) return void this.#feed({ type: 'HeartbeatUnanswered' });
    try {
      const reply = await transport.heartbeat(heartbeat, this.#stop.signal);
      if (!reply.answered) {
        this.link.noteNoAnswer(reply.reason, reply.retryAfterMs);
        return void this.#feed({ type: 'HeartbeatUnanswered' });
      }
      this.link.noteAnswer();
      const { replayFrom, bootstrapRollouts } = reply.answer;
      const known: AgentManifest[] = [];
      for (const { rolloutId } of bootstrapRollouts) {
        const manifest = await manifests.manifestOf(rolloutId);
        if (manifest !== null) known.push(manifest);
      }
      const { batchLimit } = reply;
      await this.#feed({ type: 'HeartbeatAnswered', replayFrom, bootstrapRollouts, manifests: known, batchLimit });
    } catch (error) {
      this.link.noteNoAnswer(asError(error).message, null);
      await this.#feed({ type: 'HeartbeatUnanswered' });
    }
  }

  async #start(job: Job): Promise<void> {
    const started = await this.#options.ports.activation.start(job);
    const { kind, rolloutId } = job;
    if (kind === 'switch') void this.#feed({ type: 'ActivationStarted', rolloutId, switchMethod: SWITCH_METHOD });
    void this.#follow(started);
  }

  /** Waits for the end of a job, reports it, and forgets it once the report is safe. */
  async #follow({ job, ended }: StartedJob): Promise<void> {
    const endJob = this.stats.beginJob(job.kind);
    const outcome = await ended;
    endJob();
    const { ports } = this.#options;
    for (;;) {
      if (this.#stop.signal.aborted) return;
      try {
        const observed = await ports.system.runningClosure();
        if (outcome.type !== 'done' && observed !== this.#agent.runningClosure)
          void this.#feed({ type: 'RunningClosureChanged', runningClosure: observed });
        // A run that ends here leaves the outcome to the next one.
        if (await this.#feed(reportOfWorker(job, outcome, observed))) await ports.activation.acknowledge(job);
        return;
      } catch (error) {
        const message = 'A worker has ended, but the running closure cannot be determined. The agent keeps trying.';
        this.#log('error', 'running-closure-unknown', message, { error: asError(error).message });
        await pause(ports.clock, READ_AGAIN_MS, this.#stop.signal);
      }
    }
  }

  #tickAgain(): void {
    const { ports, settings } = this.#options;
    ports.clock.after(settings.tickSecs * 1000, () => {
      if (this.#stop.signal.aborted) return;
      this.#tickAgain();
      void this.#checkRunningClosure();
      if (this.#isTickQueued) return;
      this.#isTickQueued = true;
      void this.#feed({ type: 'Tick' });
    });
  }

  /** Someone else may switch the machine. While a worker runs, its report names the closure instead. */
  async #checkRunningClosure(): Promise<void> {
    if (this.#isCheckingClosure || this.#agent.workers.length > 0) return;
    this.#isCheckingClosure = true;
    const before = this.#agent.runningClosure;
    try {
      const runningClosure = await this.#options.ports.system.runningClosure();
      const { agent } = this;
      if (agent.workers.length > 0 || agent.runningClosure !== before || runningClosure === before) return;
      await this.#feed({ type: 'RunningClosureChanged', runningClosure });
    } catch (error) {
      const message = 'The running closure cannot be determined.';
      this.#log('warn', 'running-closure-unknown', message, { error: asError(error).message });
    } finally {
      this.#isCheckingClosure = false;
    }
  }

  #log(level: 'warn' | 'error', code: ProcessLogCode, message: string, fields: Readonly<Record<string, string>>): void {
    const { telemetry, clock } = this.#options.ports;
    telemetry.log({ at: clock.now(), level, code, message, fields });
  }
}

/**
 * What a worker reports to the core when it has ended.
 *
 * @param observed the closure that runs now
 */
function reportOfWorker({ kind, rolloutId }: Job, outcome: JobOutcome, observed: string): WorkerReport {
  switch (outcome.type) {
    case 'done': {
      const { exitCode } = outcome;
      return kind === 'switch'
        ? { type: 'ActivationCompleted', rolloutId, observedCurrentClosure: observed, exitCode }
        : { type: 'RollbackCompleted', rolloutId, revertedToClosure: observed, exitCode };
    }
    case 'failed': {
      const { exitCode, stderrTail } = outcome;
      return { type: kind === 'switch' ? 'ActivationFailed' : 'RollbackFailed', rolloutId, exitCode, stderrTail };
    }
    case 'deferred': {
      const { component } = outcome;
      if (kind === 'switch') return { type: 'ActivationDeferred', rolloutId, component };
      // The specification has no deferred rollback, so this one counts as failed.
      const stderrTail = `The rollback was deferred to the next boot: ${component}.`;
      return { type: 'RollbackFailed', rolloutId, exitCode: null, stderrTail };
    }
  }
}
