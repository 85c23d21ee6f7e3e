import type { PlainPart } from '../machine/index.ts';
import type { ChartEffect, ChartWrite } from './chart-model.ts';

/** A situation in which to try the parts of a transition, to see what they write and return. */
export interface Trial {
  readonly record: object;
  readonly event: object;
  readonly environment: object | null;
  readonly target: string | null;
}

type Fields = Readonly<Record<string, unknown>>;

/** What an update writes, found by running it on a proxy of the record that notes each assignment. */
export function writesOf(part: PlainPart & { kind: 'update' }, trial: Trial): readonly ChartWrite[] {
  const whenEmpty = assignments(part, trial, null);
  const whenFull = assignments(part, trial, 'something');
  return (
    [...whenEmpty]
      // The target of the transition already shows its state.
      .filter(([field]) => field !== 'state')
      .map(([field, value]) => ({
        field: writtenPath(field, value, trial),
        from: sourceOf(value, trial),
        onlyIfNull: !whenFull.has(field),
      }))
  );
}

/** Describes an effect by making one. */
export function effectOf(action: string, part: PlainPart & { kind: 'effect' }, trial: Trial): ChartEffect {
  // Safe: every effect of a chart is an object with a `type` (machine/effects.ts).
  const made = part.run(trial.record, trial.event, trial.environment, trial.target) as Fields & { type: string };
  const durable = made['durable'];
  return { type: made.type, action, detail: durable === undefined ? null : durable === true ? 'durable' : 'lossy' };
}

function assignments(
  part: PlainPart & { kind: 'update' },
  trial: Trial,
  before: unknown,
): ReadonlyMap<string, unknown> {
  const written = new Map<string, unknown>();
  const draft = new Proxy<Record<string, unknown>>(
    { ...trial.record },
    {
      get: (target, field: string) =>
        written.has(field) ? written.get(field) : isCollection(target[field]) ? target[field] : before,
      set: (_target, field: string, value: unknown) => {
        written.set(field, value);
        return true;
      },
    },
  );
  part.run(draft, trial.event, trial.environment, trial.target);
  return written;
}

const isCollection = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** `probes[probeName]` where the update puts one entry, named by a field of the event, into a collection. */
function writtenPath(field: string, value: unknown, { record, event }: Trial): string {
  const before = (record as Fields)[field];
  if (!isCollection(value) || !isCollection(before)) return field;
  const added = Object.keys(value).find((key) => (value as Fields)[key] !== (before as Fields)[key]);
  const key = Object.keys(event).find((name) => added !== undefined && (event as Fields)[name] === added);
  return key === undefined ? field : `${field}[${key}]`;
}

function sourceOf(value: unknown, { event, environment }: Trial): string | null {
  if (isCollection(value)) return Object.keys(value).length === 0 ? 'emptied' : 'the result';
  // Safe: read field by field, whatever the event.
  const inEvent = Object.keys(event).find((name) => name !== 'type' && (event as Fields)[name] === value);
  if (inEvent !== undefined) return `event.${inEvent}`;
  // Safe: read field by field, like the event.
  const inPolicy = Object.keys(environment ?? {}).find((name) => (environment as Fields)[name] === value);
  return inPolicy === undefined ? null : `policy.${inPolicy}`;
}
