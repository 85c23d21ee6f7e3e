import type { RetrySettings } from './agent-settings.ts';

/** A wait of `afterMs` and a random part of `jitterMs`. */
export interface RetryDelay {
  readonly afterMs: number;
  readonly jitterMs: number;
}

const AT_ONCE: RetryDelay = Object.freeze({ afterMs: 0, jitterMs: 0 });

/**
 * How long to wait before an event is sent again that got no answer `failedAttempts` times (specification: agent, rule
 * 4). The ranges of successive waits touch and do not overlap, so that jitter never makes a wait shorter than the one
 * before; at the cap they are all the same.
 */
export function retryDelay(retry: RetrySettings, failedAttempts: number): RetryDelay {
  if (failedAttempts === 0) return AT_ONCE;
  const longestMs = longestWaitMs(retry, failedAttempts);
  const previousMs = longestWaitMs(retry, failedAttempts - 1);
  const afterMs = Math.max(Math.floor(longestMs / retry.factor), previousMs < longestMs ? previousMs : 0);
  return { afterMs, jitterMs: longestMs - afterMs };
}

function longestWaitMs(retry: RetrySettings, failedAttempts: number): number {
  return Math.floor(Math.min(retry.capMs, retry.firstMs * retry.factor ** (failedAttempts - 1)));
}
