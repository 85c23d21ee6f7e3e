import {
  tickDueAt,
  type Agent,
  type AgentConfig,
  type AgentEffect,
  type AgentInput,
  type AgentManifest,
} from '../agent/index.ts';
import { dispatchArrives, logForeign, poll, postHeartbeat } from './agent-requests.ts';
import type { SimulatedClock } from './clock.ts';
import type { ScheduledEvent } from './scheduled-event.ts';
import { HostDisk } from './host-disk.ts';
import type { HostFaults } from './host-faults.ts';
import { HostPosts } from './host-posts.ts';
import { SimulatedProbes } from './host-probes.ts';
import { log } from './log.ts';
import { LEAST_WAIT_MS } from './network.ts';
import type { RandomStream } from './random-streams.ts';
import type { Durations, HostUnderWay, ScenarioHost } from './scenario.ts';
import { NOT_PARKED, type SimulatedHost } from './simulated-host.ts';
import { LOCKED_OUT, restOfWork, workersOf, type Work, type WorkResult } from './work.ts';
import { resultNow, workerReport } from './worker-report.ts';
import type { Simulation } from './simulation.ts';

const TICK = { type: 'Tick' } as const;
const POLL: ScheduledEvent = { type: 'Poll' };
const NO_PROBES: AgentConfig['probes'] = [];
const NO_WORK: readonly Work[] = [];

/** One host: its machine, disk, workers, probes and agent, whose process may stop between any two effects. */
export class AgentNode implements SimulatedHost {
  // Fields that every tick and heartbeat reads come first: a large fleet spends most of its time on memory access.
  readonly #world: Simulation;
  readonly index: number;
  /** Counts the agent's lives; events scheduled in an earlier one are void. */
  epoch = 0;
  /** `null` while the process is down. */
  agent: Agent | null = null;
  clock: SimulatedClock;
  #tickAt = Infinity;
  readonly #tickPhase: number;
  readonly latencyRandom: RandomStream;
  readonly heartbeatRandom: RandomStream;
  faults: HostFaults | null = null;
  slowLinkMs = 0;
  /** A heartbeat has been answered in this life of the agent. */
  wasAnswered = false;
  readonly name: string;
  manifest: AgentManifest | null = null;

  channel: string;
  readonly probeSet: number;
  readonly durations: Durations;
  readonly disk = new HostDisk();
  isOn: boolean;
  hasJoined: boolean;
  /** The running closure, and the one that the boot loader points at. */
  closure: string;
  bootClosure: string;
  /** Since when the control plane has held its poll. */
  parkedAt = NOT_PARKED;
  work: Work | null = null;
  wasSwitchedByHand = false;
  wasMisreported = false;
  /** Workers that found the lock taken, until they have reported. */
  #lockedOut: readonly Work[] = NO_WORK;
  /** How many times the machine has booted. */
  #boots = 1;
  readonly #posts = new HostPosts();
  readonly #probes = new SimulatedProbes();

  constructor(world: Simulation, index: number, host: ScenarioHost, clock: SimulatedClock, tickPhase: number) {
    this.#world = world;
    this.index = index;
    this.name = host.hostname;
    this.channel = host.channel;
    this.hasJoined = host.joinsAtMs !== null;
    this.isOn = this.hasJoined;
    this.probeSet = host.probeSet;
    const { durations } = world.scenario;
    this.durations = host.durations === undefined ? durations : { ...durations, ...host.durations };
    this.closure = host.runningClosure;
    this.bootClosure = host.runningClosure;
    this.clock = clock;
    this.#tickPhase = tickPhase;
    this.latencyRandom = world.streams.begin(this.name, 'latency');
    this.heartbeatRandom = world.streams.begin(this.name, 'heartbeat');
  }

