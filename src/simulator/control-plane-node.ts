import {
  outdated,
  type ControlPlane,
  type ControlPlaneCore,
  type ControlPlaneEffect,
  type ControlPlaneInput,
  type EventReceived,
  type ReplyTo,
  hostOf,
  hostsOf,
  isOutstanding,
  rolloutsOf,
} from '../control-plane/index.ts';
import { SimulatedClock } from './clock.ts';
import { isAskedFor } from './faults/asked-for.ts';
import type { DatabaseAfterwards } from './faults/fault.ts';
import type { AgentManifest, SentEvent } from '../agent/index.ts';
import type { HostRolloutState } from '../machine/index.ts';
import { MAX_BATCH_LENGTH, snapshotOf, type HeartbeatAnswer } from '../wire/index.ts';
import { noneDelivered, type ScheduledEvent, type Post } from './scheduled-event.ts';
import type { RolloutManifest } from '../fleet/index.ts';
import type { SimulatedHost } from './simulated-host.ts';
import { LEAST_WAIT_MS, LOST } from './network.ts';
import { runEventOf } from './run-event-of.ts';
import type { MessageContent } from './message-tape.ts';
import { asRunMs, type RunMs } from './run-ms.ts';
import type { Simulation } from './simulation.ts';
import type { Time } from '../machine/index.ts';
import type { RunEvent } from './run-events.ts';

/** The control plane of a run: the runtime around the core, with its database and its open polls. */
export class ControlPlaneNode {
  /** The database: it outlives the process. */
  state: ControlPlane;
  isUp = true;

  readonly #world: Simulation;
  readonly #core: ControlPlaneCore;
  clock: SimulatedClock;
  #comesUpWith = (): ControlPlane => this.state;
  readonly #keepsBackups: boolean;
  /** A backup from each planning interval, oldest first. */
  #backups: { readonly runMs: RunMs; readonly state: ControlPlane }[] = [];

