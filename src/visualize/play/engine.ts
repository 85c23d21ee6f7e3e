import type { HostEventType, RolloutPolicy } from '../../machine/index.ts';
import type { RolloutEventType } from '../../rollout/index.ts';
import {
  engines as machines,
  type ChartEvent,
  type ChartRecord,
  type Engine as MachineEngine,
  type MachineName,
} from '../../testing/index.ts';
import { hostEventFormFields, rolloutEventFields, type FormField } from './event-fields.ts';
import { valuesRead, type ValueRead } from './values-read.ts';

export type {
  ChartEvent as PlayEvent,
  ChartRecord as PlayRecord,
  ChartRefusal as PlayRefusal,
  ChartResult as PlayResult,
  MachineName,
} from '../../testing/index.ts';

/** A machine's engine, with what the page needs to edit events and to explain guards. */
export interface PlayEngine extends MachineEngine {
  readonly fieldsOf: (type: string) => readonly FormField[];
  /** The values that the guard reads to decide. */
  readonly guardValues: (
    guard: string,
    record: ChartRecord,
    event: ChartEvent,
    policy: RolloutPolicy,
  ) => readonly ValueRead[];
}

const playable = (engine: MachineEngine, fieldsOf: PlayEngine['fieldsOf']): PlayEngine => ({
  ...engine,
  fieldsOf,
  guardValues: (guard, record, event, policy) =>
    valuesRead({ record, event, policy }, (watched) =>
      engine.guardHolds(guard, watched.record, watched.event, watched.policy),
    ),
});

// Safe: each engine is asked only about names in its own `eventTypes`.
export const playEngines: { readonly [Name in MachineName]: PlayEngine } = {
  host: playable(machines.host, (type) => hostEventFormFields(type as HostEventType)),
  rollout: playable(machines.rollout, (type) => rolloutEventFields(type as RolloutEventType)),
};
