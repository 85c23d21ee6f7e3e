import { notPositive, notWhole, throwProblems } from '../../text/index.ts';

/** The limits of a control plane's work and memory. Over a limit, the answer is 413, 429 or 503 (docs/operating.md). */
export interface ControlPlaneLimits {
  /** Per request. */
  readonly maxBodyBytes: number;
  /** Of all requests whose bodies are being read. */
  readonly maxBufferedBytes: number;
  /** Requests of one host, on average. */
  readonly requestsPerHostPerSec: number;
  /** Requests of one host in a burst. */
  readonly requestBurstPerHost: number;
  /** Polls that may wait at once. */
  readonly maxParkedPolls: number;
  /** How long a poll waits for a dispatch. */
  readonly pollSecs: number;
  /** Inputs that may wait for a commit. */
  readonly maxQueue: number;
  readonly maxConnections: number;
  /** Per host, by its certificate. */
  readonly maxConnectionsPerHost: number;
  /** How long a client may take to send the head of a request. */
  readonly headerSecs: number;
  /** How long it may take to send the whole request. */
  readonly requestSecs: number;
  /** How long a connection without a request is kept. */
  readonly idleSecs: number;
}

/** Enough for 100,000 hosts on one machine. */
export const DEFAULT_LIMITS: ControlPlaneLimits = Object.freeze({
  maxBodyBytes: 4 * 1024 * 1024,
  maxBufferedBytes: 256 * 1024 * 1024,
  requestsPerHostPerSec: 50,
  requestBurstPerHost: 500,
  maxParkedPolls: 200_000,
  pollSecs: 60,
  maxQueue: 20_000,
  maxConnections: 250_000,
  maxConnectionsPerHost: 16,
  headerSecs: 10,
  requestSecs: 60,
  idleSecs: 90,
});

/**
 * The default limits, with some replaced.
 *
 * @throws RangeError that names every value out of range.
 */
export function controlPlaneLimits(overrides: Partial<ControlPlaneLimits> = {}): ControlPlaneLimits {
  const limits: ControlPlaneLimits = { ...DEFAULT_LIMITS, ...overrides };
  throwProblems('Control plane limits', [
    notWhole('maxBodyBytes', limits.maxBodyBytes, 1),
    notWhole('maxBufferedBytes', limits.maxBufferedBytes, 1),
    notPositive('requestsPerHostPerSec', limits.requestsPerHostPerSec),
    notWhole('requestBurstPerHost', limits.requestBurstPerHost, 1),
    notWhole('maxParkedPolls', limits.maxParkedPolls, 0),
    notPositive('pollSecs', limits.pollSecs),
    notWhole('maxQueue', limits.maxQueue, 1),
    notWhole('maxConnections', limits.maxConnections, 1),
    notWhole('maxConnectionsPerHost', limits.maxConnectionsPerHost, 1),
    notPositive('headerSecs', limits.headerSecs),
    notPositive('requestSecs', limits.requestSecs),
    notPositive('idleSecs', limits.idleSecs),
  ]);
  return limits;
}