  constructor(world: Simulation, core: ControlPlaneCore) {
    this.#world = world;
    this.#core = core;
    // No host is dispatched before the control plane knows how far the host has got.
    const isUnderWay = world.scenario.hosts.some(({ underWay }) => underWay !== undefined);
    const { startAt } = world.scenario;
    this.state = core.start({ ...this.#config(null), ...(isUnderWay ? { dispatchFrom: startAt + 1 } : {}) });
    this.clock = new SimulatedClock(world.scenario.startAt, 0, 0);
    this.#keepsBackups = isAskedFor(world.scenario, 'backup-restored');
  }

  get #time(): Time {
    return this.clock.read(this.#world.now);
  }

  setClock(skewMs: number, driftPpm: number): void {
    this.clock = this.clock.set(this.#world.now, skewMs, driftPpm);
    this.#world.watch.onControlPlaneClock(skewMs, driftPpm);
  }

  tick(): void {
    this.#take(PLAN_TICK);
    if (this.#keepsBackups) this.#backUp();
  }

  feed<Input extends ControlPlaneInput>(input: Input): ReplyTo<Input> {
    const { controlPlane, effects, reply } = this.#core.handle(this.state, input, this.#time);
    this.#perform(controlPlane, effects, effects.length);
    return reply;
  }

  /** The same, for a process that may be killed meanwhile. `null` if it was: then there is no answer. */
  #take<Input extends ControlPlaneInput>(input: Input): { readonly reply: ReplyTo<Input> } | null {
    const { faults } = this.#world;
    const { controlPlane, effects, reply } = this.#core.handle(this.state, input, this.#time);
    const diesAfter = effects.length === 0 ? null : faults.killsControlPlane(effects.length);
    // Everything is stored at once, before anything is sent.
    if (diesAfter !== 0) this.#perform(controlPlane, effects, diesAfter ?? effects.length);
    if (diesAfter === null) return { reply };
    faults.controlPlaneDies(diesAfter, effects.length);
    return null;
  }

  #perform(controlPlane: ControlPlane, effects: readonly ControlPlaneEffect[], sent: number): void {
    this.state = controlPlane;
    let at = 0;
    for (const effect of effects) this.#performOne(effect, at++ < sent);
    if (effects.length > 0) this.#world.watch.onControlPlaneTurn();
  }

  /**
   * A heartbeat from before the run, which reported the running closure and how far the host had got. The control plane
   * takes the record over as after losing its database.
   */
  hasHeard(node: SimulatedHost, record: HostRolloutState | null): void {
    const { name: hostname, closure: currentClosure, clock } = node;
    const at = clock.read(this.#world.now);
    const rollouts = record === null ? [] : [snapshotOf(record)];
    const rolloutId = record?.rolloutId ?? null;
    const heartbeat = { hostname, rolloutId, currentClosure, at, rollouts, undelivered: [] };
    this.#world.watch.onHeartbeat(node, heartbeat);
    this.feed({ type: 'HeartbeatReceived', heartbeat, isComplete: true });
  }

  postArrives(node: SimulatedHost, post: Post, epoch: number): void {
    const requestTimeoutMs = Math.max(LEAST_WAIT_MS, this.#world.scenario.network.requestTimeoutMs);
    const { tape, now } = this.#world;
    if (!this.isUp) tape?.foundNobody(now, node.name);
    if (!this.isUp) return this.#answerPost(node, post, epoch, noneDelivered(post), requestTimeoutMs);
    const events: SentEvent[] = [];
    for (const input of post.inputs) {
      const event = this.#takeEvent(node, input);
      if (event === null) return this.#answerPost(node, post, epoch, noneDelivered(post), requestTimeoutMs);
      events.push(event);
    }
    const delay = this.#world.network.delay(node, 'answer');
    tape?.answer(now, node.name, delay, () => ({ type: 'events-answer', rolloutId: post.rolloutId, events }));
    if (delay === LOST) this.#answerPost(node, post, epoch, noneDelivered(post), requestTimeoutMs);
    else this.#answerPost(node, post, epoch, events, delay);
  }

  /** `null` if the process was killed. */
  #takeEvent(node: SimulatedHost, input: EventReceived): SentEvent | null {
    const { envelope } = input;
    const { event, rolloutId } = envelope;
    this.#world.watch.sender = node;
    const taken = this.#take(input);
    if (taken === null) return null;
    const { reply } = taken;
    this.#world.watch.onEventAnswered(node, envelope, reply);
    if (reply.outcome !== 'accepted') {
      this.#world.emit({
        runMs: this.#world.now,
        type: 'EventDropped',
        hostname: node.name,
        rolloutId,
        eventType: event.type,
        seq: event.seq,
        outcome: reply.outcome,
      });
    }
    return { seq: event.seq, outcome: reply.status === 204 ? 'accepted' : 'refused' };
  }

  #answerPost(
    { index }: SimulatedHost,
    post: Post,
    epoch: number,
    events: readonly SentEvent[],
    afterMs: number,
  ): void {
    this.#world.queue.push(this.#world.now + afterMs, index, epoch, { type: 'PostAnswered', post, events });
  }

