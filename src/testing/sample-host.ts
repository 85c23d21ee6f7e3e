import { newPendingHost, type HostRolloutState } from '../machine/index.ts';

const closure = (hash: string, label: string): string => `/nix/store/${hash}-nixos-system-web-01-${label}`;

/** What the host of the generated paths runs, is to run, and may by mistake come to run. */
export const sampleClosures = {
  before: closure('7k2vq0a9m4xsdw8nnl1i6hj3zrfy5cbp', '25.05.20260501.4f1c2d9'),
  target: closure('c1lw8m5y0p7gq3fzx2n9rk6sav4hdjib', '25.05.20260514.a1b2c3d'),
  other: closure('p9x3zh6r1b8jn5k0wd2qv7lcmy4sagfi', '25.05.20260420.77e0b12'),
} as const;

export const sampleProbes = { main: 'http-health', observed: 'disk-headroom', evidence: 'cis-baseline' } as const;

/** 2026-05-16T10:00:00.125Z: milliseconds show whether a time was cut to the second. */
const DISPATCHED_AT = 1_778_925_600_125;
const SOAK_MINUTES = 60;

/** A host that was just dispatched: where a generated path begins by default. */
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
 * A record in which every field has a value of its own, as no single life can leave it behind: it shows a transition
 * that touches a field which it should leave alone.
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
