import {
  type ControlPlane,
  type ControlPlaneCore,
  type ControlPlaneEffect,
  type ControlPlaneInput,
  type EventReceived,
  type ReplyTo,
} from '../control-plane/index.ts';
import type { AgentManifest, SentEvent } from '../agent/index.ts';
import { MAX_BATCH_LENGTH, type HeartbeatAnswer } from '../wire/index.ts';
import { noneDelivered, type Happening, type Post } from './happenings.ts';
import type { RolloutManifest } from '../fleet/index.ts';
import type { SimulatedHost } from './simulated-host.ts';
import { LEAST_WAIT_MS, LOST } from './message-delay.ts';
import { runEventOf } from './run-event-of.ts';
import type { MessageContent } from './message-tape.ts';
import type { World } from './world.ts';

/** The control plane of a run: the runtime around the control plane core, with its database and its open polls. */
export class ControlPlaneNode {
  /** The database: it outlives the process. */
  state: ControlPlane;
  isUp = true;

  readonly #world: World;
  readonly #core: ControlPlaneCore;

  constructor(world: World, core: ControlPlaneCore) {
    this.#world = world;
    this.#core = core;
    this.state = core.start(this.#config(null));
  }

  feed<Input extends ControlPlaneInput>(input: Input): ReplyTo<Input> {
    const { watch, scenario, now } = this.#world;
    const handled = this.#core.handle(this.state, input, scenario.startAt + now);
    this.state = handled.controlPlane;
    for (const effect of handled.effects) this.#perform(effect);
    if (handled.effects.length > 0) watch.onControlPlaneTurn();
    return handled.reply;
  }

  /** What a heartbeat of before the run has told. */
  hasHeard(node: SimulatedHost): void {
    const { name: hostname, closure: currentClosure, clock } = node;
    const at = clock.read(this.#world.now);
    const heartbeat = { hostname, rolloutId: null, currentClosure, at, rollouts: [], undelivered: [] };
    this.#world.watch.onHeartbeat(node, heartbeat);
    this.feed({ type: 'HeartbeatReceived', heartbeat, isComplete: true });
  }

  postArrives(node: SimulatedHost, post: Post, epoch: number): void {
    const requestTimeoutMs = Math.max(LEAST_WAIT_MS, this.#world.scenario.network.requestTimeoutMs);
    const { tape, now } = this.#world;
    if (!this.isUp) tape?.foundNobody(now, node.name);
    if (!this.isUp) return this.#answerPost(node, post, epoch, noneDelivered(post), requestTimeoutMs);
    const events = post.inputs.map((input) => this.#takeEvent(node, input));
    const delay = this.#world.network.delay(node, 'answer');
    tape?.answer(now, node.name, delay, () => ({ type: 'events-answer', rolloutId: post.rolloutId, events }));
    if (delay === LOST) this.#answerPost(node, post, epoch, noneDelivered(post), requestTimeoutMs);
    else this.#answerPost(node, post, epoch, events, delay);
  }

  #takeEvent(node: SimulatedHost, input: EventReceived): SentEvent {
    const { envelope } = input;
    const { event, rolloutId } = envelope;
    this.#world.watch.sender = node;
    const reply = this.feed(input);
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
    happening: Extract<Happening, { readonly type: 'Heartbeat' }>,
    epoch: number,
  ): void {
    const { queue, network, now, scenario, tape } = this.#world;
    if (this.isUp) this.#world.watch.onHeartbeat(node, happening.input.heartbeat);
    const answer = this.isUp ? this.feed(happening.input) : null;
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
    const manifests: readonly AgentManifest[] =
      snapshots.length === 0
        ? NO_MANIFESTS
        : snapshots
            .map(({ rolloutId }) => this.#world.manifestOf(node, rolloutId))
            .filter((manifest) => manifest !== null);
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

  /** A poll is answered if there is something to do, and held otherwise. */
  pollArrives(node: SimulatedHost): void {
    if (!this.isUp) return node.pollAgain(this.#world.draw(this.#world.scenario.network.pollAgain, node.name, 'poll'));
    node.parkedAt = this.#world.now;
    this.#answerPoll(node);
  }

  publish(rollouts: readonly RolloutManifest[]): void {
    this.feed({ type: 'ManifestsVerified', rollouts });
  }

  /** The process stops; what it was about to answer is never answered. */
  goDown(losesDatabase: boolean): void {
    this.isUp = false;
    this.#world.watch.onControlPlaneLife('ControlPlaneStopped');
    this.#world.emit({ runMs: this.#world.now, type: 'ControlPlaneDown' });
    if (!losesDatabase) return;
    this.state = this.#core.start(this.#config(this.#world.scenario.startAt + this.#world.now));
    this.#world.watch.onDatabaseLost();
  }

  comeUp(manifests: readonly RolloutManifest[], lostDatabase: boolean): void {
    this.isUp = true;
    this.#world.watch.onControlPlaneLife('ControlPlaneStarted');
    this.#world.emit({ runMs: this.#world.now, type: 'ControlPlaneUp' });
    if (lostDatabase) this.state = this.#core.start(this.#config(this.#world.scenario.startAt + this.#world.now));
    // What was released while it was down is fetched as it starts.
    if (manifests.some(({ channel, rolloutId }) => this.state.manifests.get(channel)?.rolloutId !== rolloutId))
      this.publish(manifests);
    for (const node of this.#world.nodes) {
      if (node.parkedAt >= 0)
        node.pollAgain(this.#world.draw(this.#world.scenario.network.pollAgain, node.name, 'poll'));
    }
  }

  /** With an empty database nothing is dispatched before the agents can have been heard. */
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

  #perform(effect: ControlPlaneEffect): void {
    this.#world.watch.onControlPlaneEffect(effect);
    if (effect.type === 'RemoteQueueDispatch') {
      if (effect.soakDueAt !== null) this.#world.expect(effect.soakDueAt - this.#world.scenario.startAt);
      const node = this.#world.nodeOf.get(effect.host);
      if (node === undefined) return;
      if (node.parkedAt >= 0) this.#answerPoll(node);
      return;
    }
    const { now, scenario } = this.#world;
    const event = runEventOf(effect, now, scenario.startAt);
    if (event !== null) this.#world.emit(event);
  }
}

const MIN_UNKNOWN_HOSTS = 1000;
const UNANSWERED: Happening = { type: 'HeartbeatDone', input: { type: 'HeartbeatUnanswered' } };
const NO_MANIFESTS: readonly AgentManifest[] = [];

const contentOf = ({ replayFrom, bootstrapRollouts }: HeartbeatAnswer): MessageContent => ({
  type: 'heartbeat-answer',
  replayFrom,
  bootstrapped: bootstrapRollouts.map(({ rolloutId }) => rolloutId),
});
