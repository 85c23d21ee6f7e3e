import type { HostRolloutState, RolloutPolicy } from '../../machine/index.ts';

/** What the user of `conform --url` supplies: how their control plane opens a rollout, and how its mirror is read. */
export interface ControlPlaneAdapter {
  /**
   * Opens a rollout of its own with one host, under this policy, and returns the mirror's record of it, Pending.
   * `number` counts from 1, for names that must differ.
   */
  readonly open: (wanted: { readonly policy: RolloutPolicy; readonly number: number }) => Promise<HostRolloutState>;
  /** The mirror's record now, or those of its fields that can be read; `state` and `lastEventSeq` at least. */
  readonly read: (host: Pick<HostRolloutState, 'rolloutId' | 'hostname'>) => Promise<Partial<HostRolloutState>>;
  readonly close?: () => Promise<void>;
}
