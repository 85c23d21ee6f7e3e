import { isAtRest, tickDueAt, type AgentEffectOf } from '../agent/index.ts';
import { hostsToLookAfter, type HostHeard } from '../control-plane/index.ts';
import type { ControlPlaneNode } from './control-plane-node.ts';
import type { Cores } from './cores.ts';
import type { Happening } from './happenings.ts';
import { LeftOutHeartbeats } from './left-out-heartbeats.ts';
import type { Quiet } from './quiet.ts';
import type { Scenario } from './scenario.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { World } from './world.ts';

/** Something may come of its next heartbeat. */
const BUSY = 0;
/** The control plane made nothing of its last one; what its agent makes of the answer is not known yet. */
const HEARD = 1;
/** Nothing came of its last one on either side, so nothing will come of one like it: they are left out. */
const QUIET = 2;
/** The same, and its agent does nothing else, so that its ticks are left out, too. */
const SILENT = 3;

/**
 * What may happen to a host without something coming of its next heartbeat. Where a probe's result, or the delivery of
 * one, takes the host to another state, it is woken by that.
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
 * The hosts of whose heartbeats nothing comes but that they are alive: in a large fleet nearly all of them, nearly all of
 * the time. Their heartbeats are left out, and made up for when something is about to happen that one may matter to. The
 * run is the same, event for event.
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

  constructor(world: World, controlPlane: ControlPlaneNode, cores: Cores) {
    const { scenario } = world;
    const hosts = scenario.hosts.length;
    this.#world = world;
    this.#controlPlane = controlPlane;
    this.intervalMs = heartbeatIntervalMs(scenario);
    this.#mayLeaveOut = mayLeaveOut(scenario, cores);
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

  /** A silent host ticks. Nothing but the times of its heartbeats is looked at; `false` if none is due. */
  sendsInSilence(index: number): boolean {
    const { now } = this.#world;
    // A tick may have been arranged for something else, which is not to come any more.
    if (now !== this.#times.sentAt(index) + this.intervalMs) return false;
    this.#times.send(index, this.#world);
    return true;
  }

  fallsSilent({ index, agent, clock }: SimulatedHost): boolean {
    const { now } = this.#world;
    if (!this.#isQuiet(index) || agent === null || !isAtRest(agent) || tickDueAt(agent) > clock.read(now)) return false;
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
    // There may be something to send again the next time.
    if (asksForReplay && !isAtRest(agent)) return;
    // When the next one arrives must be sure to be known without looking at it.
    if (faults === null && slowLinkMs === 0 && clock.isSteady) this.#status[index] = HEARD;
  }

  noteAnswered({ index }: SimulatedHost): void {
    if (this.#status[index] === HEARD) this.#status[index] = QUIET;
  }

  noteChange({ index }: SimulatedHost): void {
    if (this.#status[index] === HEARD) this.#status[index] = BUSY;
  }

  /** Something is about to happen to the host. */
  before(happening: Happening, node: SimulatedHost): void {
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
    // After what happens now it may be more than nothing that the agent makes of the answer.
    else if (this.isSilent(index) && this.#times.answeredAt(index) >= now)
      this.#controlPlane.answerLate(node, input, this.#times.heardAt(index), this.#times.answeredAt(index));
  }
}

/**
 * Every heartbeat counts where messages get lost by chance, an agent may crash in the act of sending one, or a message
 * may take as long as it is to the next one; and where rules were replaced, one says nothing of the next.
 */
function mayLeaveOut(scenario: Scenario, cores: Cores): boolean {
  const { rates, network } = scenario;
  if (Object.keys(cores).length > 0 || network.latency.maxMs >= heartbeatIntervalMs(scenario)) return false;
  return rates.requestLost === 0 && rates.answerLost === 0 && rates.crashBeforeEffect === 0;
}

/** Of an agent that looks in steps of its own whether one is due. */
function heartbeatIntervalMs({ agent: { heartbeatSecs, tickSecs } }: Scenario): number {
  return Math.ceil(heartbeatSecs / tickSecs) * tickSecs * 1000;
}