  /** Handles an event of the agent's present life. */
  handle(event: ScheduledEvent): void {
    switch (event.type) {
      case 'Boot':
        return this.#boot(event.rebooted);
      case 'Tick':
        return this.#tick();
      case 'ProbeRun':
        return this.#probeRan(event);
      case 'WorkStarted':
        if (this.work !== event.work || this.work.kind === 'rollback') return;
        return this.feed({ type: 'ActivationStarted', rolloutId: this.work.rolloutId, switchMethod: 'switch' });
      case 'WorkDone':
        return this.#workDone(event.work);
      case 'WorkReported':
        return this.#workReported(event.work, resultNow(event.result, this.closure));
      case 'PostDue':
        return this.#posts.due(this.#world, this, event.post);
      case 'PostAnswered':
        return this.#posts.answered(this.#world, this, event.post, event.events);
      case 'HeartbeatDone':
        if (event.input.type === 'HeartbeatAnswered') this.wasAnswered = true;
        this.#world.watch.onHeartbeatDone(this, event.input.type === 'HeartbeatAnswered' ? event.input : null);
        return this.feed(event.input);
      case 'Poll':
        return poll(this.#world, this);
      case 'DispatchArrives':
        return dispatchArrives(this.#world, this, event.dispatch);
      default:
        throw new Error(`${event.type} is not an event of an agent.`);
    }
  }

  /** Schedules an event in the present life of the agent. */
  later(afterMs: number, event: ScheduledEvent): void {
    this.#world.queue.push(this.#world.now + afterMs, this.index, this.epoch, event);
  }

  feed(input: AgentInput): void {
    const { agent } = this;
    if (agent === null) return;
    const world = this.#world;
    const turn = world.agentCore.handle(agent, input, this.clock.read(world.now));
    this.agent = turn.agent;
    if (turn.effects.length > 0 && !this.#performAll(turn.effects)) return;
    if (input.type !== 'Tick' || !this.#isQuiet(turn.effects)) world.watch.onTurnPerformed(this);
    if (turn.hasChanged || input.type === 'Tick') this.#planTick(turn.agent);
  }

  /** Most turns send at most a heartbeat, after which there is nothing to judge once the boot is over. */
  #isQuiet(effects: readonly AgentEffect[]): boolean {
    return effects.length === 0 || (effects.length === 1 && effects[0]?.type === 'SendHeartbeat' && this.wasAnswered);
  }

  /** The process dies; a worker goes on without it. Returns how many written events were lost. */
  crash(losesTail: boolean): number {
    const lost = losesTail ? this.disk.loseTail(this.#world.now) : 0;
    this.agent = null;
    this.epoch += 1;
    this.parkedAt = NOT_PARKED;
    this.#tickAt = Infinity;
    this.#posts.end();
    this.#probes.end();
    this.wasAnswered = false;
    this.#world.watch.onAgentStopped(this);
    return lost;
  }

  startAgent(delayMs: number, rebooted: boolean): void {
    const afterMs = Math.max(delayMs, LEAST_WAIT_MS);
    this.#world.expect(this.#world.now + afterMs);
    this.later(afterMs, { type: 'Boot', rebooted });
  }

  setClock(skewMs: number, driftPpm: number): void {
    this.clock = this.clock.set(this.#world.now, skewMs, driftPpm);
    this.#world.watch.onClockSet(this);
    // A tick that was skipped may matter by the new clock.
    if (this.agent !== null) this.#tickFrom(this.#world.now);
  }

  /** Everything the agent has written is lost. */
  loseDisk(): void {
    this.disk.clear();
    this.#world.watch.onDiskLost(this);
  }

  /** The machine shuts down, and boots `offMs` later; `null` for never. */
  powerOff(offMs: number | null, losesTail: boolean): void {
    this.crash(losesTail);
    this.isOn = false;
    this.work = null;
    this.#lockedOut = NO_WORK;
    this.#world.watch.onMachineStopped(this);
    if (offMs === null) return;
    this.#world.schedule(this.#world.now + offMs);
    this.later(offMs, { type: 'PowerOn' });
  }

  /** It joins the fleet and starts. */
  join(): void {
    this.hasJoined = true;
    this.#world.schedule(this.#world.now + 1);
    this.later(0, { type: 'PowerOn' });
  }

  powerOn(): void {
    this.isOn = true;
    this.#boots += 1;
    this.bootClosure = this.#world.faults.bootClosure(this);
    this.closure = this.bootClosure;
    this.#world.watch.onClosure(this, 'boot');
    this.startAgent(this.#world.draw(this.#world.scenario.durations.agentRestart, this.name, 'duration'), true);
  }

  /** The host was in a rollout before the run began: its disk has the record, and its worker is running. */
  goOn({ record, workingMs }: HostUnderWay): void {
    const { rolloutId, state, lastEventSeq, targetClosure, currentClosureAtDispatch } = record;
    const manifest = this.#world.manifestOf(this, rolloutId);
    if (manifest === null) throw new RangeError(`${this.name} is in ${rolloutId}, which the scenario does not have.`);
    const header = { rolloutId, manifest, record, numberedTo: lastEventSeq, bootId: this.#bootId, activation: 1 };
    this.disk.writeHeader(header);
    if (state === 'Deferred') this.bootClosure = targetClosure;
    if (workingMs === null) return;
    const isRollback = state === 'Failed' && currentClosureAtDispatch !== null;
    const closure = isRollback ? currentClosureAtDispatch : targetClosure;
    this.work = { kind: isRollback ? 'rollback' : 'activation', rolloutId, closure };
    this.bootClosure = closure;
    const usual = isRollback ? this.durations.rollback : this.durations.activation;
    const restMs = restOfWork(() => this.#world.draw(usual, this.name, 'duration'), workingMs);
    this.later(restMs, { type: 'WorkDone', work: this.work });
  }

  get #bootId(): string {
    return `${this.name}-boot-${this.#boots}`;
  }

  #boot(rebooted: boolean): void {
    const world = this.#world;
    world.emit({ runMs: world.now, type: 'AgentBooted', hostname: this.name, rebooted, closure: this.closure });
    const workers = workersOf([this.work, ...this.#lockedOut]);
    world.watch.onAgentStarted(this, rebooted, workers);
    const { agent: settings, probeSets } = world.scenario;
    const probes = probeSets[this.probeSet] ?? NO_PROBES;
    this.agent = world.agentCore.start({ hostname: this.name, runningClosure: this.closure, probes, settings });
    this.feed({
      type: 'Boot',
      runningClosure: this.closure,
      bootId: this.#bootId,
      workers,
      outbox: this.disk.entries,
      headers: this.disk.headers,
      manifests: world.newestManifests(this),
    });
    if (this.agent !== null) poll(this.#world, this);
  }

  #tick(): void {
    if (this.#tickAt !== this.#world.now) return;
    this.#tickAt = Infinity;
    this.feed(TICK);
  }

  /** Skips ticks that would do nothing: the agent knows when the next one may matter. */
  #planTick(agent: Agent): void {
    // A boot is short, and an agent that ends it at a wrong tick must show.
    this.#tickFrom(agent.phase === 'awaiting-answer' ? this.#world.now : this.clock.whenItShows(tickDueAt(agent)));
  }

  /** Plans the first tick at or after `dueAt`, if none is planned before; none if that is Infinity. */
  #tickFrom(dueAt: number): void {
    const from = Math.max(dueAt, this.#world.now + 1);
    const tickMs = this.#world.scenario.agent.tickSecs * 1000;
    const at = this.#tickPhase + Math.ceil((from - this.#tickPhase) / tickMs) * tickMs;
    if (at >= this.#tickAt) return;
    this.#tickAt = at;
    this.#world.queue.push(at, this.index, this.epoch, TICK);
  }

  /** Performs the effects in order. `false` if the agent crashed between two of them. */
  #performAll(effects: readonly AgentEffect[]): boolean {
    const { faults } = this.#world;
    const mayCrash = faults.mayCrashBetweenEffects(this);
    for (let at = 0; at < effects.length; at += 1) {
      if (mayCrash && faults.crashesBetweenEffects(this, at, effects.length)) return false;
      const effect = effects[at];
      if (effect !== undefined) this.#perform(effect);
    }
    return !(mayCrash && faults.crashesBetweenEffects(this, effects.length, effects.length));
  }

  #perform(effect: AgentEffect): void {
    const world = this.#world;
    world.watch.onAgentEffect(this, effect);
    switch (effect.type) {
      case 'LocalEmitEvent':
        return this.disk.append(
          { rolloutId: effect.rolloutId, event: effect.payload, durable: effect.durable },
          world.now + world.scenario.durations.diskFlushMs,
        );
      case 'SendEvents':
        return this.#posts.send(world, this, effect);
      case 'RemoveFromOutbox':
        return this.disk.remove(effect.rolloutId, effect.seq);
      case 'WriteOutboxHeader':
        return this.disk.writeHeader(effect.header);
      case 'RemoveOutboxHeader':
        return this.disk.removeHeader(effect.rolloutId);
      case 'StartProbes':
        return this.#probes.start(world, this, effect);
      case 'StopProbes':
        return this.#probes.stop(world, effect.generation);
      case 'SendHeartbeat':
        return postHeartbeat(world, this, effect);
      case 'LocalFireSwitch':
        return this.#startWork({ kind: 'activation', rolloutId: effect.rolloutId, closure: effect.target });
      case 'LocalFireRollbackTo':
        return this.#startWork({ kind: 'rollback', rolloutId: effect.rolloutId, closure: effect.closure });
      case 'RecordTransition': {
        const { rolloutId, from, to } = effect;
        return world.emit({ runMs: world.now, type: 'AgentTransition', hostname: this.name, rolloutId, from, to });
      }
      case 'EmitLog':
        return log(world, this.name, effect.level, effect.message);
      case 'LocalResetProbeCache':
      case 'EmitMetric':
        return;
      default:
        return logForeign(world, this, effect);
    }
  }

  pollAgain(afterMs: number): void {
    this.parkedAt = NOT_PARKED;
    this.later(Math.max(afterMs, LEAST_WAIT_MS), POLL);
  }

  #startWork(work: Work): void {
    this.#world.watch.onWorkStarted(this, work);
    if (this.work !== null) {
      this.#lockedOut = [...this.#lockedOut, work];
      return this.#reportLater(work, LOCKED_OUT);
    }
    this.work = work;
    // The boot loader is pointed at the new closure before the running system is switched.
    this.bootClosure = work.closure;
    this.#world.watch.onBootClosure(this);
    const usual = work.kind === 'activation' ? this.durations.activation : this.durations.rollback;
    const lasts = this.#world.draw(usual, this.name, 'duration') + this.#world.faults.workDelay(this, work);
    this.#world.expect(this.#world.now + lasts);
    this.later(0, { type: 'WorkStarted', work });
    this.later(lasts, { type: 'WorkDone', work });
  }

  /** The worker has ended: the running closure is final, whether or not the report arrives. */
  #workDone(work: Work): void {
    if (this.work !== work) return;
    const result = this.#world.faults.workResult(this, work);
    if (result.type === 'completed') {
      this.closure = this.bootClosure = result.closure;
      this.wasSwitchedByHand = false;
      this.wasMisreported = result.reported !== result.closure;
      this.#world.watch.onClosure(this, 'worker', result.reported);
    }
    if (result.type === 'failed' && result.closure !== null) {
      this.closure = result.closure;
      this.#world.watch.onClosure(this, 'worker');
      this.feed({ type: 'RunningClosureChanged', runningClosure: result.closure });
    }
    if (result.type === 'failed') {
      this.bootClosure = this.closure;
      this.#world.watch.onBootClosure(this);
    }
    if (result.type === 'deferred' && result.rebootAfterMs !== null)
      this.#world.faults.rebootLater(this, result.rebootAfterMs);
    this.#reportLater(work, result);
  }

  #reportLater(work: Work, result: WorkResult): void {
    const lagMs = result.type === 'failed' ? result.lagMs : 0;
    const reportMs = lagMs + this.#world.draw(this.#world.scenario.durations.workerReport, this.name, 'duration');
    this.#world.expect(this.#world.now + reportMs);
    this.later(reportMs, { type: 'WorkReported', work, result });
  }

  /** The report is lost while no agent runs: nothing stores it. */
  #workReported(work: Work, result: WorkResult): void {
    const wasLockedOut = this.work !== work;
    if (!wasLockedOut) this.work = null;
    else if (this.#lockedOut.includes(work)) this.#lockedOut = this.#lockedOut.filter((other) => other !== work);
    else return;
    this.#world.watch.onWorkEnded(this, work, result, wasLockedOut);
    this.feed(workerReport(work, result));
    if (this.agent !== null && this.#world.faults.repeatsReport(this)) this.feed(workerReport(work, result));
  }

  /** Someone, or another tool, switches the machine by hand. */
  switchByHand(closure: string): void {
    this.closure = this.bootClosure = closure;
    this.wasSwitchedByHand = true;
    this.#world.watch.onClosure(this, 'hand');
    this.feed({ type: 'RunningClosureChanged', runningClosure: closure });
  }

  #probeRan(run: Extract<ScheduledEvent, { readonly type: 'ProbeRun' }>): void {
    const outcome = this.#probes.ended(this.#world, this, run);
    if (outcome === null) return;
    this.#world.watch.onProbeRan(this, outcome);
    this.feed(outcome);
  }
}
