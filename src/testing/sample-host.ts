import { newPendingHost, type HostRolloutState } from '../machine/index.ts';

const closure = (hash: string, label: string): string => `/nix/store/${hash}-nixos-system-web-01-${label}`;

/** The closures of the sample host: the one it runs, its target, and a wrong one. */
export const sampleClosures = {
  before: closure('7k2vq0a9m4xsdw8nnl1i6hj3zrfy5cbp', '25.05.20260501.4f1c2d9'),
  target: closure('c1lw8m5y0p7gq3fzx2n9rk6sav4hdjib', '25.05.20260514.a1b2c3d'),
  other: closure('p9x3zh6r1b8jn5k0wd2qv7lcmy4sagfi', '25.05.20260420.77e0b12'),
} as const;

export const sampleProbes = { main: 'http-health', observed: 'disk-headroom', evidence: 'cis-baseline' } as const;

/** 2026-05-16T10:00:00.125Z: the milliseconds reveal a time truncated to seconds. */
const DISPATCHED_AT = 1_778_925_600_125;
const SOAK_MINUTES = 60;

/** A newly dispatched host: the default start of generated paths. */
export const sampleHost: HostRolloutState = newPendingHost({
  rolloutId: 'stable@a1b2c3d',
  hostname: 'web-01',
  channel: 'stable',
  targetClosure: sampleClosures.target,
  dispatchedAt: DISPATCHED_AT,
  soakDueAt: DISPATCHED_AT + SOAK_MINUTES * 60_000,
});

const at = (minutes: number): number => DISPATCHED_AT + minutes * 60_000 + minutes;

/**
 * A record in which every field has a distinct value, so that a transition that touches the wrong field shows. No path
 * leads to it.
 */
export const crowdedHost: HostRolloutState = {
  ...sampleHost,
  currentClosureAtDispatch: sampleClosures.before,
  currentClosure: sampleClosures.other,
  revertedTo: closure('0zj7', 'earlier'),
  dispatchAckedAt: at(1),
  activationStartedAt: at(2),
  activationCompletedAt: at(3),
  activationFailedAt: at(4),
  probeObservedFirstAt: at(5),
  probeFailureFirstAt: at(6),
  convergedAt: at(7),
  failedAt: at(8),
  policyApplied: null,
  revertedAt: at(9),
  probes: {
    [sampleProbes.main]: {
      status: 'pass',
      mode: 'enforce',
      lastObservedAt: at(10),
      lastPassAt: at(10),
      failureReason: null,
    },
  },
  lastEventSeq: 20,
};
