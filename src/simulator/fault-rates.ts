import type { Span } from './span.ts';

/**
 * How often each fault happens by chance while faults are on. A chance is from 0 to 1; `PerHour` is the mean number
 * for one host, or for the control plane, in an hour of true time. Everything is 0 unless a scenario says otherwise.
 */
export interface FaultRates {
  readonly agentCrashesPerHour: number;
  /** Chance that an agent crashes before it performs one effect: the crash is between two of them. */
  readonly crashBeforeEffect: number;
  /** Chance that a crash loses the events that were not on disk. */
  readonly tailLost: number;
  readonly rebootsPerHour: number;
  /** Chance that a host goes offline for good, at a time evenly drawn from the hour after the start. */
  readonly offlineForGood: number;
  /** Chance that a host joins late, at a time evenly drawn from the hour after the start. */
  readonly joinsLate: number;
  readonly controlPlaneRestartsPerHour: number;
  readonly databaseLossesPerHour: number;
  /** Chances for each activation. */
  readonly activationFails: number;
  readonly wrongClosure: number;
  readonly activationDeferred: number;
  /** What it is deferred for, evenly drawn. */
  readonly deferredComponents: readonly string[];
  /** When operators reboot a deferred host; `null` if they do not while faults are on. */
  readonly deferredRebootAfter: Span | null;
  /** Chances for each activation: one of the host's probes fails, flaps, or never reports on the new closure. */
  readonly probeFails: number;
  /** How long after the activation it begins to fail. */
  readonly probeFailsAfter: Span;
  readonly probeFlaps: number;
  readonly probeFlapPeriod: Span;
  readonly probeSilent: number;
  /** Chance for each rollback. */
  readonly rollbackFails: number;
  /** Clocks are ahead or behind by up to this, and drift by up to this, evenly drawn for each host. */
  readonly clockSkewMs: number;
  readonly clockDriftPpm: number;
  /** Chances for each message. */
  readonly requestLost: number;
  readonly answerLost: number;
  readonly requestDuplicated: number;
  /** Chance that a host has a slow link throughout, and what it adds to each message, one way. */
  readonly slowLink: number;
  readonly slowLinkExtra: Span;
  readonly partitionsPerHour: number;
  readonly partitionLasts: Span;
}

export const NO_FAULTS: FaultRates = Object.freeze({
  agentCrashesPerHour: 0,
  crashBeforeEffect: 0,
  tailLost: 0,
  rebootsPerHour: 0,
  offlineForGood: 0,
  joinsLate: 0,
  controlPlaneRestartsPerHour: 0,
  databaseLossesPerHour: 0,
  activationFails: 0,
  wrongClosure: 0,
  activationDeferred: 0,
  deferredComponents: Object.freeze(['dbus', 'systemd', 'kernel', 'init']),
  deferredRebootAfter: null,
  probeFails: 0,
  probeFailsAfter: Object.freeze({ minMs: 0, maxMs: 30 * 60_000 }),
  probeFlaps: 0,
  probeFlapPeriod: Object.freeze({ minMs: 60_000, maxMs: 600_000 }),
  probeSilent: 0,
  rollbackFails: 0,
  clockSkewMs: 0,
  clockDriftPpm: 0,
  requestLost: 0,
  answerLost: 0,
  requestDuplicated: 0,
  slowLink: 0,
  slowLinkExtra: Object.freeze({ minMs: 500, maxMs: 5000 }),
  partitionsPerHour: 0,
  partitionLasts: Object.freeze({ minMs: 30_000, maxMs: 600_000 }),
});
