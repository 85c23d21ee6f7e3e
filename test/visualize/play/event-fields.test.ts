import { describe, expect, test } from 'vitest';
import { eventTable, outboundEventTypes } from '../../../src/machine/index.ts';
import { rolloutEventTable, rolloutEventTypes } from '../../../src/rollout/index.ts';
import {
  hostEventFormFields,
  inputs,
  problemOf,
  rolloutEventFields,
  type FormField,
} from '../../../src/visualize/play/event-fields.ts';
import { textOfValue, valueOfText } from '../../../src/visualize/play/field-text.ts';
import { oddValues } from '../../support/odd-values.ts';

const forms: readonly (readonly [string, readonly FormField[]])[] = [
  ...outboundEventTypes
    .flatMap((type) => [eventTable[type].local, eventTable[type].remote])
    .map((type) => [type, hostEventFormFields(type)] as const),
  ...rolloutEventTypes.map((type) => [type, rolloutEventFields(type)] as const),
];

describe.each(forms)('the form of %s', (_, fields) => {
  test('accepts every value of its fields, and restores it from its text', () => {
    for (const field of fields) {
      for (const value of oddValues(field)) {
        expect(problemOf(field, value), field.name).toBeNull();
        // An empty input means that an optional field is absent.
        const isAmbiguous = field.nullable && value === '';
        if (!isAmbiguous) expect(valueOfText(field, textOfValue(field, value)), field.name).toEqual(value);
      }
    }
  });

  test('says what is expected for anything else', () => {
    for (const field of fields) {
      for (const wrong of [undefined, true, [5], { probeName: 5 }, ...(field.nullable ? [] : [null])]) {
        expect(problemOf(field, wrong), field.name).toMatch(/^(Give|Choose) .*\.$/);
      }
      const { choices } = inputs[field.type];
      if (choices !== null) expect(choices.map((choice) => problemOf(field, choice))).toEqual(choices.map(() => null));
    }
  });
});

test('only an acknowledged dispatch has fields that the other side does not receive', () => {
  const names = (type: Parameters<typeof hostEventFormFields>[0]) => hostEventFormFields(type).map(({ name }) => name);
  for (const type of outboundEventTypes) {
    const { local, remote } = eventTable[type];
    const added = names(local).filter((name) => !names(remote).includes(name));
    expect(added).toEqual(type === 'DispatchAck' ? ['targetClosure', 'soakDueAt'] : []);
  }
  expect(Object.keys(rolloutEventTable)).toEqual(rolloutEventTypes);
});

test.each([
  ['1.5', 'exitCode'],
  ['x', 'seq'],
  ['yesterday', 'time'],
  ['[', 'probeNames'],
] as const)('%j is no value of a field of type %s', (text, type) => {
  const value = valueOfText({ type, nullable: false }, text);
  expect(problemOf({ type, nullable: false }, value)).not.toBeNull();
});
