import type { HostState } from '../machine/index.ts';

/** When a step of a scenario happens. */
export type When =
  | { readonly type: 'At'; readonly atMs: number }
  /** `afterMs` after the first host of the wave was dispatched. */
  | { readonly type: 'WaveStarts'; readonly channel: string; readonly wave: number; readonly afterMs: number }
  /** `afterMs` after the host's agent first entered this state. */
  | { readonly type: 'HostEnters'; readonly host: string; readonly state: HostState; readonly afterMs: number };
