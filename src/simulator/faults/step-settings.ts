import type { z } from 'zod';
import type { Kind } from '../scenario-file/fields.ts';
import { duration, name, wholeNumberField } from '../scenario-file/field-types.ts';
import { writeDuration } from '../../text/index.ts';
import { FAILED_EXIT_CODE, KILLED } from '../work.ts';
import type { OwnSettings, StepAction, StepKind } from './fault.ts';

/** One setting of a step, with its name in scenario files. */
export interface Setting<Value> {
  readonly key: string;
  readonly schema: z.ZodType;
  readonly write: (value: Value) => unknown;
  /** The default. */
  readonly absent?: Value;
}

type Settings<Action> = { readonly [Name in keyof OwnSettings<Action>]: Setting<OwnSettings<Action>[Name]> };

export function required<Value>(key: string, kind: Kind<Value>, about: string | null = null): Setting<Value> {
  return { key, schema: about === null ? kind.schema : kind.schema.describe(about), write: kind.write };
}

/** `Value` may be null only if that is the default. */
export function optionalSetting<Value>(
  key: string,
  kind: Kind<Exclude<Value, null>>,
  absent: Value,
  about: string | null = null,
): Setting<Value> {
  const schema = kind.schema.optional();
  return {
    key,
    schema: about === null ? schema : schema.describe(about),
    // If null is a value, it is the default, which is not written.
    write: (value) => kind.write(value as Exclude<Value, null>),
    absent,
  };
}

/** Schema, reading and writing of the settings of a step. */
export function settings<Action extends StepAction>(
  table: Settings<Action>,
): Pick<StepKind<Action>, 'shape' | 'read' | 'write'> {
  // Safe: the table has the action's own names, each with the setting of its type.
  const entries = Object.entries<Setting<never>>(table as unknown as Readonly<Record<string, Setting<never>>>);
  return {
    shape: Object.fromEntries(entries.map(([, { key, schema }]) => [key, schema])),
    read: (given) =>
      // Safe: every value came out of its own setting's schema.
      Object.fromEntries(
        entries.map(([own, setting]) => [own, given[setting.key] ?? setting.absent]),
      ) as unknown as OwnSettings<Action>,
    write: (action) => {
      const values = action as unknown as Readonly<Record<string, never>>; // As above.
      return Object.fromEntries(
        entries.map(([own, { key, write, absent }]) => [
          key,
          values[own] === absent || values[own] === undefined ? undefined : write(values[own]),
        ]),
      );
    },
  };
}

export const DURATION: Kind<number> = { schema: duration, write: writeDuration };
export const NAME: Kind<string> = { schema: name, write: (value) => value };
const asItIs = (value: number): number => value;

/** For how long something is down. */
export const down = (key: string): Setting<number | null> =>
  optionalSetting<number | null>(key, DURATION, null, 'How long it is down (default: drawn at random)');

export const lasting = (about: string): Setting<number | null> =>
  optionalSetting<number | null>('for', DURATION, null, about);

export const times: Setting<number | null> = optionalSetting<number | null>(
  'times',
  { schema: wholeNumberField(1, 1_000_000), write: asItIs },
  null,
  'How many times (default: every time)',
);

export const exitCodeSetting: Setting<number> = optionalSetting<number>(
  'exit-code',
  { schema: wholeNumberField(KILLED, 255), write: asItIs },
  FAILED_EXIT_CODE,
  `Exit code (default: ${FAILED_EXIT_CODE}; ${KILLED}: killed by a signal)`,
);

export const probe: Setting<string | null> = optionalSetting<string | null>(
  'probe',
  NAME,
  null,
  'Probe name (default: every enforce probe)',
);
