import { controlPlaneCore } from '../../../src/control-plane/control-plane.ts';
import type { ControlPlaneConfig } from '../../../src/control-plane/config.ts';
import type { ControlPlaneEffect, ControlPlaneEffectType } from '../../../src/control-plane/effects.ts';
import type { ControlPlaneInput } from '../../../src/control-plane/inputs.ts';
import type { ControlPlaneRules } from '../../../src/control-plane/rules.ts';
import type { ReplyTo } from '../../../src/control-plane/inputs.ts';
import type { ControlPlane } from '../../../src/control-plane/state.ts';
import { hostOf, hostsOf, rolloutOf } from '../../../src/control-plane/reads.ts';
import type { RolloutManifest } from '../../../src/fleet/rollout-manifest.ts';
import type { OutboundEvent } from '../../../src/machine/events.ts';
import type { HostRolloutSnapshot } from '../../../src/wire/index.ts';
import { deepFreeze } from './deep-freeze.ts';

export type EventSketch = OutboundEvent extends infer E ? (E extends OutboundEvent ? Omit<E, 'seq'> : never) : never;
export type EffectOf<Type extends ControlPlaneEffectType> = Extract<ControlPlaneEffect, { readonly type: Type }>;

/** A control plane and the time, for tests: every argument is frozen before it is handed over. */
export class World {
  readonly #core;
  state: ControlPlane;
  now = 1_000_000;
  /** The effects of the last input. */
  effects: readonly ControlPlaneEffect[] = [];
  /** The effects of all inputs. */
  readonly log: ControlPlaneEffect[] = [];

  /** The last input always has a planning pass. */
  lastPlanned = false;

  constructor(parts: Partial<ControlPlaneRules> = {}, config: Partial<ControlPlaneConfig> = {}) {
    this.#core = controlPlaneCore(parts);
    this.state = this.#core.start(config);
  }

  handle<Input extends ControlPlaneInput>(input: Input): ReplyTo<Input> {
    const result = this.#core.handle(deepFreeze(this.state), deepFreeze(input), this.now);
    this.lastPlanned = input.type === 'PlanTick' || input.type === 'ManifestsVerified';
    this.state = result.controlPlane;
    this.effects = result.effects;
    this.log.push(...result.effects);
    return result.reply;
  }

  verify(...rollouts: readonly RolloutManifest[]): void {
    this.handle({ type: 'ManifestsVerified', rollouts });
  }

  tick(): void {
    this.handle({ type: 'PlanTick' });
  }

  poll(hostname: string) {
    return this.handle({ type: 'DispatchPolled', hostname }).dispatch;
  }

  heartbeat(
    hostname: string,
    currentClosure: string | null,
    rollouts: readonly HostRolloutSnapshot[] = [],
    {
      rolloutId = null,
      isComplete = true,
      undelivered = [],
    }: { rolloutId?: string | null; isComplete?: boolean; undelivered?: readonly string[] } = {},
  ) {
    return this.handle({
      type: 'HeartbeatReceived',
      heartbeat: { hostname, rolloutId, currentClosure, at: this.now, rollouts, undelivered },
      isComplete,
    });
  }

  post(hostname: string, rolloutId: string, event: OutboundEvent) {
    return this.handle({ type: 'EventReceived', envelope: { hostname, rolloutId, event, signature: null } });
  }

  /** Posts an event with the next seq. */
  send(hostname: string, rolloutId: string, event: EventSketch) {
    const seq = (hostOf(this.state, rolloutId, hostname)?.lastEventSeq ?? 0) + 1;
    return this.post(hostname, rolloutId, { ...event, seq });
  }

  ack(hostname: string, rolloutId: string) {
    return this.send(hostname, rolloutId, {
      type: 'DispatchAck',
      currentClosureAtDispatch: 'old',
      receivedAt: this.now,
    });
  }

  soak(hostname: string, rolloutId: string): void {
    if (this.host(hostname, rolloutId).state === 'Pending') this.ack(hostname, rolloutId);
    const observedCurrentClosure = this.host(hostname, rolloutId).targetClosure;
    this.send(hostname, rolloutId, {
      type: 'ActivationCompleted',
      observedCurrentClosure,
      exitCode: 0,
      completedAt: this.now,
    });
  }

  defer(hostname: string, rolloutId: string): void {
    this.ack(hostname, rolloutId);
    this.send(hostname, rolloutId, { type: 'ActivationDeferred', component: 'kernel', deferredAt: this.now });
  }

  converge(hostname: string, rolloutId: string): void {
    this.soak(hostname, rolloutId);
    this.finish(hostname, rolloutId);
  }

  /** A soaking host converges when its soak is over. */
  finish(hostname: string, rolloutId: string) {
    const { targetClosure, soakDueAt } = this.host(hostname, rolloutId);
    return this.send(hostname, rolloutId, {
      type: 'Converged',
      convergedAt: soakDueAt ?? this.now,
      currentClosure: targetClosure,
    });
  }

  fail(hostname: string, rolloutId: string): void {
    this.ack(hostname, rolloutId);
    this.send(hostname, rolloutId, { type: 'ActivationFailed', exitCode: 1, stderrTail: '', failedAt: this.now });
  }

  revert(hostname: string, rolloutId: string): void {
    this.fail(hostname, rolloutId);
    this.send(hostname, rolloutId, {
      type: 'RollbackComplete',
      revertedToClosure: 'old',
      exitCode: 0,
      completedAt: this.now,
    });
  }

  host(hostname: string, rolloutId: string) {
    const record = hostOf(this.state, rolloutId, hostname);
    if (record === null) throw new Error(`${hostname} is not part of ${rolloutId}`);
    return record;
  }

  /** The closure that a rollout means for a host; some text if it has no such host. */
  targetOf(hostname: string, rolloutId: string): string {
    return hostOf(this.state, rolloutId, hostname)?.targetClosure ?? 'none';
  }

  stateOf(hostname: string, rolloutId: string): string {
    return hostOf(this.state, rolloutId, hostname)?.state ?? 'none';
  }

  states(rolloutId: string): Readonly<Record<string, string>> {
    return Object.fromEntries(hostsOf(this.state, rolloutId).map(({ hostname, state }) => [hostname, state]));
  }

  rollout(rolloutId: string) {
    const record = rolloutOf(this.state, rolloutId);
    if (record === null) throw new Error(`there is no rollout ${rolloutId}`);
    return record;
  }

  /** The effects of one type that the last input had. */
  last<Type extends ControlPlaneEffectType>(type: Type): readonly EffectOf<Type>[] {
    return this.effects.filter((effect): effect is EffectOf<Type> => effect.type === type);
  }

  /** The hosts that the last input queued a dispatch for. */
  queued(): readonly string[] {
    return this.last('QueueDispatch').map(({ host }) => host);
  }

  /** The gate decisions of the last input, as `host gate`. */
  deferred(): readonly string[] {
    return this.last('DeferDispatch').map(({ host, gate }) => `${host} ${gate}`);
  }
}

/** What an agent says of its record. */
export function snapshot(host: string, rolloutId: string, fields: Partial<HostRolloutSnapshot>): HostRolloutSnapshot {
  const [channel = '', ref = ''] = rolloutId.split('@');
  return {
    rolloutId,
    hostname: host,
    channel,
    state: 'Activating',
    targetClosure: `${host}-${ref}`,
    currentClosureAtDispatch: 'old',
    currentClosure: null,
    dispatchedAt: 500,
    dispatchAckedAt: 600,
    activationStartedAt: null,
    activationCompletedAt: null,
    soakDueAt: 900,
    lastEventSeq: 1,
    ...fields,
  };
}
