import {
  hostStates,
  healthFailurePolicies,
  probeModes,
  probeStatuses,
  rolloutStates,
  type Field,
  type FieldTable,
  type FieldType,
  type HostEventType,
} from '../../machine/index.ts';
import { rolloutEventTable, type RolloutEventType } from '../../rollout/index.ts';
import { hostEventFields as hostFields, schemaOf } from '../../testing/internal.ts';

/** A field of an event in the form. */
export interface FormField extends Field {
  readonly name: string;
}

const asForm = (fields: FieldTable): readonly FormField[] =>
  Object.entries(fields).map(([name, field]) => ({ name, ...field }));

const hostForms: ReadonlyMap<HostEventType, readonly FormField[]> = new Map(
  [...hostFields].map(([type, fields]) => [type, asForm(fields)]),
);

export function hostEventFormFields(type: HostEventType): readonly FormField[] {
  const form = hostForms.get(type);
  if (form === undefined) throw new TypeError(`The host machine has no event ${JSON.stringify(type)}.`);
  return form;
}

export const rolloutEventFields = (type: RolloutEventType): readonly FormField[] => asForm(rolloutEventTable[type]);

interface Input {
  /** The values to choose from; `null` for free text. */
  readonly choices: readonly string[] | null;
  /** What to type. */
  readonly hint: string;
}

const choose = (choices: readonly string[]): Input => ({ choices, hint: `Choose one of ${choices.join(', ')}.` });
const type = (hint: string): Input => ({ choices: null, hint });

export const inputs: { readonly [Type in FieldType]: Input } = {
  text: type('Give a text.'),
  closure: type('Give a text.'),
  rolloutId: type('Give a text.'),
  time: type('Give a time such as 2026-05-16T10:00:00.000Z.'),
  seq: type('Give a whole number from 1 to 9007199254740991.'),
  count: type('Give a whole number from 0.'),
  exitCode: type('Give a whole number.'),
  seconds: type('Give a number of seconds.'),
  hostState: choose(hostStates),
  rolloutState: choose(rolloutStates),
  probeMode: choose(probeModes),
  probeStatus: choose(probeStatuses),
  healthFailurePolicy: choose(healthFailurePolicies),
  probeNames: type('Give a list of names in JSON, such as ["http"].'),
  probeDeclarations: type(
    'Give a JSON list of { "probeName", "kind", "mode" }, mode one of enforce, observe, disabled.',
  ),
  probeSubResults: type(
    'Give null, or a JSON list of { "controlId", "status", "framework", "article", "effectiveMode", "overrideReason" }.',
  ),
  probeRecords: type('Give a JSON object of probes by name.'),
};

/** What is wrong with a field's value, as a sentence; `null` if nothing. */
export function problemOf(field: Field, value: unknown): string | null {
  if (schemaOf(field).safeParse(value).success) return null;
  const { choices, hint } = inputs[field.type];
  return field.nullable && choices === null ? hint.replace(/\.$/, ', or leave it empty for none.') : hint;
}
