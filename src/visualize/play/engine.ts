import type { HostEventType, RolloutPolicy } from '../../machine/index.ts';
import type { RolloutEventType } from '../../rollout/index.ts';
import {
  engines as machines,
  type ChartEvent,
  type ChartRecord,
  type Engine as MachineEngine,
  type MachineName,
} from '../../testing/index.ts';
import { hostEventFields, rolloutEventFields, type FormField } from './event-fields.ts';
import { valuesRead, type ValueRead } from './values-read.ts';

export type {
  ChartEffect as PlayEffect,
  ChartEvent as PlayEvent,
  ChartRecord as PlayRecord,
  ChartRefusal as PlayRefusal,
  ChartResult as PlayResult,
  MachineName,
  Way,
} from '../../testing/index.ts';

/** A machine's engine, with what the page needs to edit events and to explain guards. */
export interface Engine extends MachineEngine {
  readonly fieldsOf: (type: string) => readonly FormField[];
  /** The values that the guard reads to decide. */
  readonly guardValues: (
    guard: string,
    record: ChartRecord,
    event: ChartEvent,
    policy: RolloutPolicy,
  ) => readonly ValueRead[];
}

const playable = (engine: MachineEngine, fieldsOf: Engine['fieldsOf']): Engine => ({
  ...engine,
  fieldsOf,
  guardValues: (guard, record, event, policy) =>
    valuesRead({ record, event, policy }, (watched) =>
      engine.guardHolds(guard, watched.record, watched.event, watched.policy),
    ),
});

// Each engine is asked only about the names in its own `eventTypes`.
export const engines: { readonly [Name in MachineName]: Engine } = {
  host: playable(machines.host, (type) => hostEventFields(type as HostEventType)),
  rollout: playable(machines.rollout, (type) => rolloutEventFields(type as RolloutEventType)),
};
