import { isAtRest, tickDueAt, type AgentEffectOf } from '../agent/index.ts';
import { hostsToLookAfter, type HostHeard } from '../control-plane/index.ts';
import type { ControlPlaneNode } from './control-plane-node.ts';
import type { Happening } from './happenings.ts';
import { LeftOutHeartbeats } from './left-out-heartbeats.ts';
import type { Quiet } from './quiet.ts';
import type { Scenario } from './scenario.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { World } from './world.ts';

/** Its next heartbeat may change something. */
const BUSY = 0;
/** Its last one changed nothing in the control plane; what its agent makes of the answer is not known yet. */
const HEARD = 1;
/** Its last one changed nothing on either side, and so will the next ones, which are left out. */
const QUIET = 2;
/** The same, and its agent does nothing else, so that its ticks are left out too. */
const SILENT = 3;

/**
 * What happens to a host that probes, and lets its heartbeats go on changing nothing. Where the result of a probe takes
 * the host to another state, that wakes it.
 */
const KEEPS_QUIET: ReadonlySet<Happening['type']> = new Set([
  'Tick',
  'HeartbeatDone',
  'ProbeRun',
  'Post',
  'PostDue',
  'PostAnswered',
]);

/**
 * The hosts whose heartbeats change nothing but when they were heard: in a large fleet nearly all hosts, nearly all of
 * the time. Such heartbeats are left out until something is about to happen that they may matter to. Then the newest is
 * made up for: if it is under way, it arrives when it would have, and so does its answer. The event log is the same.
 */
export class QuietHosts implements Quiet {
  readonly intervalMs: number;

  readonly #world: World;
  readonly #controlPlane: ControlPlaneNode;
  readonly #mayLeaveOut: boolean;
  readonly #status: Uint8Array;
  readonly #times: LeftOutHeartbeats;
  /** The newest of each host that was left out, where its agent has sent it. */
  readonly #newest: (AgentEffectOf<'SendHeartbeat'> | null)[];

