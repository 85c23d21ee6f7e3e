import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  rolloutsOf,
  type ControlPlane,
  type ControlPlaneCore,
  type ControlPlaneEffect,
  type OperatorAnswer,
} from '../../control-plane/index.ts';
import type { LogField, LogLevel } from '../../machine/index.ts';
import { isSameJson } from '../../text/index.ts';
import type { Dispatch } from '../../wire/index.ts';
import type { CancelTimer, Clock } from '../shared/clock.ts';
import type { Log, ProcessLogCode } from '../shared/log.ts';
import { TRACEPARENT_HEADER, type HostTraces } from '../shared/traces.ts';
import { ControlPlaneEngine, type Performed } from './engine.ts';
import {
  answerAgent,
  isForAgents,
  type AgentEndpoints,
  type AgentRequest,
  type Caller,
} from './http/agent-endpoints.ts';
import { tryLater, sendAnswer, type HttpAnswer } from './http/answer.ts';
import { HostConnections } from './http/host-connections.ts';
import { agentRequestOf, fetchResponse } from './http/other-servers.ts';
import { HostRates } from './http/host-rates.ts';
import { ParkedPolls } from './http/parked-polls.ts';
import { BodyRoom } from './http/read-body.ts';
import { logEffect } from './log-effect.ts';
import type { ControlPlaneLimits } from './limits.ts';
import type { VerifiedManifests } from './manifests/manifest-source.ts';
import type { Recovered } from './recover.ts';
import { ControlPlaneStats } from './stats.ts';
import type { ControlPlaneStore } from './store.ts';

/** What a service needs. */
export interface ServiceParts {
  readonly core: ControlPlaneCore;
  readonly store: ControlPlaneStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly trace: HostTraces;
  readonly limits: ControlPlaneLimits;
  readonly recovered: Recovered;
  readonly planSecs: number;
  readonly snapshotEvery: number;
  readonly retention: RetentionDays;
  readonly callerOf: (request: IncomingMessage) => Caller;
}

/** How long things are kept. */
export interface RetentionDays {
  /** The host records of a superseded rollout. */
  readonly rolloutDays: number;
  /** Lines of the event log; `null` keeps all of them. */
  readonly eventDays: number | null;
}

/** Called with all performed effects, in order. */
export type EffectListener = (effects: readonly ControlPlaneEffect[], performed: Performed) => void;

const MAX_BATCH = 500;
const MAX_BATCH_EFFECTS = 20_000;
const MS_PER_SECOND = 1000;
const MS_PER_HOUR = 3_600_000;
const MS_PER_DAY = 24 * MS_PER_HOUR;
const SNAPSHOTS_KEPT = 2;
/** If the wall clock and the steady one drift apart by more than this between two ticks, the wall clock has jumped. */
const JUMP_MS = 5000;
const MAX_LOGGED_URL = 200;
const RETRY_SECS = 5;

/** A control plane without a listener: the core, its log, the parked polls and the timers. */
export class ControlPlaneService {
  readonly engine: ControlPlaneEngine;
  readonly polls: ParkedPolls;
  readonly stats = new ControlPlaneStats();
  readonly #parts: ServiceParts;
  readonly #endpoints: AgentEndpoints;
  readonly #connections: HostConnections;
  readonly #listeners = new Set<EffectListener>();
  #cancels: CancelTimer[] = [];
  #isTicking = false;

