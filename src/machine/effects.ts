import type { OutboundEvent, Time } from './events.ts';
import type { HostState } from './record.ts';

/** How serious a log entry is, from least to most. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';
/** The value of a field of a log entry. */
export type LogField = string | number | boolean | null;

/** Start the switch to the closure `target`. */
export interface LocalFireSwitch {
  readonly type: 'LocalFireSwitch';
  readonly rolloutId: string;
  readonly target: string;
}

/** Roll back to `closure`. */
export interface LocalFireRollbackTo {
  readonly type: 'LocalFireRollbackTo';
  readonly rolloutId: string;
  readonly closure: string;
}

/** Discard all probe results, and run the probes again for the closure that runs now. */
export interface LocalResetProbeCache {
  readonly type: 'LocalResetProbeCache';
  readonly rolloutId: string;
}

/** Report `payload` to the control plane; `durable` means that it must be on disk before the next effect. */
export interface LocalEmitEvent {
  readonly type: 'LocalEmitEvent';
  readonly rolloutId: string;
  readonly payload: OutboundEvent;
  readonly durable: boolean;
}

/** Offer a dispatch to `host` at its next poll, until it is acknowledged. */
export interface RemoteQueueDispatch {
  readonly type: 'RemoteQueueDispatch';
  readonly host: string;
  readonly rolloutId: string;
  readonly targetClosure: string;
  readonly soakDueAt: Time | null;
}

/** Never dispatch `closure` on `channel` again. */
export interface RemoteInsertQuarantine {
  readonly type: 'RemoteInsertQuarantine';
  readonly channel: string;
  readonly closure: string;
}

/** A host's record was opened in a rollout. */
export interface RemoteOpenRolloutRecord {
  readonly type: 'RemoteOpenRolloutRecord';
  readonly rolloutId: string;
  readonly channel: string;
  readonly host: string;
}

/** Append an accepted agent event to the event log. */
export interface RemoteAppendEventLog {
  readonly type: 'RemoteAppendEventLog';
  readonly host: string;
  readonly rolloutId: string;
  readonly payload: OutboundEvent;
}

/** The host moved from one state to another. */
export interface RecordTransition {
  readonly type: 'RecordTransition';
  readonly host: string;
  readonly rolloutId: string;
  readonly from: HostState;
  readonly to: HostState;
  readonly at: Time;
}

/** Count or measure something: `value` under `name`, for this combination of labels. */
export interface EmitMetric {
  readonly type: 'EmitMetric';
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Log `message`, a sentence for a person; `target` is the part of the program that logs it. */
export interface EmitLog {
  readonly type: 'EmitLog';
  readonly level: LogLevel;
  readonly target: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, LogField>>;
}

/** Performed by the agent only. */
export type LocalEffect = LocalFireSwitch | LocalFireRollbackTo | LocalResetProbeCache | LocalEmitEvent;

/** Performed by the control plane only. */
export type RemoteEffect =
  | RemoteQueueDispatch
  | RemoteInsertQuarantine
  | RemoteOpenRolloutRecord
  | RemoteAppendEventLog;

/** Performed by either side. */
export type SharedEffect = RecordTransition | EmitMetric | EmitLog;

/** Something to do, as data (specification: host-machine, "Effects"). The machine never performs it. */
export type Effect = LocalEffect | RemoteEffect | SharedEffect;
/** The tag of an effect. */
export type EffectType = Effect['type'];

/** The seven that the host machine itself returns; the runtimes around it use the others. */
export type HostEffect = Exclude<Effect, RemoteQueueDispatch | RemoteOpenRolloutRecord | EmitMetric | EmitLog>;
