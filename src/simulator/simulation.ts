import { agentCore, AGENT_RULES, type AgentCore, type AgentManifest } from '../agent/index.ts';
import { controlPlaneCore, CONTROL_PLANE_RULES, type OutstandingDispatch } from '../control-plane/index.ts';
import type { RolloutManifest } from '../fleet/index.ts';
import type { step } from '../machine/index.ts';
import { AgentNode } from './agent-node.ts';
import { byCodeUnit } from '../text/index.ts';
import { SimulatedClock } from './clock.ts';
import { ControlPlaneNode } from './control-plane-node.ts';
import { EventQueue } from './event-queue.ts';
import { ANY_LIFE, CONTROL_PLANE, Faults } from './faults.ts';
import { clockErrors, type ClockSkewParams } from './faults/clock-skew.ts';
import { whenItJoins, type LateHostParams } from './faults/late-host.ts';
import type { ScheduledEvent } from './scheduled-event.ts';
import type { Ledger } from './invariants/ledger.ts';
import { onceForEach, type Cores } from './cores.ts';
import type { EndOfRun } from './end-of-run.ts';
import type { MessageTape } from './message-tape.ts';
import { LOST, Network } from './network.ts';
import { type Observation } from './observations.ts';
import { runSetupOf } from './run-setup.ts';
import type { Purpose } from './purposes.ts';
import { RandomStreams } from './random-streams.ts';
import type { DatabaseAfterwards } from './faults/fault.ts';
import { extendedGates } from './extensions.ts';
import { FleetMembership } from './fleet-membership.ts';
import type { SuccessorRelease } from './faults/successor.ts';
import { RunCompletion } from './run-completion.ts';
import type { InvariantBroken, RunEvent } from './run-events.ts';
import { asRunMs } from './run-ms.ts';
import type { HostUnderWay, Scenario, ScenarioHost } from './scenario.ts';
import type { SimulatedHost } from './simulated-host.ts';
import { spanAt, type Span } from './span.ts';
import { Triggers } from './triggers.ts';
import { Watch } from './watch.ts';

export interface SimulationOptions {
  readonly cores: Cores;
  /** The engine of the host machine; `null` for each core's own. */
  readonly step: typeof step | null;
  readonly onEvent: (event: RunEvent) => void;
  /** `null` if the run stream is not wanted. */
  readonly onObservation: ((observation: Observation) => void) | null;
  /** Whether invariants are checked. */
  readonly isJudged: boolean;
  readonly tape: MessageTape | null;
}

const PLAN_TICK: ScheduledEvent = { type: 'PlanTick' };
const FIRST_BOOT: ScheduledEvent = { type: 'Boot', rebooted: false };

/** One run of a scenario: the hosts, the control plane, the network between them, and time. */
export class Simulation {
  readonly scenario: Scenario;
  readonly queue = new EventQueue<ScheduledEvent>();
  readonly streams: RandomStreams<Purpose>;
  readonly network: Network;
  readonly faults: Faults;
  readonly watch: Watch;
  /** Records the messages of chosen hosts; `null` if not requested. */
  readonly tape: MessageTape | null;
  readonly agentCore: AgentCore;
  /** In order of name. */
  readonly nodes: readonly AgentNode[];
  readonly nodeOf: ReadonlyMap<string, AgentNode>;
  readonly controlPlane: ControlPlaneNode;
  readonly violations: InvariantBroken[] = [];
  now = asRunMs(0);
  faultsOn = true;
  ended: EndOfRun | null = null;
  events = 0;

  readonly #onEvent: (event: RunEvent) => void;
  readonly #triggers: Triggers;
  readonly #manifests = new Map<string, Released>();
  readonly #newest = new Map<string, RolloutManifest>();
  readonly #completion: RunCompletion;
  readonly #joinsAt: (number | null)[] = [];
  readonly #bootsAfter: number[] = [];
  readonly #underWay: (HostUnderWay | undefined)[] = [];
  readonly #membership: FleetMembership;
  /** The hosts that have failed, for the failure threshold. */
  readonly failed = new Set<string>();

