import {
  agentCore,
  agentSettings,
  type Agent,
  type AgentConfig,
  type AgentEffect,
  type AgentEffectOf,
  type AgentInput,
  type AgentInputOf,
  type AgentManifest,
  type AgentRules,
  type AgentSettings,
  type OutboxEntry,
  type OutboxHeader,
  type SentEvent,
} from '../../src/agent/index.ts';
import type { HealthFailurePolicy, OutboundEvent } from '../../src/machine/events.ts';
import { newPendingHost, type HostRolloutState } from '../../src/machine/record.ts';
import { snapshotOf, type HostRolloutSnapshot } from '../../src/wire/index.ts';

export const START = 1_700_000_000_000;
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const ROLLOUT = 'stable@r1';
export const OLD_CLOSURE = 'sha256-old';
export const NEW_CLOSURE = 'sha256-new';
export const BOOT_ID = 'boot-1';

export const PROBES: AgentConfig['probes'] = [
  { probeName: 'http', kind: 'http', mode: 'enforce', intervalSecs: 30 },
  { probeName: 'disk', kind: 'evidence', mode: 'observe', intervalSecs: 1 },
  { probeName: 'off', kind: 'http', mode: 'disabled', intervalSecs: 10 },
];

export function manifest(
  overrides: Partial<AgentManifest> & { onHealthFailure?: HealthFailurePolicy } = {},
): AgentManifest {
  const { onHealthFailure = 'rollback-and-halt', ...fields } = overrides;
  return {
    rolloutId: ROLLOUT,
    hostname: 'web-01',
    channel: 'stable',
    targetClosure: NEW_CLOSURE,
    policy: { onHealthFailure },
    ...fields,
  };
}

export function dispatch(overrides: Partial<AgentInputOf<'Dispatch'>> = {}): AgentInputOf<'Dispatch'> {
  return {
    type: 'Dispatch',
    manifest: manifest(),
    soakDueAt: START + 30 * MINUTE,
    dispatchedAt: START - SECOND,
    ...overrides,
  };
}

export function boot(overrides: Partial<AgentInputOf<'Boot'>> = {}): AgentInputOf<'Boot'> {
  return {
    type: 'Boot',
    runningClosure: OLD_CLOSURE,
    bootId: BOOT_ID,
    workers: [],
    outbox: [],
    headers: [],
    manifests: [],
    ...overrides,
  };
}

export function answer(overrides: Partial<AgentInputOf<'HeartbeatAnswered'>> = {}): AgentInputOf<'HeartbeatAnswered'> {
  return {
    type: 'HeartbeatAnswered',
    replayFrom: null,
    bootstrapRollouts: [],
    manifests: [],
    batchLimit: 1,
    ...overrides,
  };
}

export function snapshot(overrides: Partial<HostRolloutState> = {}): HostRolloutSnapshot {
  const pending = newPendingHost({
    rolloutId: ROLLOUT,
    hostname: 'web-01',
    channel: 'stable',
    targetClosure: NEW_CLOSURE,
    dispatchedAt: START - SECOND,
    soakDueAt: START + 30 * MINUTE,
  });
  return snapshotOf({ ...pending, ...overrides });
}

/** The record of the rollout in three states, and what a disk holds of it. */
export const activating = snapshot({
  state: 'Activating',
  currentClosureAtDispatch: OLD_CLOSURE,
  dispatchAckedAt: START - 500,
  lastEventSeq: 2,
});

export const soaking = {
  ...activating,
  state: 'Soaking',
  currentClosure: NEW_CLOSURE,
  activationCompletedAt: START,
  lastEventSeq: 3,
} as const;

export const failed = { ...activating, state: 'Failed', lastEventSeq: 3 } as const;
export const manifests = [manifest()];
export const pending = newPendingHost({ ...manifest(), dispatchedAt: START - SECOND, soakDueAt: START + 30 * MINUTE });
export const header: OutboxHeader = {
  rolloutId: ROLLOUT,
  manifest: manifest(),
  record: pending,
  numberedTo: 64,
  bootId: BOOT_ID,
  activation: 1,
};
export const entry = (event: OutboundEvent): OutboxEntry => ({ rolloutId: ROLLOUT, event, durable: true });
export const ack = entry({
  type: 'DispatchAck',
  currentClosureAtDispatch: OLD_CLOSURE,
  receivedAt: START - 500,
  seq: 1,
});
export const started = entry({ type: 'ActivationStarted', startedAt: START - 400, switchMethod: 'switch', seq: 2 });
export const completed = {
  type: 'ActivationCompleted',
  rolloutId: ROLLOUT,
  observedCurrentClosure: NEW_CLOSURE,
  exitCode: 0,
} as const;

/** One agent with its clock: feeds inputs and remembers what came of the last one. */
export class AgentDriver {
  agent: Agent;
  now = START;
  effects: readonly AgentEffect[] = [];
  readonly #core: ReturnType<typeof agentCore>;