  heartbeatArrives(
    node: SimulatedHost,
    event: Extract<ScheduledEvent, { readonly type: 'Heartbeat' }>,
    epoch: number,
  ): void {
    const { queue, network, now, scenario, tape } = this.#world;
    if (this.isUp) this.#world.watch.onHeartbeat(node, event.input.heartbeat);
    const answer = this.isUp ? (this.#take(event.input)?.reply ?? null) : null;
    if (answer !== null) this.#world.watch.onHeartbeatReplied(node, answer);
    const delay = answer === null ? LOST : network.delay(node, 'answer', 'heartbeat');
    if (answer === null) tape?.foundNobody(now, node.name);
    else tape?.answer(now, node.name, delay, () => contentOf(answer));
    if (answer === null || delay === LOST) {
      queue.push(now + Math.max(LEAST_WAIT_MS, scenario.network.requestTimeoutMs), node.index, epoch, UNANSWERED);
      return;
    }
    this.#answerHeartbeat(node, answer, epoch, now + delay);
  }

  #answerHeartbeat(
    node: SimulatedHost,
    { replayFrom, bootstrapRollouts: snapshots }: HeartbeatAnswer,
    epoch: number,
    at: number,
  ): void {
    // Most answers are empty, and an empty answer changes nothing in a working agent.
    if (replayFrom === null && snapshots.length === 0 && node.wasAnswered && node.agent?.phase === 'working') return;
    let manifests = NO_MANIFESTS;
    for (const { rolloutId } of snapshots) {
      const manifest = this.#world.manifestOf(node, rolloutId);
      if (manifest !== null) manifests = [...manifests, manifest];
    }
    this.#world.queue.push(at, node.index, epoch, {
      type: 'HeartbeatDone',
      input: {
        type: 'HeartbeatAnswered',
        replayFrom,
        bootstrapRollouts: snapshots,
        manifests,
        batchLimit: MAX_BATCH_LENGTH,
      },
    });
  }

  /** Answers a poll if there is something to do; otherwise holds it. */
  pollArrives(node: SimulatedHost): void {
    if (!this.isUp) return node.pollAgain(this.#world.draw(this.#world.scenario.network.pollAgain, node.name, 'poll'));
    node.parkedAt = this.#world.now;
    this.#answerPoll(node);
  }

  supersededRollouts(forMs: number): readonly string[] {
    if (!this.isUp) return [];
    const until = this.#time - forMs;
    return rolloutsOf(this.state)
      .filter(({ state, supersededAt }) => state === 'Superseded' && supersededAt !== null && supersededAt <= until)
      .map(({ rolloutId }) => rolloutId);
  }

  expireRetention(rolloutId: string): void {
    if (this.isUp) this.#take({ type: 'RetentionExpired', rolloutId });
  }

  get haltedRollouts(): readonly string[] {
    if (!this.isUp) return [];
    return rolloutsOf(this.state)
      .filter(({ state }) => state === 'Failed' || state === 'Reverted')
      .map(({ rolloutId }) => rolloutId);
  }

  clearRollout(rolloutId: string): void {
    if (this.isUp) this.#take({ type: 'OperatorCleared', rolloutId, operator: 'operator', reason: 'cleared' });
  }

  publish(rollouts: readonly RolloutManifest[]): void {
    this.feed({ type: 'ManifestsVerified', rollouts });
  }

  /** The process stops. Pending requests are never answered. */
  goDown(database: DatabaseAfterwards): void {
    this.isUp = false;
    this.#world.watch.onControlPlaneLife('ControlPlaneStopped');
    this.#world.emit({ runMs: this.#world.now, type: 'ControlPlaneDown' });
    if (database === 'kept') {
      // It restarts from what it has stored.
      const saved = this.#core.snapshot(this.state);
      this.#comesUpWith = () => this.#core.restore(saved);
    } else if (database === 'lost') {
      this.#comesUpWith = () => this.#core.start(this.#config(this.#time));
      this.state = this.#comesUpWith();
      this.#world.watch.onDatabaseLost();
    } else this.#goBack(database.ageMs);
  }

  /** Makes a backup. A long run keeps fewer of them. */
  #backUp(): void {
    if (this.#backups.length === MAX_BACKUPS) this.#backups = this.#backups.filter((_, at) => at % 2 === 0);
    this.#backups.push({ runMs: this.#world.now, state: this.state });
  }

  /** Restores the newest backup of at least this age, or the oldest if there is none. */
  #goBack(ageMs: number): void {
    const { now } = this.#world;
    const [oldest = { runMs: asRunMs(0), state: this.#core.start(this.#config(null)) }] = this.#backups;
    const { runMs, state } = this.#backups.findLast((backup) => backup.runMs <= now - ageMs) ?? oldest;
    // Later backups are gone with the database.
    while ((this.#backups.at(-1)?.runMs ?? -1) > runMs) this.#backups.pop();
    const before = this.state;
    const saved = this.#core.snapshot(state);
    this.#comesUpWith = () => this.#core.restore(outdated(saved, this.#time));
    this.state = this.#comesUpWith();
    for (const event of eventsOfRestore(before, this.state, now)) this.#world.emit(event);
    this.#world.watch.onDatabaseRestored(runMs, this.#core.snapshot(this.state));
  }

  comeUp(manifests: readonly RolloutManifest[]): void {
    this.isUp = true;
    this.#world.watch.onControlPlaneLife('ControlPlaneStarted');
    this.#world.emit({ runMs: this.#world.now, type: 'ControlPlaneUp' });
    // A new database starts counting now.
    this.state = this.#comesUpWith();
    // At start, it fetches what was released while it was down.
    if (manifests.some(({ channel, rolloutId }) => this.state.manifests.get(channel)?.rolloutId !== rolloutId))
      this.publish(manifests);
    for (const node of this.#world.nodes) {
      if (node.parkedAt >= 0)
        node.pollAgain(this.#world.draw(this.#world.scenario.network.pollAgain, node.name, 'poll'));
    }
  }

  /** With an empty database, nothing is dispatched before the agents have had time to send a heartbeat. */
  #config(emptySince: number | null): Parameters<ControlPlaneCore['start']>[0] {
    const { heartbeatSecs } = this.#world.scenario.agent;
    const heartbeatMs = heartbeatSecs * 1000;
    const maxUnknownHosts = Math.max(MIN_UNKNOWN_HOSTS, this.#world.scenario.hosts.length);
    return {
      heartbeatSecs,
      maxUnknownHosts,
      dispatchFrom: emptySince === null ? null : emptySince + heartbeatMs + heartbeatMs / 2,
    };
  }

  #answerPoll(node: SimulatedHost): void {
    const { dispatch } = this.feed({ type: 'DispatchPolled', hostname: node.name });
    this.#world.watch.onPollAnswered(node, dispatch);
    if (dispatch !== null) this.#world.sendDispatch(node, dispatch);
  }

  #performOne(effect: ControlPlaneEffect, isSent: boolean): void {
    this.#world.watch.onControlPlaneEffect(effect);
    if (effect.type === 'RemoteQueueDispatch') {
      if (effect.soakDueAt !== null) this.#world.expect(effect.soakDueAt - this.#world.scenario.startAt);
      const node = this.#world.nodeOf.get(effect.host);
      if (node === undefined) return;
      if (node.parkedAt >= 0 && isSent) this.#answerPoll(node);
      return;
    }
    const { now, scenario } = this.#world;
    const event = runEventOf(effect, now, scenario.startAt);
    if (event !== null) this.#world.emit(event);
  }
}

const PLAN_TICK = { type: 'PlanTick' } as const;
const MAX_BACKUPS = 4096;
const MIN_UNKNOWN_HOSTS = 1000;
const UNANSWERED: ScheduledEvent = { type: 'HeartbeatDone', input: { type: 'HeartbeatUnanswered' } };
const NO_MANIFESTS: readonly AgentManifest[] = [];

const contentOf = ({ replayFrom, bootstrapRollouts }: HeartbeatAnswer): MessageContent => ({
  type: 'heartbeat-answer',
  replayFrom,
  bootstrapped: bootstrapRollouts.map(({ rolloutId }) => rolloutId),
});

/** The log events when the control plane's database is restored: one for each difference. */
function eventsOfRestore(before: ControlPlane, after: ControlPlane, runMs: RunMs): readonly RunEvent[] {
  const known = new Map(rolloutsOf(before).map((rollout) => [rollout.rolloutId, rollout]));
  return rolloutsOf(after).flatMap(({ rolloutId, state: to }): RunEvent[] => {
    const from = known.get(rolloutId)?.state;
    const events: RunEvent[] = [];
    if (from !== undefined && from !== to) events.push({ runMs, type: 'RolloutTransition', rolloutId, from, to });
    for (const { hostname, state } of hostsOf(after, rolloutId)) {
      const was = hostOf(before, rolloutId, hostname)?.state;
      if (was === undefined) continue;
      if (isOutstanding(before, rolloutId, hostname))
        events.push({ runMs, type: 'DispatchWithdrawn', hostname, rolloutId, because: 'backup-restored' });
      if (was !== state) events.push({ runMs, type: 'HostTransition', hostname, rolloutId, from: was, to: state });
    }
    return events;
  });
}