  constructor(scenario: Scenario, { cores, step, onEvent, onObservation, isJudged, tape }: SimulationOptions) {
    this.tape = tape;
    this.scenario = scenario;
    this.#onEvent = onEvent;
    this.streams = new RandomStreams(scenario.seed);
    this.network = new Network(this);
    this.faults = new Faults(this);
    this.watch = new Watch({
      setup: runSetupOf(scenario),
      now: () => this.now,
      onFinding: (finding) => this.broken(finding),
      onObservation,
      isJudged,
    });
    this.#completion = new RunCompletion(this);
    this.watch.onChange = () => this.#completion.noteChange();
    this.#triggers = new Triggers(scenario, (afterMs, step) => this.#script(this.now + afterMs, step));
    const { wrapAgent = asItIs, wrapControlPlane = asItIs } = cores;
    const agentSteps = this.watch.counted(step ?? cores.agent?.step ?? AGENT_RULES.step);
    const declaredProbes = onceForEach(cores.agent?.declaredProbes ?? AGENT_RULES.declaredProbes);
    this.agentCore = wrapAgent(agentCore({ ...cores.agent, step: agentSteps, declaredProbes }, { inPlace: true }));
    const ownSteps = this.watch.counted(step ?? cores.controlPlane?.step ?? CONTROL_PLANE_RULES.step);
    this.controlPlane = new ControlPlaneNode(
      this,
      wrapControlPlane(controlPlaneCore({ ...cores.controlPlane, ...extendedGates(this, cores), step: ownSteps })),
    );
    this.nodes = this.#makeNodes();
    this.nodeOf = new Map(this.nodes.map((node) => [node.name, node]));
    this.#membership = new FleetMembership(this.nodeOf);
    this.#begin();
  }

  get ledger(): Ledger {
    return this.watch.ledger;
  }

  /** The newest release of each channel, in order of channel. */
  get newestRollouts(): readonly RolloutManifest[] {
    return [...this.#newest.values()].sort(byChannel);
  }

  /** Handles the next event; `false` when the run is over. */
  advance(): boolean {
    const { queue } = this;
    if (this.ended !== null) return false;
    if (!queue.take()) return this.#end('stuck');
    if (queue.time > this.scenario.untilMs) {
      this.now = asRunMs(this.scenario.untilMs);
      return this.#end('until');
    }
    this.now = asRunMs(queue.time);
    this.events += 1;
    const { payload, node, epoch } = queue;
    if (payload !== null) this.#dispatch(payload, node, epoch);
    return this.ended === null;
  }

  /** -1 if there is no such host. */
  #indexOf(host: string): number {
    const { sender } = this.watch;
    return (sender !== null && sender.name === host ? sender : this.nodeOf.get(host))?.index ?? -1;
  }

  emit(event: RunEvent): void {
    this.#onEvent(event);
    if (event.type === 'HostTransition' && event.to === 'Failed') this.failed.add(event.hostname);
    if (this.#triggers.isWaiting) this.#triggers.see(event);
  }

  /** Keeps the run going at least until then, because something is sure to happen. */
  expect(until: number): void {
    this.#completion.expect(until);
  }

  /** The same for something scheduled: until then, the run continues even if every rollout is done. */
  schedule(until: number): void {
    this.#completion.schedule(until);
  }

  /** Draws how long something takes. */
  draw(span: Span, owner: string, purpose: Purpose): number {
    const { minMs, maxMs, quantilesMs } = span;
    if (minMs === maxMs) return minMs;
    const stream = this.streams.of(owner, purpose);
    return quantilesMs === undefined ? stream.between(minMs, maxMs) : spanAt(span, stream.unit());
  }

  manifestOf(node: SimulatedHost, rolloutId: string): AgentManifest | null {
    if (node.manifest?.rolloutId === rolloutId) return node.manifest;
    const known = this.#manifests.get(rolloutId);
    const host = known?.manifest.hosts[known.positions[node.index] ?? -1];
    if (known === undefined || host === undefined) return null;
    const { channel, policy } = known.manifest;
    return (node.manifest = { rolloutId, hostname: node.name, channel, targetClosure: host.targetClosure, policy });
  }

  /** How many minutes the manifest of a rollout stays fresh after it was signed. */
  freshnessOf(rolloutId: string): number {
    return this.#manifests.get(rolloutId)?.manifest.freshnessMinutes ?? Infinity;
  }

  /** The newest release's rollouts of the host's channel. */
  newestManifests(node: SimulatedHost): readonly AgentManifest[] {
    const newest = this.#newest.get(node.channel);
    const manifest = newest === undefined ? null : this.manifestOf(node, newest.rolloutId);
    return manifest === null ? [] : [manifest];
  }

  /** Answers the host's poll with a dispatch. */
  sendDispatch(node: SimulatedHost, dispatch: OutstandingDispatch): void {
    const longPollMs = Math.max(1, this.scenario.network.longPollMs);
    const delay = this.network.delay(node, 'answer');
    const { rolloutId, targetClosure } = dispatch;
    this.tape?.answer(this.now, node.name, delay, () => ({ type: 'dispatch', rolloutId, targetClosure }));
    if (delay === LOST) {
      // The agent notices when its poll reaches its maximum duration.
      const held = this.now - node.parkedAt;
      node.pollAgain((Math.floor(held / longPollMs) + 1) * longPollMs - held);
      return;
    }
    node.parkedAt = -1;
    this.queue.push(this.now + delay, node.index, node.epoch, { type: 'DispatchArrives', dispatch });
  }

  #dispatch(event: ScheduledEvent, index: number, epoch: number): void {
    const node = this.nodes[index];
    if (node === undefined) return this.#global(event);
    switch (event.type) {
      case 'Post':
        return this.controlPlane.postArrives(node, event, epoch);
      case 'Heartbeat':
        return this.controlPlane.heartbeatArrives(node, event, epoch);
      case 'PollArrives':
        if (node.epoch === epoch) this.controlPlane.pollArrives(node);
        return;
      case 'PowerOn':
        if (node.epoch === epoch) node.powerOn();
        return;
      case 'WorkDone':
      case 'WorkReported':
        // A worker outlives its agent; the node knows whether it still runs.
        return node.handle(event);
      case 'OperatorReboot':
        return this.faults.operatorReboots(node);
      case 'ByChance':
        return this.faults.strikeByChance(event.kind, node);
      default:
        if (node.epoch === epoch) node.handle(event);
    }
  }