  constructor({
    settings = {},
    probes = PROBES,
    rules = {},
  }: { settings?: Partial<AgentSettings>; probes?: AgentConfig['probes']; rules?: Partial<AgentRules> } = {}) {
    this.#core = agentCore(rules);
    this.agent = this.#core.start({
      hostname: 'web-01',
      runningClosure: OLD_CLOSURE,
      probes,
      settings: agentSettings(settings),
    });
  }

  feed(input: AgentInput, afterMs = 0): readonly AgentEffect[] {
    this.now += afterMs;
    const turn = this.#core.handle(this.agent, input, this.now);
    this.agent = turn.agent;
    this.effects = turn.effects;
    return turn.effects;
  }

  boot(overrides: Partial<AgentInputOf<'Boot'>> = {}): readonly AgentEffect[] {
    return this.feed(boot(overrides));
  }

  /** Booted on the old closure, with nothing under way. */
  start(): this {
    this.boot();
    this.feed(answer());
    return this;
  }

  /** Activated and soaking on the new closure. */
  soak(overrides: Partial<AgentInputOf<'Dispatch'>> = {}): this {
    this.start();
    this.feed(dispatch(overrides));
    const { rolloutId, targetClosure } = overrides.manifest ?? manifest();
    this.feed({ type: 'ActivationStarted', rolloutId, switchMethod: 'switch' });
    this.feed({ type: 'ActivationCompleted', rolloutId, observedCurrentClosure: targetClosure, exitCode: 0 });
    return this;
  }

  /** Dispatched and deferred: no worker runs, and no probe. */
  defer(rolloutId: string): this {
    this.feed(dispatch({ manifest: manifest({ rolloutId }) }));
    this.feed({ type: 'ActivationDeferred', rolloutId, component: 'kernel' });
    return this;
  }

  probe(
    probeName: string,
    status: 'pass' | 'fail',
    overrides: Partial<AgentInputOf<'ProbeOutcome'>> = {},
  ): readonly AgentEffect[] {
    return this.feed({
      type: 'ProbeOutcome',
      rolloutId: this.agent.activeRolloutId ?? ROLLOUT,
      generation: this.agent.probeRuns.generation,
      probeName,
      status,
      failureReason: status === 'fail' ? 'no answer' : null,
      subResults: null,
      ...overrides,
    });
  }

  tick(afterMs = 10 * SECOND): readonly AgentEffect[] {
    return this.feed({ type: 'Tick' }, afterMs);
  }

  delivered(seq: number, outcome: SentEvent['outcome'] = 'accepted', rolloutId = ROLLOUT): readonly AgentEffect[] {
    return this.feed({ type: 'EventsDelivered', rolloutId, events: [{ seq, outcome }] });
  }

  /** Accepts everything that waits, one after the other. */
  deliverAll(rolloutId = ROLLOUT): this {
    for (let seq = this.undeliveredSeqs(rolloutId)[0]; seq !== undefined; seq = this.undeliveredSeqs(rolloutId)[0]) {
      this.delivered(seq, 'accepted', rolloutId);
    }
    return this;
  }

  record(rolloutId = ROLLOUT): HostRolloutState {
    const record = this.agent.rollouts.find((rollout) => rollout.rolloutId === rolloutId)?.record ?? null;
    if (record === null) throw new Error(`the agent has no record of ${rolloutId}`);
    return record;
  }

  hasRecord(rolloutId = ROLLOUT): boolean {
    return this.agent.rollouts.some((rollout) => rollout.rolloutId === rolloutId && rollout.record !== null);
  }

  undeliveredSeqs(rolloutId = ROLLOUT): readonly number[] {
    const rollout = this.agent.rollouts.find((candidate) => candidate.rolloutId === rolloutId);
    return rollout?.undelivered.map(({ event }) => event.seq) ?? [];
  }
}

export function ofType<Type extends AgentEffect['type']>(
  effects: readonly AgentEffect[],
  type: Type,
): readonly AgentEffectOf<Type>[] {
  return effects.filter((effect): effect is AgentEffectOf<Type> => effect.type === type);
}

export function types(effects: readonly AgentEffect[]): readonly string[] {
  return effects.map(({ type }) => type);
}

/** The tags without the header's, where a test is not about what is kept on disk. */
export function work(effects: readonly AgentEffect[]): readonly string[] {
  return types(effects).filter((type) => type !== 'WriteOutboxHeader');
}

export function emitted(effects: readonly AgentEffect[]): readonly OutboundEvent[] {
  return ofType(effects, 'LocalEmitEvent').map(({ payload }) => payload);
}

export function emittedTypes(effects: readonly AgentEffect[]): readonly string[] {
  return emitted(effects).map(({ type }) => type);
}

export function logLevels(effects: readonly AgentEffect[]): readonly string[] {
  return ofType(effects, 'EmitLog').map(({ level }) => level);
}
