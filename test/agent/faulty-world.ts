import {
  agentCore,
  agentSettings,
  type Agent,
  type AgentCore,
  type AgentEffect,
  type AgentEffectHandlers,
  type AgentInput,
  type AgentInputOf,
  type AgentManifest,
  type AgentRules,
  type OutboxEntry,
  type OutboxHeader,
  type SentEvent,
} from '../../src/agent/index.ts';
import type { OutboundEvent } from '../../src/machine/events.ts';
import { newPendingHost, type HostRolloutState } from '../../src/machine/record.ts';
import { step } from '../../src/machine/step.ts';
import { snapshotOf } from '../../src/wire/index.ts';
import { toHostEvent } from '../../src/machine/index.ts';
import { answer, manifest, NEW_CLOSURE, OLD_CLOSURE, PROBES, START } from './agent-driver.ts';

const BOOT_ANSWER_MS = 30_000;

export const ROLLOUT_IDS = ['stable@r1', '__proto__'] as const;

/** What one step of a random history does. */
export type WorldOp =
  | { readonly op: 'feed'; readonly input: AgentInput; readonly crashAfter: number | null }
  | {
      readonly op: 'probe';
      readonly probeName: string;
      readonly status: 'pass' | 'fail';
      readonly crashAfter: number | null;
    }
  | { readonly op: 'dispatch'; readonly rollout: number; readonly crashAfter: number | null }
  | {
      readonly op: 'post';
      readonly rollout: number;
      readonly fate: 'answered' | 'lost' | 'answer-lost' | 'delayed';
      readonly crashAfter: number | null;
    }
  | { readonly op: 'late-post' }
  | { readonly op: 'look' }
  | {
      readonly op: 'answer';
      readonly fresh: boolean;
      readonly replayFrom: number | null;
      readonly batchLimit: number;
      readonly crashAfter: number | null;
    }
  | { readonly op: 'flush' }
  | { readonly op: 'wait'; readonly ms: number }
  | { readonly op: 'crash'; readonly rebooted: boolean; readonly runsNew: boolean };

interface Post {
  readonly rolloutId: string;
  readonly event: OutboundEvent;
}

/** One agent, its disk, a network that loses and delays, and a control plane that mirrors. Throws at what must never be. */
export class FaultyWorld {
  readonly #core: AgentCore;
  readonly #manifests: readonly AgentManifest[] = ROLLOUT_IDS.map((rolloutId) => manifest({ rolloutId }));
  #agent: Agent;
  #now = START;
  #running = OLD_CLOSURE;
  #workersMayStart = false;
  #boots = 1;
  #bootedAt = START;

  #disk: OutboxEntry[] = [];
  #tail: OutboxEntry[] = [];
  readonly #headers = new Map<string, OutboxHeader>();
  readonly #pending = new Map<string, readonly OutboundEvent[]>();
  #delayed: Post[] = [];

  /** By rollout and number, every event ever emitted. */
  readonly #emitted = new Map<string, OutboundEvent>();
  readonly #durable = new Set<string>();
  readonly #received = new Set<string>();
  readonly #mirror = new Map<string, HostRolloutState>();
  #seen: ReturnType<FaultyWorld['look']> = [];
  crashes = 0;

