import { notPositive, notWhole, throwProblems } from '../text/index.ts';

/** How long an agent waits before it sends an unanswered event again. */
export interface RetrySettings {
  /** The upper bound of the first wait. */
  readonly firstMs: number;
  /** The upper bound of any wait. */
  readonly capMs: number;
  /** Each wait is at most this many times the previous one. Above 1. */
  readonly factor: number;
}

/** What an operator may configure. Durations are positive and finite. */
export interface AgentSettings {
  /** How often the runtime feeds `Tick`; the core itself does not read it. */
  readonly tickSecs: number;
  readonly heartbeatSecs: number;
  /** How long to wait for an answer after boot. After that, work starts from the outbox alone. */
  readonly bootAnswerSecs: number;
  readonly sustainedFailureSecs: number;
  readonly retry: RetrySettings;
  /** The limit of undelivered events per rollout, above which `compactBacklog` runs. */
  readonly maxUndeliveredEvents: number;
  /** How many rollouts to remember, including the newest. */
  readonly maxRollouts: number;
}

/** The specification's values and, where it has none, values that suit a fleet of hundreds of hosts. */
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
