// The types of the fields of events and records. TypeScript types do not exist at run time, so they are derived from
// these tables. Codecs, schemas, forms and exporters read the same tables, so they cannot disagree.

/** Milliseconds since the Unix epoch, UTC. */
export type Time = number;

/** The states of a host within one rollout, in the order of the chart. The chart describes each. */
export const hostStates = ['Pending', 'Activating', 'Deferred', 'Soaking', 'Converged', 'Failed', 'Reverted'] as const;
/** A state of one host in one rollout. */
export type HostState = (typeof hostStates)[number];

/** The states of a rollout, in the order of its chart. */
export const rolloutStates = [
  'Opening',
  'Active',
  'Converging',
  'Terminal',
  'Reverted',
  'Failed',
  'Superseded',
  'Pruned',
] as const;
/** A state of one rollout. */
export type RolloutState = (typeof rolloutStates)[number];

export const probeModes = ['enforce', 'observe', 'disabled'] as const;
/**
 * The effect of a failing probe: it gates (`enforce`) or is only recorded (`observe`). A `disabled` probe does not run.
 */
export type ProbeMode = (typeof probeModes)[number];

export const probeStatuses = ['pass', 'fail'] as const;
/** The result of a probe run. */
export type ProbeStatus = (typeof probeStatuses)[number];

export const healthFailurePolicies = ['halt', 'rollback-and-halt'] as const;
/** What the agent does after a failure: halt, or roll back to the closure at dispatch and halt. */
export type HealthFailurePolicy = (typeof healthFailurePolicies)[number];

/** The types that a field can have, and the values of each. */
export interface FieldValues {
  readonly text: string;
  readonly closure: string;
  /** `{channel}@{channelRef}`, neither part empty. */
  readonly rolloutId: string;
  readonly time: Time;
  /** An integer from 1 to 2^53-1. */
  readonly seq: number;
  /** An integer from 0 to 2^53-1. */
  readonly count: number;
  /** Any integer from -(2^53-1) to 2^53-1. */
  readonly exitCode: number;
  /** A number of seconds, 0 or more. */
  readonly seconds: number;
  readonly hostState: HostState;
  readonly rolloutState: RolloutState;
  readonly probeMode: ProbeMode;
  readonly probeStatus: ProbeStatus;
  readonly healthFailurePolicy: HealthFailurePolicy;
  readonly probeNames: readonly string[];
  readonly probeDeclarations: readonly ProbeDeclaration[];
  readonly probeSubResults: readonly ProbeSubResult[];
  /** By probe name, which may be any string, including `__proto__`: look names up with `Object.hasOwn`. */
  readonly probeRecords: Readonly<Record<string, ProbeRecord>>;
}

export type FieldType = keyof FieldValues;

/** One field of an event or a record. An absent value is `null`, never left out. */
export interface Field<Type extends FieldType = FieldType, Nullable extends boolean = boolean> {
  readonly type: Type;
  readonly nullable: Nullable;
}

/** Fields by their names, in the order in which they are written. */
export type FieldTable = Readonly<Record<string, Field>>;

/** An object with these fields. */
export type ValuesOf<Table extends FieldTable> = {
  readonly [Name in keyof Table]:
    | FieldValues[Table[Name]['type']]
    | (true extends Table[Name]['nullable'] ? null : never);
};

/** A field that always has a value. */
export const field = <const Type extends FieldType>(type: Type): Field<Type, false> => ({ type, nullable: false });

/** A field that may be `null`. */
export const nullable = <const Type extends FieldType>(type: Type): Field<Type, true> => ({ type, nullable: true });

export const probeDeclarationFields = {
  probeName: field('text'),
  kind: field('text'),
  mode: field('probeMode'),
} as const satisfies FieldTable;

/** One probe of the set that an agent is about to run. */
export interface ProbeDeclaration extends ValuesOf<typeof probeDeclarationFields> {}

export const probeSubResultFields = {
  controlId: field('text'),
  status: field('probeStatus'),
  framework: field('text'),
  article: nullable('text'),
  effectiveMode: field('probeMode'),
  /** `null` means no override; `""` means an override without a reason. */
  overrideReason: nullable('text'),
} as const satisfies FieldTable;

/**
 * The result of an evidence probe for one control. The machine passes it on and never decides on it. It tells an
 * auditor why a control was downgraded.
 */
export interface ProbeSubResult extends ValuesOf<typeof probeSubResultFields> {}

export const probeRecordFields = {
  status: field('probeStatus'),
  mode: field('probeMode'),
  lastObservedAt: field('time'),
  lastPassAt: nullable('time'),
  failureReason: nullable('text'),
} as const satisfies FieldTable;

/** The last known result of a probe of the running closure. */
export interface ProbeRecord extends ValuesOf<typeof probeRecordFields> {}
