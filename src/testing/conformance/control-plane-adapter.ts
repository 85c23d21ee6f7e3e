import type { HostRolloutState, RolloutPolicy } from '../../machine/index.ts';

/** The user of `conform --url` supplies this: how to open a rollout, and how to read the mirror. */
export interface ControlPlaneAdapter {
  /**
   * Opens a new rollout with one host under this policy, and returns the mirror's Pending record. `number` counts from
   * 1, to make names unique.
   */
  readonly open: (wanted: { readonly policy: RolloutPolicy; readonly number: number }) => Promise<HostRolloutState>;
  /** The mirror's current record, or its visible fields: at least `state` and `lastEventSeq`. */
  readonly read: (host: Pick<HostRolloutState, 'rolloutId' | 'hostname'>) => Promise<Partial<HostRolloutState>>;
  readonly close?: () => Promise<void>;
}
