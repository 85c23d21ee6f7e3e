import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  controlPlaneCore,
  type ControlPlane,
  type ControlPlaneConfig,
  type OperatorAnswer,
} from '../../control-plane/index.ts';
import type { Problem } from '../../text/index.ts';
import { systemClock, type Clock } from '../shared/clock.ts';
import { jsonLog, type Log } from '../shared/log.ts';
import { findUnusable } from '../shared/start-listening.ts';
import type { HostTraces } from '../shared/traces.ts';
import type { Caller } from './http/agent-endpoints.ts';
import { problem, sendAnswer } from './http/answer.ts';
import { callerOf, isLoopback } from './http/client-certificate.ts';
import { listenAt, type Listen, type Listener } from './http/listen.ts';
import { controlPlaneLimits, type ControlPlaneLimits } from './limits.ts';
import type { ManifestSource, VerifiedManifests } from './manifests/manifest-source.ts';
import { serveHealth, serveOperator } from './operator/operator-endpoints.ts';
import { RunStreams } from './operator/run-streams.ts';
import { recover } from './recover.ts';
import { ControlPlaneService, type EffectListener, type RetentionDays } from './service.ts';
import type { ControlPlaneStore } from './store.ts';

/** The options of a control plane. */
export interface ControlPlaneOptions {
  /** Closed with the control plane, and also if the control plane cannot be started. */
  readonly store: ControlPlaneStore;
  /** Where fleet files come from. Without it, only `release` of the handle releases anything. */
  readonly manifests?: ManifestSource;
  readonly clock?: Clock;
  readonly log?: Log;
  /** Such as `openTelemetryTraces()`; no traces by default. */
  readonly trace?: HostTraces;
  /** Where agents are served; `null` for nowhere, if your own server calls `handle`. */
  readonly listen?: Listen | null;
  /** Where operators are served; nowhere by default. */
  readonly operator?: OperatorListen | null;
  /** Identifies the sender of a request. By default, the host in the client certificate; without TLS, any host. */
  readonly callerOf?: (request: IncomingMessage) => Caller;
  readonly config?: Partial<ControlPlaneConfig>;
  readonly limits?: Partial<ControlPlaneLimits>;
  /** How often the planner runs. 15 s by default. */
  readonly planSecs?: number;
  /** Recorded inputs between two snapshots. 100,000 by default. */
  readonly snapshotEvery?: number;
  readonly retention?: Partial<RetentionDays>;
  /** Called with all performed effects, after they are on disk and before the inputs are answered. */
  readonly onPerformed?: EffectListener;
}

/** Where operators are served, apart from the agents (docs/operating.md). */
export interface OperatorListen {
  /** Loopback by default. Any other address needs `token`. */
  readonly host?: string;
  /** 0, the default, for any free port. */
  readonly port?: number;
  /** The operator's secret. Without one, only local requests are served. */
  readonly token?: string;
  /** The page that `/` serves. */
  readonly page?: string;
}

/** A running control plane. */
export interface RunningControlPlane {
  /** Where agents are served, such as `http://127.0.0.1:8080`; `null` if nowhere. */
  readonly address: string | null;
  /** Where operators are served; `null` if nowhere. */
  readonly operatorAddress: string | null;
  /** For your own server: answers a request from an agent; `false`, without an answer, for any other request. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => boolean;
  /**
   * The same for a server with the Fetch API; `null` if the request is not from an agent.
   *
   * @param caller who sent it, as established by the server
   */
  readonly fetch: (request: Request, caller: Caller) => Promise<Response | null>;
  /** The state that is on disk; read it with the functions of `nixfleet-statechart/control-plane`. */
  readonly controlPlane: () => ControlPlane;
  /** Releases manifests that were verified elsewhere. Resolves to why they were not taken; `null` if they were. */
  readonly release: (manifests: VerifiedManifests) => Promise<string | null>;
  /** Reads the manifests again. */
  readonly reload: () => Promise<void>;
  /** Clears a rollout for an operator; `null` if that is not possible now. */
  readonly clear: (rolloutId: string, operator: string, reason: string) => Promise<OperatorAnswer | null>;
  /** Answers pending requests, accepts no more, and closes the store. */
  readonly close: () => Promise<void>;
  /** Resolves when it is closed. Rejects if it had to stop: another control plane writes to its store. */
  readonly ended: Promise<void>;
}

const DEFAULT_PLAN_SECS = 15;
const DEFAULT_SNAPSHOT_EVERY = 100_000;
const DEFAULT_RETENTION: RetentionDays = { rolloutDays: 30, eventDays: null };

/**
 * Starts a control plane: recovers its state from the store, listens, and plans until it is closed.
 *
 * @throws RangeError for options out of range; RuntimeProblem for a store that cannot be used or an address that cannot
 * be listened on. Nothing is left half started.
 */
