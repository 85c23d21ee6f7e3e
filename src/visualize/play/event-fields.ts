import { outboundEvent } from '../../machine/outbound.ts';
import type { HostEvent, HostEventType } from '../../machine/events.ts';
import type { RolloutEvent, RolloutEventType } from '../../rollout/rollout-events.ts';
import { sampleRollout, sampleRolloutEvent } from '../../testing/rollout-samples.ts';

/** What a field of an event may hold, and so how it is edited. */
export type FieldKind =
  | 'time'
  | 'time-or-null'
  | 'text'
  | 'text-or-null'
  | 'whole'
  | 'count'
  | 'seq'
  | 'mode'
  | 'status'
  | 'policy'
  | 'host-state'
  | 'names'
  | 'probes'
  | 'sub-results';

type FieldsOf<Event> = Event extends { readonly type: string } ? Exclude<keyof Event, 'type'> : never;
export type EventField = FieldsOf<HostEvent> | FieldsOf<RolloutEvent>;

/** Fields of one name hold the same in every event. The type makes a forgotten one fail to compile. */
const kinds: { readonly [Field in EventField]: FieldKind } = {
  seq: 'seq',
  currentClosureAtDispatch: 'text',
  receivedAt: 'time',
  targetClosure: 'text',
  soakDueAt: 'time-or-null',
  startedAt: 'time',
  switchMethod: 'text',
  observedCurrentClosure: 'text',
  exitCode: 'whole',
  completedAt: 'time',
  component: 'text',
  deferredAt: 'time',
  stderrTail: 'text',
  failedAt: 'time',
  probes: 'probes',
  declaredAt: 'time',
  probeName: 'text',
  mode: 'mode',
  observedAt: 'time',
  status: 'status',
  failureReason: 'text-or-null',
  subResults: 'sub-results',
  firstFailedAt: 'time',
  sustainedDurationSecs: 'count',
  failingProbes: 'names',
  policyApplied: 'policy',
  revertedToClosure: 'text',
  convergedAt: 'time',
  currentClosure: 'text',
  rolloutId: 'text',
  at: 'time',
  channel: 'text',
  targetRef: 'text',
  hostId: 'text',
  wave: 'count',
  from: 'host-state',
  to: 'host-state',
  fromWave: 'count',
  toWave: 'count',
  supersededRolloutId: 'text',
  successorRolloutId: 'text',
  operator: 'text',
  reason: 'text',
};

export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
}

const fieldKind = (name: string): FieldKind => {
  const all: Readonly<Record<string, FieldKind>> = kinds;
  return Object.hasOwn(all, name) ? (all[name] ?? 'text') : 'text';
};

/** `LocalActivate` alone has fields that are not told to the other side. */
const LOCAL_ONLY: readonly string[] = ['targetClosure', 'soakDueAt'];

const asFields = (names: readonly string[]): readonly Field[] =>
  names.filter((name) => name !== 'type').map((name) => ({ name, kind: fieldKind(name) }));

/** The fields of an event of the host machine, as the machine itself tells them on. */
export function hostEventFields(type: HostEventType): readonly Field[] {
  // Only the tag decides which fields are told on.
  const told = Object.keys(outboundEvent({ type } as HostEvent));
  return asFields(type === 'LocalActivate' ? [...told, ...LOCAL_ONLY] : told);
}

export const rolloutEventFields = (type: RolloutEventType): readonly Field[] =>
  asFields(Object.keys(sampleRolloutEvent(type, sampleRollout, 0)));