  #global(event: ScheduledEvent): void {
    switch (event.type) {
      case 'PlanTick':
        this.queue.push(this.now + this.scenario.durations.planIntervalMs, CONTROL_PLANE, ANY_LIFE, PLAN_TICK);
        if (this.controlPlane.isUp) {
          this.watch.onPlanTick();
          this.controlPlane.tick();
        }
        return this.#endIfOver();
      case 'ControlPlaneUp':
        return this.controlPlane.comeUp(this.newestRollouts);
      case 'Scripted': {
        const step = this.scenario.steps[event.step];
        if (step === undefined) throw new Error(`The scenario has no step ${event.step}.`);
        return this.faults.strike(step.do);
      }
      case 'ByChance':
        return this.faults.strikeByChance(event.kind, null);
      case 'FaultsStop':
        this.faultsOn = false;
        this.#completion.faultsStop();
        this.emit({ runMs: this.now, type: 'FaultsStopped' });
        return this.faults.stop();
      default:
        throw new Error(`${event.type} needs a host.`);
    }
  }

  #begin(): void {
    const { scenario, queue } = this;
    this.faults.begin();
    for (const node of this.nodes) {
      const joinsAt = this.#joinsAt[node.index] ?? null;
      // It joins with a fleet file.
      if (joinsAt === null) continue;
      if (joinsAt > 0) this.schedule(joinsAt);
      const afterMs = this.#underWay[node.index] === undefined ? (this.#bootsAfter[node.index] ?? 0) : 0;
      queue.push(joinsAt + afterMs, node.index, 0, FIRST_BOOT);
    }
    for (const [index, { when }] of scenario.steps.entries()) if (when.type === 'At') this.#script(when.atMs, index);
    if (scenario.settle !== null) {
      queue.push(scenario.settle.faultsUntilMs, CONTROL_PLANE, ANY_LIFE, { type: 'FaultsStop' });
      this.expect(scenario.settle.faultsUntilMs);
    }
    queue.push(scenario.durations.planIntervalMs, CONTROL_PLANE, ANY_LIFE, PLAN_TICK);
    // The fleet already existed, so the control plane knows what its hosts run.
    for (const node of this.nodes) if (this.#joinsAt[node.index] === 0) this.controlPlane.hasHeard(node, null);
    const { rollouts, declared } = scenario;
    this.publish(declared === undefined ? { rollouts } : { rollouts, declared });
    for (const node of this.nodes) this.#goOn(node, this.#underWay[node.index]);
  }

  /** Continues the rollout that a host was in before the run began. */
  #goOn(node: AgentNode, underWay: HostUnderWay | undefined): void {
    if (underWay === undefined) return;
    const { rolloutId, soakDueAt } = underWay.record;
    const known = this.#manifests.get(rolloutId);
    const wave = known?.manifest.hosts[known.positions[node.index] ?? -1]?.wave;
    if (wave === undefined) throw new RangeError(`${node.name} is in ${rolloutId}, which the scenario does not have.`);
    const soakDueRunMs = soakDueAt === null ? null : asRunMs(soakDueAt - this.scenario.startAt);
    node.goOn(underWay);
    this.emit({ runMs: this.now, type: 'HostDispatched', hostname: node.name, rolloutId, wave, soakDueRunMs });
    this.controlPlane.hasHeard(node, underWay.record);
  }

  #makeNodes(): readonly AgentNode[] {
    const { scenario } = this;
    const hosts = [...scenario.hosts].sort((a, b) => byCodeUnit(a.hostname, b.hostname));
    const trueTime = new SimulatedClock(scenario.startAt, 0, 0);
    return hosts.map((host, index) => {
      this.#joinsAt.push(this.#whenItJoins(host));
      // Drawn only here, so the stream need not be kept.
      const random = this.streams.begin(host.hostname, 'start');
      const tickPhase = random.between(0, scenario.agent.tickSecs * 1000 - 1);
      this.#underWay.push(host.underWay);
      this.#bootsAfter.push(random.between(0, scenario.agent.tickSecs * 1000 - 1));
      return new AgentNode(this, index, host, this.#clockOf(host, trueTime), tickPhase);
    });
  }

  #whenItJoins({ hostname, joinsAtMs: said }: ScenarioHost): number | null {
    if (said === null) return null;
    const joinsAtMs = whenItJoins(said, this.scenario.rates, () => this.streams.of(hostname, 'join'));
    if (joinsAtMs > 0) this.faults.fired<LateHostParams>('late-host', hostname, { joinsAtMs });
    return joinsAtMs;
  }

  /** The host's own clock, or the one shared by all hosts with correct clocks. */
  #clockOf(host: ScenarioHost, trueTime: SimulatedClock): SimulatedClock {
    const errors = clockErrors(host, this.scenario.rates, () => this.streams.of(host.hostname, 'clock'));
    if (errors.skewMs === 0 && errors.driftPpm === 0) return trueTime;
    this.faults.fired<ClockSkewParams>('clock-skew', host.hostname, errors);
    return new SimulatedClock(this.scenario.startAt, errors.skewMs, errors.driftPpm);
  }

  publish(release: SuccessorRelease): void {
    const { rollouts, fleetHosts } = release;
    const change = fleetHosts === undefined ? null : this.#membership.change(fleetHosts);
    if (change !== null) this.emit({ runMs: this.now, type: 'FleetChanged', ...change });
    for (const manifest of rollouts) {
      this.#newest.set(manifest.channel, manifest);
      const positions = new Int32Array(this.nodes.length).fill(-1);
      manifest.hosts.forEach(({ hostname }, position) => {
        positions[this.#indexOf(hostname)] = position;
      });
      this.#manifests.set(manifest.rolloutId, { manifest, positions });
    }
    // A release may reuse an earlier id with other content.
    for (const node of this.nodes) node.manifest = null;
    this.watch.onRelease(release);
    this.emit({ runMs: this.now, type: 'ReleasePublished', rolloutIds: rollouts.map(({ rolloutId }) => rolloutId) });
    this.#completion.noteChange();
    if (this.controlPlane.isUp) this.controlPlane.publish(rollouts);
  }

  #script(at: number, step: number): void {
    this.schedule(at);
    this.queue.push(at, CONTROL_PLANE, ANY_LIFE, { type: 'Scripted', step });
  }

  stopControlPlane(downMs: number | null, database: DatabaseAfterwards): void {
    if (!this.controlPlane.isUp) return;
    this.controlPlane.goDown(database);
    const lasts = downMs ?? this.draw(this.scenario.durations.controlPlaneRestart, '', 'control-plane-restart');
    this.expect(this.now + lasts);
    this.queue.push(this.now + lasts, CONTROL_PLANE, ANY_LIFE, { type: 'ControlPlaneUp' });
  }

  broken(event: InvariantBroken): void {
    if (this.violations.length < MAX_VIOLATIONS) this.violations.push(event);
    this.emit(event);
  }

  #endIfOver(): void {
    const why = this.#completion.reason();
    if (why !== null) this.#end(why);
  }

  #end(why: EndOfRun): false {
    this.ended = why;
    return false;
  }
}

interface Released {
  readonly manifest: RolloutManifest;
  /** By the host's index: its position in the manifest, -1 if it is not in it. */
  readonly positions: Int32Array;
}

const MAX_VIOLATIONS = 100;

function asItIs<Core>(core: Core): Core {
  return core;
}

function byChannel(a: RolloutManifest, b: RolloutManifest): number {
  return byCodeUnit(a.channel, b.channel);
}
