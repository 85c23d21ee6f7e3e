import { DEFAULT_DURATIONS, type Durations } from '../simulator/index.ts';

/** Durations to assume without measurements. */
export const PLAN_DURATIONS: Durations = Object.freeze({
  ...DEFAULT_DURATIONS,
  activation: { minMs: 20_000, maxMs: 120_000 },
  rollback: { minMs: 10_000, maxMs: 60_000 },
  probe: { minMs: 500, maxMs: 5000 },
  reboot: { minMs: 60_000, maxMs: 240_000 },
});