  constructor(rules: Partial<AgentRules> = {}) {
    this.#core = agentCore(rules);
    this.#agent = this.#start();
    for (const { rolloutId, channel, hostname, targetClosure } of this.#manifests) {
      this.#mirror.set(
        rolloutId,
        newPendingHost({ rolloutId, channel, hostname, targetClosure, dispatchedAt: START, soakDueAt: START + 60_000 }),
      );
    }
    this.#boot(false);
  }

  get emittedCount(): number {
    return this.#emitted.size;
  }

  run(op: WorldOp): void {
    switch (op.op) {
      case 'feed':
        return this.#feed(op.input, op.crashAfter);
      case 'probe':
        return this.#feed(this.#outcome(op.probeName, op.status), op.crashAfter);
      case 'dispatch':
        return this.#feed(this.#dispatch(op.rollout), op.crashAfter);
      case 'post':
        return this.#post(rolloutAt(op.rollout), op.fate, op.crashAfter);
      case 'late-post': {
        const post = this.#delayed.shift();
        if (post !== undefined) this.#receive(post);
        return;
      }
      case 'look':
        this.#seen = this.look();
        return;
      case 'answer': {
        const snapshots = op.fresh ? this.look() : this.#seen;
        return this.#feed(
          {
            type: 'HeartbeatAnswered',
            replayFrom: op.replayFrom,
            bootstrapRollouts: snapshots,
            manifests: this.#manifests,
            batchLimit: op.batchLimit,
          },
          op.crashAfter,
        );
      }
      case 'flush':
        this.#flush();
        return;
      case 'wait':
        this.#now += op.ms;
        return this.#feed({ type: 'Tick' }, null);
      case 'crash':
        this.#running = op.runsNew ? NEW_CLOSURE : OLD_CLOSURE;
        return this.#crash(op.rebooted);
    }
  }

  /** Faults stop: everything is answered, and then nothing durable may be missing. */
  settle(): void {
    this.#crash(false);
    this.#feed(answer({ bootstrapRollouts: this.look(), manifests: this.#manifests, batchLimit: 2 }), null);
    for (let left = this.#disk.length + this.#tail.length + 1; left > 0 && this.#pending.size > 0; left -= 1) {
      for (const rolloutId of ROLLOUT_IDS) this.#post(rolloutId, 'answered', null);
    }
    demand(this.#disk.length === 0 && this.#pending.size === 0, 'the outbox is not emptied');
    this.#feed(answer({ bootstrapRollouts: this.look(), manifests: this.#manifests, batchLimit: 2 }), null);
    for (const { rolloutId, record } of this.#agent.rollouts) {
      const mirrored = this.#mirror.get(rolloutId);
      if (record === null || mirrored === undefined) continue;
      demand(
        isMirrored(record, mirrored),
        `${rolloutId} is ${record.state} ${record.lastEventSeq} here and ${mirrored.state} ${mirrored.lastEventSeq} there`,
      );
    }
    for (const key of this.#durable) demand(this.#received.has(key), `the durable event ${key} never arrived`);
  }

  look() {
    return [...this.#mirror.values()].map(snapshotOf);
  }

  #start(): Agent {
    const settings = agentSettings({ maxUndeliveredEvents: 12 });
    return this.#core.start({ hostname: 'web-01', runningClosure: OLD_CLOSURE, probes: PROBES, settings });
  }

  #boot(rebooted: boolean): void {
    if (rebooted) this.#boots += 1;
    this.#workersMayStart = false;
    this.#bootedAt = this.#now;
    const input: AgentInput = {
      type: 'Boot',
      runningClosure: this.#running,
      bootId: `boot-${this.#boots}`,
      workers: [],
      outbox: [...this.#disk],
      headers: [...this.#headers.values()],
      manifests: [],
    };
    this.#feed(input, null);
  }

  #crash(rebooted: boolean): void {
    this.crashes += 1;
    this.#tail = [];
    this.#pending.clear();
    this.#agent = this.#start();
    this.#boot(rebooted);
  }

  #feed(input: AgentInput, crashAfter: number | null): void {
    const before = deepFreeze(this.#agent);
    const isGivenUp =
      input.type === 'HeartbeatUnanswered' || (input.type === 'Tick' && this.#now >= this.#bootedAt + BOOT_ANSWER_MS);
    this.#workersMayStart ||= input.type === 'HeartbeatAnswered' || isGivenUp;
    const { agent, effects } = this.#core.handle(before, deepFreeze(input), this.#now);
    if (input.type !== 'Boot') checkNoneMovedBack(before, agent);
    this.#agent = agent;
    if (crashAfter === null || crashAfter >= effects.length) {
      this.#perform(effects);
      return;
    }
    this.#perform(effects.slice(0, crashAfter));
    this.#crash(false);
  }

  #perform(effects: readonly AgentEffect[]): void {
    const ignore = (): void => undefined;
    const start = (): void => demand(this.#workersMayStart, 'a worker started before the boot was over');
    const handlers: AgentEffectHandlers = {
      LocalFireSwitch: start,
      LocalFireRollbackTo: start,
      LocalResetProbeCache: ignore,
      LocalEmitEvent: ({ rolloutId, payload, durable }) => this.#append({ rolloutId, event: payload, durable }),
      RecordTransition: ignore,
      EmitMetric: ignore,
      EmitLog: ignore,
      SendEvents: ({ rolloutId, events }) => this.#send(rolloutId, events),
      RemoveFromOutbox: ({ rolloutId, seq }) => {
        const isOther = (entry: OutboxEntry): boolean => entry.rolloutId !== rolloutId || entry.event.seq !== seq;
        this.#disk = this.#disk.filter(isOther);
        this.#tail = this.#tail.filter(isOther);
      },
      WriteOutboxHeader: ({ header }) => void this.#headers.set(header.rolloutId, header),
      RemoveOutboxHeader: ({ rolloutId }) => void this.#headers.delete(rolloutId),
      StartProbes: start,
      StopProbes: ignore,
      SendHeartbeat: ignore,
    };
    // Not by `performAgentEffects`, which awaits: a history is one synchronous function. Each handler takes the effect of
    // its own tag.
    for (const effect of effects) (handlers[effect.type] as (effect: AgentEffect) => void)(effect);
  }

  #append(entry: OutboxEntry): void {
    const key = keyOf(entry.rolloutId, entry.event);
    demand(!this.#emitted.has(key), `${key} was used before`);
    const earlier = this.#waiting(entry.rolloutId).map(({ event }) => event.seq);
    demand(
      earlier.every((seq) => seq < entry.event.seq),
      `${key} entered the outbox behind a later one`,
    );
    this.#emitted.set(key, entry.event);
    this.#tail.push(entry);
    if (!entry.durable) return;
    this.#durable.add(key);
    this.#flush();
  }

  #send(rolloutId: string, events: readonly OutboundEvent[]): void {
    const waiting = this.#waiting(rolloutId).slice(0, events.length);
    demand(
      events.length > 0 && events.every(({ seq }, index) => waiting[index]?.event.seq === seq),
      `${rolloutId}: ${events.map(({ seq }) => seq).join(', ')} are not the next in order`,
    );
    this.#pending.set(rolloutId, events);
  }

  #post(rolloutId: string, fate: 'answered' | 'lost' | 'answer-lost' | 'delayed', crashAfter: number | null): void {
    const events = this.#pending.get(rolloutId);
    if (events === undefined) return;
    this.#pending.delete(rolloutId);
    const sent = events.map((event): SentEvent => {
      const post = { rolloutId, event };
      if (fate === 'delayed') this.#delayed.push(post);
      const reached = fate === 'answered' || fate === 'answer-lost' ? this.#receive(post) : 'not-delivered';
      return { seq: event.seq, outcome: fate === 'answered' ? reached : 'not-delivered' };
    });
    this.#feed({ type: 'EventsDelivered', rolloutId, events: sent }, crashAfter);
  }

  #receive({ rolloutId, event }: Post): 'accepted' | 'refused' {
    const key = keyOf(rolloutId, event);
    const record = this.#mirror.get(rolloutId);
    if (record === undefined) return 'accepted';
    if (event.seq <= record.lastEventSeq) {
      demand(
        !this.#durable.has(key) || this.#received.has(key),
        `the durable ${key} is taken for a repetition of another`,
      );
      return 'accepted';
    }
    this.#received.add(key);
    const result = step(record, toHostEvent(event), this.#now, { onHealthFailure: 'rollback-and-halt' });
    if (result.ok) this.#mirror.set(rolloutId, result.state);
    return !result.ok && result.error.kind === 'Invariant' ? 'refused' : 'accepted';
  }

  #flush(): void {
    this.#disk.push(...this.#tail);
    this.#tail = [];
  }

  #waiting(rolloutId: string): readonly OutboxEntry[] {
    return [...this.#disk, ...this.#tail].filter((entry) => entry.rolloutId === rolloutId);
  }

  #dispatch(rollout: number): AgentInputOf<'Dispatch'> {
    const target = this.#manifests[rollout % this.#manifests.length] ?? manifest();
    return { type: 'Dispatch', manifest: target, dispatchedAt: START, soakDueAt: START + 60_000 };
  }

  #outcome(probeName: string, status: 'pass' | 'fail'): AgentInput {
    const { activeRolloutId, probeRuns } = this.#agent;
    const rolloutId = activeRolloutId ?? ROLLOUT_IDS[0];
    return {
      type: 'ProbeOutcome',
      rolloutId,
      generation: probeRuns.generation,
      probeName,
      status,
      failureReason: null,
      subResults: null,
    };
  }
}

function rolloutAt(index: number): string {
  return ROLLOUT_IDS[index % ROLLOUT_IDS.length] ?? ROLLOUT_IDS[0];
}

function checkNoneMovedBack(before: Agent, after: Agent): void {
  for (const { rolloutId, record } of before.rollouts) {
    const next = after.rollouts.find((rollout) => rollout.rolloutId === rolloutId)?.record;
    if (record === null || next === undefined || next === null) continue;
    demand(next.lastEventSeq >= record.lastEventSeq, `the record of ${rolloutId} moved back`);
  }
}

function isMirrored(record: HostRolloutState, mirrored: HostRolloutState): boolean {
  return (
    record.state === mirrored.state &&
    record.currentClosure === mirrored.currentClosure &&
    record.revertedTo === mirrored.revertedTo &&
    record.lastEventSeq === mirrored.lastEventSeq
  );
}

function keyOf(rolloutId: string, event: OutboundEvent): string {
  return `${rolloutId} #${event.seq}`;
}

function demand(holds: boolean, message: string): void {
  if (!holds) throw new Error(message);
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
  return value;
}
