import { notPositive, notWhole, throwProblems } from '../text/index.ts';

/** How long an agent waits before it sends an unanswered event again. */
export interface RetrySettings {
  /** The longest first wait. */
  readonly firstMs: number;
  /** No wait is ever longer. */
  readonly capMs: number;
  /** Each wait is up to this many times the one before; above 1. */
  readonly factor: number;
}

/** The numbers that an operator may turn. Durations are positive and finite. */
export interface AgentSettings {
  /** How often the runtime feeds `Tick`; the core itself does not read it. */
  readonly tickSecs: number;
  readonly heartbeatSecs: number;
  /** After a boot without an answer for this long, work starts with what the outbox tells. */
  readonly bootAnswerSecs: number;
  readonly sustainedFailureSecs: number;
  readonly retry: RetrySettings;
  /** Undelivered events that need not survive a crash, for each rollout; see `compactBacklog`. */
  readonly maxUndeliveredEvents: number;
  /** Rollouts that are remembered, the newest included. */
  readonly maxRollouts: number;
}

/** What the specification says, and where it says nothing, what serves a fleet of hundreds. */
export const DEFAULT_AGENT_SETTINGS: AgentSettings = Object.freeze({
  tickSecs: 10,
  heartbeatSecs: 60,
  bootAnswerSecs: 30,
  sustainedFailureSecs: 120,
  retry: Object.freeze({ firstMs: 1000, capMs: 60_000, factor: 2 }),
  maxUndeliveredEvents: 512,
  maxRollouts: 16,
});

/**
 * The default settings with some replaced.
 *
 * @throws RangeError that names every value out of range.
 */
export function agentSettings(overrides: Partial<AgentSettings> = {}): AgentSettings {
  const settings: AgentSettings = { ...DEFAULT_AGENT_SETTINGS, ...overrides };
  throwProblems('Agent settings', [
    notPositive('tickSecs', settings.tickSecs),
    notPositive('heartbeatSecs', settings.heartbeatSecs),
    notPositive('bootAnswerSecs', settings.bootAnswerSecs),
    notPositive('sustainedFailureSecs', settings.sustainedFailureSecs),
    notPositive('retry.firstMs', settings.retry.firstMs),
    atLeast('retry.capMs', settings.retry.capMs, settings.retry.firstMs, 'retry.firstMs'),
    settings.retry.factor > 1 && Number.isFinite(settings.retry.factor)
      ? null
      : `retry.factor: expected a number above 1, got ${settings.retry.factor}`,
    notWhole('maxUndeliveredEvents', settings.maxUndeliveredEvents, 1),
    notWhole('maxRollouts', settings.maxRollouts, 1),
  ]);
  return settings;
}

function atLeast(name: string, value: number, min: number, minName: string): string | null {
  return value >= min && Number.isFinite(value) ? null : `${name}: expected at least ${minName} (${min}), got ${value}`;
}
