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
  const problems = [
    positive('tickSecs', settings.tickSecs),
    positive('heartbeatSecs', settings.heartbeatSecs),
    positive('bootAnswerSecs', settings.bootAnswerSecs),
    positive('sustainedFailureSecs', settings.sustainedFailureSecs),
    positive('retry.firstMs', settings.retry.firstMs),
    atLeast('retry.capMs', settings.retry.capMs, settings.retry.firstMs, 'retry.firstMs'),
    settings.retry.factor > 1 && Number.isFinite(settings.retry.factor)
      ? null
      : `retry.factor: expected a number above 1, got ${settings.retry.factor}`,
    wholeNumber('maxUndeliveredEvents', settings.maxUndeliveredEvents),
    wholeNumber('maxRollouts', settings.maxRollouts),
  ].filter((problem) => problem !== null);
  if (problems.length > 0) throw new RangeError(`Agent settings out of range. ${problems.join('; ')}.`);
  return settings;
}

function positive(name: string, value: number): string | null {
  return value > 0 && Number.isFinite(value) ? null : `${name}: expected a positive number, got ${value}`;
}

function atLeast(name: string, value: number, min: number, minName: string): string | null {
  return value >= min && Number.isFinite(value) ? null : `${name}: expected at least ${minName} (${min}), got ${value}`;
}

function wholeNumber(name: string, value: number): string | null {
  return Number.isSafeInteger(value) && value >= 1 ? null : `${name}: expected a whole number from 1, got ${value}`;
}