  constructor(world: World, controlPlane: ControlPlaneNode, everyHeartbeat: boolean) {
    const { scenario } = world;
    const hosts = scenario.hosts.length;
    this.#world = world;
    this.#controlPlane = controlPlane;
    this.intervalMs = heartbeatIntervalMs(scenario);
    this.#mayLeaveOut = !everyHeartbeat && mayLeaveOut(scenario);
    this.#status = new Uint8Array(hosts);
    this.#newest = Array.from({ length: hosts }, () => null);
    this.#times = new LeftOutHeartbeats(hosts, (index) => {
      const node = world.nodes[index];
      return node === undefined ? 0 : world.network.latencyOf(node, 'heartbeat');
    });
  }

  isSilent(index: number): boolean {
    return this.#status[index] === SILENT;
  }

  /** A silent host ticks, and sends a heartbeat if one is due. */
  sendsInSilence(index: number): boolean {
    // Two ticks may have been planned for the time at which it fell silent, of which the later one is void.
    if (this.#world.now !== this.#times.sentAt(index) + this.intervalMs) return false;
    this.#times.send(index, this.#world);
    return true;
  }

  fallsSilent({ index, agent, clock }: SimulatedHost): boolean {
    if (!this.#isQuiet(index) || agent === null || !isAtRest(agent)) return false;
    // A clock that was set back since the last heartbeat has the agent send the next one out of turn.
    if (tickDueAt(agent) > clock.read(this.#world.now)) return false;
    this.#status[index] = SILENT;
    this.#times.send(index, this.#world);
    return true;
  }

  leavesOut({ index }: SimulatedHost, heartbeat: AgentEffectOf<'SendHeartbeat'>): boolean {
    if (!this.#isQuiet(index)) return false;
    this.#times.send(index, this.#world);
    this.#newest[index] = heartbeat;
    return true;
  }

  noteHeard({ index, agent, faults, slowLinkMs, clock }: SimulatedHost, asksForReplay: boolean): void {
    if (!this.#mayLeaveOut || agent?.phase !== 'working') return;
    // An agent that probes may have something to send again the next time.
    if (asksForReplay && !isAtRest(agent)) return;
    // What was armed for the host may hit the next one, and a clock that drifts does not tick at regular times.
    if (faults !== null || !clock.isSteady) return;
    // No heartbeat is sent while another one, or its answer, is under way.
    const longestMs = this.#world.scenario.network.latency.maxMs + slowLinkMs;
    if (2 * longestMs < this.intervalMs) this.#status[index] = HEARD;
  }

  noteAnswered({ index }: SimulatedHost): void {
    if (this.#status[index] === HEARD) this.#status[index] = QUIET;
  }

  noteChange({ index }: SimulatedHost): void {
    if (this.#status[index] === HEARD) this.#status[index] = BUSY;
  }

  /** It is about to happen to the host. One that is silent is woken by anything: its agent's time stands still. */
  beforeHappening(happening: Happening, node: SimulatedHost): void {
    if (this.isSilent(node.index) || !KEEPS_QUIET.has(happening.type)) this.wake(node);
  }

  wake(node: SimulatedHost): void {
    const { index } = node;
    if (this.#isQuiet(index)) this.#makeUpFor(node);
    this.#status[index] = BUSY;
    this.#newest[index] = null;
  }

  wakeAll(): void {
    for (const node of this.#world.nodes) this.wake(node);
  }

  heardOfLate(): readonly HostHeard[] {
    const { nodeOf, now, scenario } = this.#world;
    const heard: HostHeard[] = [];
    for (const hostname of hostsToLookAfter(this.#controlPlane.state, scenario.startAt + now)) {
      const index = nodeOf.get(hostname)?.index ?? -1;
      const heardAt = this.#isQuiet(index) ? this.#times.takeHeard(index, this.#world) : -1;
      if (heardAt >= 0) heard.push({ hostname, at: scenario.startAt + heardAt });
    }
    return heard;
  }

  #isQuiet(index: number): boolean {
    return (this.#status[index] ?? BUSY) >= QUIET;
  }

  #makeUpFor(node: SimulatedHost): void {
    const { index, name } = node;
    const { now, scenario, queue } = this.#world;
    const heardAt = this.#times.takeHeard(index, this.#world);
    if (heardAt >= 0) this.#controlPlane.hear([{ hostname: name, at: scenario.startAt + heardAt }]);
    const sentAt = this.#times.sentAt(index);
    const arrivesAt = this.#times.takeUnderWay(index);
    const newest = this.isSilent(index) ? node.makeUpForTick(sentAt, sentAt + this.intervalMs) : this.#newest[index];
    if (newest === null || newest === undefined) return;
    const input = { type: 'HeartbeatReceived', heartbeat: newest.heartbeat, isComplete: true } as const;
    if (arrivesAt < Infinity) queue.push(arrivesAt, index, node.epoch, { type: 'Heartbeat', input });
    // After what happens now the answer may change something. While a host probes it cannot: the agent is ahead.
    else if (this.isSilent(index) && this.#times.answeredAt(index) >= now)
      this.#controlPlane.answerLate(node, input, this.#times.heardAt(index), this.#times.answeredAt(index));
  }
}

/** Each heartbeat has luck of its own where messages get lost by chance, or an agent may crash as it sends one. */
function mayLeaveOut({ rates, agent }: Scenario): boolean {
  // A tick at a fraction of a millisecond would be rounded each time.
  if (!Number.isInteger(agent.tickSecs * 1000)) return false;
  return rates.requestLost === 0 && rates.answerLost === 0 && rates.crashBeforeEffect === 0;
}

/** Of an agent that looks in steps of its own whether one is due. */
function heartbeatIntervalMs({ agent: { heartbeatSecs, tickSecs } }: Scenario): number {
  return Math.ceil(heartbeatSecs / tickSecs) * tickSecs * 1000;
}