export async function runControlPlane(options: ControlPlaneOptions): Promise<RunningControlPlane> {
  const { store, manifests = null } = options;
  const opened: (() => Promise<unknown>)[] = [async () => store.close()];
  try {
    const service = await startService(options);
    opened.unshift(() => service.close());
    if (options.onPerformed !== undefined) service.listen(options.onPerformed);
    const listener = await startListener(options, service);
    if (listener !== null) opened.unshift(() => listener.close());
    const operator = await startOperator(options, service);
    if (operator !== null) opened.unshift(() => operator.close());
    service.start();
    service.say('info', 'started', 'The control plane serves its agents.', {
      address: listener?.address ?? null,
      operatorAddress: operator?.address ?? null,
    });
    await manifests?.start({
      onManifests: (verified) => service.release(verified),
      onProblem: (message) => service.say('error', 'manifests', message),
    });
    return handleOf(options, service, listener, operator);
  } catch (error) {
    for (const close of opened) await close();
    throw error;
  }
}

/** Finds the addresses that a control plane cannot listen on. Call it before opening the store. */
export function findUnusableAddresses({
  listen = {},
  operator = null,
}: Pick<ControlPlaneOptions, 'listen' | 'operator'>): Promise<readonly Problem[]> {
  return findUnusable([listen, operator].filter((address) => address !== null));
}

async function startService(options: ControlPlaneOptions): Promise<ControlPlaneService> {
  const { store, clock = systemClock(), config = {}, planSecs = DEFAULT_PLAN_SECS } = options;
  const limits = controlPlaneLimits(options.limits);
  const core = controlPlaneCore();
  const log = options.log ?? jsonLog((line) => process.stdout.write(line));
  const recovered = await recover(core, store, clock, config);
  const service = new ControlPlaneService({
    core,
    store,
    clock,
    log,
    trace: options.trace ?? (() => {}),
    limits,
    recovered,
    planSecs,
    snapshotEvery: options.snapshotEvery ?? DEFAULT_SNAPSHOT_EVERY,
    retention: { ...DEFAULT_RETENTION, ...options.retention },
    callerOf: options.callerOf ?? callerOf,
  });
  const { folded, refolded, wasEmpty } = recovered;
  const message = wasEmpty
    ? 'The store is empty: nothing is dispatched before the agents are heard.'
    : 'The state was recovered.';
  service.say('info', 'recovered', message, { inputs: folded.seq, refolded });
  return service;
}

async function startListener(
  { listen = {}, limits }: ControlPlaneOptions,
  service: ControlPlaneService,
): Promise<Listener | null> {
  if (listen === null) return null;
  return listenAt(listen, controlPlaneLimits(limits), (request, response) => {
    if (service.handle(request, response) || serveHealth(service, request.url ?? '', response)) return;
    sendAnswer(response, problem(404, 'path', 'There is nothing at this path.'));
  });
}

async function startOperator(
  { operator = null, store, limits, clock = systemClock() }: ControlPlaneOptions,
  service: ControlPlaneService,
): Promise<Listener | null> {
  if (operator === null) return null;
  const { host = '127.0.0.1', port = 0, token = null, page = null } = operator;
  if (token === null && !isLoopback(host)) {
    throw new RangeError(
      `Without a token, anyone who reaches ${host} could clear rollouts: give a token, or listen on 127.0.0.1.`,
    );
  }
  const streams = new RunStreams(service, store, clock);
  const endpoints = { service, store, clock, token, streams, page };
  const address = { host, port, letAnyoneSpeakForAnyHost: true };
  const listener = await listenAt(address, controlPlaneLimits(limits), (request, response) =>
    serveOperator(endpoints, request, response),
  );
  return {
    address: listener.address,
    close: async () => {
      streams.close();
      await listener.close();
    },
  };
}

function handleOf(
  { store, manifests }: ControlPlaneOptions,
  service: ControlPlaneService,
  listener: Listener | null,
  operator: Listener | null,
): RunningControlPlane {
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closing ??= shutDown();
    return closing;
  };
  async function shutDown(): Promise<void> {
    manifests?.close();
    // First the requests are answered, then the connections closed, then the store.
    const listenersClosed = Promise.all([listener, operator].map(async (each) => each?.close()));
    await service.close();
    await listenersClosed;
    await store.close();
    service.say('info', 'stopped', 'The control plane has stopped.');
    hasEnded();
  }
  let hasEnded: () => void = () => {};
  const ended = new Promise<void>((resolve, reject) => {
    hasEnded = resolve;
    void rejectOnFatal(reject);
  });
  async function rejectOnFatal(reject: (error: Error) => void): Promise<void> {
    reject(await service.engine.fatal);
    await close();
  }
  // It was logged, so a caller that does not await the end need not handle it.
  ended.catch(() => {});
  return {
    address: listener?.address ?? null,
    operatorAddress: operator?.address ?? null,
    handle: (request, response) => service.handle(request, response),
    fetch: (request, caller) => service.fetch(request, caller),
    controlPlane: () => service.controlPlane,
    release: (verified) => service.release(verified),
    reload: async () => manifests?.reload(),
    clear: (rolloutId, operator, reason) => service.clear(rolloutId, operator, reason),
    close,
    ended,
  };
}
