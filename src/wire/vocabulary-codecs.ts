import type { HealthFailurePolicy, ProbeMode, ProbeStatus } from '../machine/events.ts';
import type { HostState } from '../machine/record.ts';
import type { Codec } from './codec.ts';
import { oneOf } from './scalars.ts';

// A type leaves nothing behind to check against at run time. These tables do, and one that lacks a name, or has one too
// many, does not compile.

export const probeMode: Codec<ProbeMode> = oneOf({
  enforce: true,
  observe: true,
  disabled: true,
} satisfies Record<ProbeMode, true>);

export const probeStatus: Codec<ProbeStatus> = oneOf({ pass: true, fail: true } satisfies Record<ProbeStatus, true>);

export const healthFailurePolicy: Codec<HealthFailurePolicy> = oneOf({
  halt: true,
  'rollback-and-halt': true,
} satisfies Record<HealthFailurePolicy, true>);

export const hostState: Codec<HostState> = oneOf({
  Pending: true,
  Activating: true,
  Deferred: true,
  Soaking: true,
  Converged: true,
  Failed: true,
  Reverted: true,
} satisfies Record<HostState, true>);