  constructor(parts: ServiceParts) {
    const { core, store, clock, log, limits, recovered, snapshotEvery } = parts;
    this.#parts = parts;
    this.polls = new ParkedPolls(clock, limits.pollSecs * MS_PER_SECOND, limits.maxParkedPolls);
    this.engine = new ControlPlaneEngine(
      {
        core,
        store,
        clock,
        log,
        limits: { maxQueue: limits.maxQueue, maxBatch: MAX_BATCH, maxBatchEffects: MAX_BATCH_EFFECTS, snapshotEvery },
        perform: (effects, performed) => this.#perform(effects, performed),
        onSnapshot: () => this.#prune(),
      },
      recovered.folded,
      recovered.snapshotSeq,
    );
    this.#connections = new HostConnections(limits.maxConnectionsPerHost);
    this.#endpoints = {
      engine: this.engine,
      polls: this.polls,
      rates: new HostRates(clock, limits.requestsPerHostPerSec, limits.requestBurstPerHost),
      room: new BodyRoom(limits.maxBufferedBytes),
      maxBodyBytes: limits.maxBodyBytes,
      dispatchOf: (hostname) => this.#dispatchOf(hostname),
      onForbidden: (request, reason) => this.#noteForbidden(request, reason),
    };
  }

  /** The state that is on disk; read it with the functions of `nixfleet-statechart/control-plane`. */
  get controlPlane(): ControlPlane {
    return this.engine.folded.controlPlane;
  }

  /** Starts the planner and the pruning. */
  start(): void {
    const { planSecs } = this.#parts;
    this.#every(planSecs * MS_PER_SECOND, () => this.#tick());
    this.#every(MS_PER_HOUR, () => this.#tidy());
    this.#watchClock();
    this.#tick();
  }

  /** Answers a request from an agent; `false` for any other request. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const { url = '', method = '', headers, socket } = request;
    const traceparent = headers[TRACEPARENT_HEADER];
    if (!isForAgents(url)) return false;
    const caller = this.#parts.callerOf(request);
    if (caller.is === 'host' && !this.#connections.admit(socket, caller.hostname)) {
      sendAnswer(response, { ...tooManyConnections(), closes: true });
      return true;
    }
    void this.#answer(response, {
      method,
      url,
      caller,
      from: socket.remoteAddress ?? null,
      contentLength: Number(headers['content-length'] ?? 0),
      body: request,
      traceparent: typeof traceparent === 'string' ? traceparent : null,
      onGone: (callback) => response.once('close', callback),
    });
    return true;
  }

  /** The same for servers with the Fetch API; `null` if the request is not from an agent. */
  async fetch(request: Request, caller: Caller): Promise<Response | null> {
    const asked = agentRequestOf(request, caller);
    return isForAgents(asked.url) ? fetchResponse(await answerAgent(this.#endpoints, asked)) : null;
  }

  /** Resolves to why the manifests were not taken; `null` if they were taken or already known. */
  async release({ rollouts, signedAt }: VerifiedManifests): Promise<string | null> {
    const { controlPlane, signedAt: newest } = this.engine.folded;
    if (signedAt !== null && newest !== null && signedAt < newest) {
      const [is, was] = [signedAt, newest].map((time) => new Date(time).toISOString());
      return `The fleet file was signed at ${is}, but one signed at ${was} has already been released. It is not released.`;
    }
    const isKnown = rollouts.every((manifest) => isSameJson(manifest, controlPlane.manifests.get(manifest.channel)));
    if (isKnown && (signedAt === null || signedAt === newest)) return null;
    const taken = await this.engine.submit({ type: 'ManifestsVerified', rollouts }, { signedAt });
    return taken.ok ? null : `The control plane could not release the fleet file (${taken.because}).`;
  }

  /** Clears a rollout for an operator; `null` if that is not possible now. */
  async clear(rolloutId: string, operator: string, reason: string): Promise<OperatorAnswer | null> {
    const taken = await this.engine.submit({ type: 'OperatorCleared', rolloutId, operator, reason });
    return taken.ok ? taken.reply : null;
  }

  /** Calls `listener` with all effects performed from now on, until the returned function is called. */
  listen(listener: EffectListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  say(level: LogLevel, code: ProcessLogCode, message: string, fields: Readonly<Record<string, LogField>> = {}): void {
    this.#parts.log({ at: this.#parts.clock.now(), level, code, message, fields });
  }

  /** Stops planning, answers the polls, and finishes work in progress. */
  async close(): Promise<void> {
    for (const cancel of this.#cancels) cancel();
    this.#cancels = [];
    this.polls.release();
    await this.engine.close();
  }

  #perform(effects: readonly ControlPlaneEffect[], performed: Performed): void {
    this.stats.take(effects, performed);
    for (const effect of effects) {
      logEffect(this.#parts.log, effect, performed);
      if (effect.type === 'RecordTransition') {
        const { rolloutId, host: hostname, from, to } = effect;
        const { at, traceparent } = performed;
        this.#parts.trace({ hostname, rolloutId, from, to, at, traceparent });
      }
      if (effect.type === 'RemoteQueueDispatch' && this.polls.has(effect.host)) {
        const dispatch = this.#dispatchOf(effect.host);
        if (dispatch !== null) this.polls.answer(effect.host, dispatch);
      }
    }
    for (const listener of this.#listeners) listener(effects, performed);
  }

  async #answer(response: ServerResponse, request: AgentRequest): Promise<void> {
    sendAnswer(response, await answerAgent(this.#endpoints, request));
  }

  #noteForbidden({ from, url }: AgentRequest, reason: string): void {
    this.stats.noteForbidden();
    this.say('warn', 'forbidden', reason, { from, url: url.slice(0, MAX_LOGGED_URL) });
  }

  #dispatchOf(hostname: string): Dispatch | null {
    const { core, clock } = this.#parts;
    return core.handle(this.controlPlane, { type: 'DispatchPolled', hostname }, clock.now()).reply.dispatch;
  }

  #tick(): void {
    if (this.#isTicking) return;
    this.#isTicking = true;
    void this.engine.submit({ type: 'PlanTick' }).finally(() => {
      this.#isTicking = false;
    });
  }

  /** Deletes what has been kept for long enough. */
  async #tidy(): Promise<void> {
    const { clock, retention } = this.#parts;
    const supersededUntil = clock.now() - retention.rolloutDays * MS_PER_DAY;
    for (const rolloutId of expiredRollouts(this.controlPlane, supersededUntil)) {
      await this.engine.submit({ type: 'RetentionExpired', rolloutId });
    }
    await this.#prune();
  }

  async #prune(): Promise<void> {
    const { clock, store, retention } = this.#parts;
    const eventsFrom = retention.eventDays === null ? null : clock.now() - retention.eventDays * MS_PER_DAY;
    try {
      await store.prune({ snapshots: SNAPSHOTS_KEPT, eventsFrom });
    } catch (error) {
      this.say('warn', 'prune-failed', error instanceof Error ? error.message : String(error));
    }
  }

  #watchClock(): void {
    const { clock, planSecs } = this.#parts;
    let aheadMs = clock.now() - clock.elapsedMs();
    this.#every(planSecs * MS_PER_SECOND, () => {
      const jumpMs = clock.now() - clock.elapsedMs() - aheadMs;
      if (Math.abs(jumpMs) < JUMP_MS) return;
      aheadMs += jumpMs;
      this.say('warn', 'clock-jumped', 'The wall clock jumped. Soaks and holds are measured by it.', { jumpMs });
    });
  }

  #every(intervalMs: number, work: () => void | Promise<void>): void {
    let cancel: CancelTimer = () => {};
    const again = (): void => {
      cancel = this.#parts.clock.after(intervalMs, () => {
        again();
        void work();
      });
    };
    again();
    this.#cancels.push(() => cancel());
  }
}

function tooManyConnections(): HttpAnswer {
  return tryLater(429, 'connections', 'This host has too many connections open.', RETRY_SECS);
}

/** Rollouts that are over, were superseded before `time`, and still have host records. */
function expiredRollouts(controlPlane: ControlPlane, time: number): readonly string[] {
  return rolloutsOf(controlPlane)
    .filter(({ state, supersededAt }) => state === 'Superseded' && supersededAt !== null && supersededAt <= time)
    .map(({ rolloutId }) => rolloutId);
}
