import { inSteps, inValues, type PlantedBug } from './planted-bug.ts';

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

const same = (value: readonly unknown[], other: readonly unknown[]): readonly unknown[] =>
  value.every((each, index) => each === other[index]) && value.length === other.length ? value : other;

const named = (value: unknown): string => JSON.stringify(value);

/** Bugs in the order of lists, effects first. */
export const orderBugs: readonly PlantedBug[] = [
  inSteps('order', 'turns the effects round', ({ effects }) =>
    effects.length > 1 ? { effects: [...effects].reverse() } : null,
  ),
  inSteps('order', 'returns the transition last', ({ effects }) => {
    const last = effects.toSorted(
      (a, b) => Number(a['type'] === 'RecordTransition') - Number(b['type'] === 'RecordTransition'),
    );
    return last.every((effect, index) => effect === effects[index]) ? null : { effects: last };
  }),
  inSteps('order', 'returns the effects by name', ({ effects }) => {
    const sorted = effects.toSorted((a, b) => named(a['type']).localeCompare(named(b['type'])));
    return sorted.every((effect, index) => effect === effects[index]) ? null : { effects: sorted };
  }),
  inSteps('order', 'returns the last effect twice', ({ effects }) => {
    const last = effects.at(-1);
    return last === undefined ? null : { effects: [...effects, last] };
  }),
  inValues('order', 'sorts failing probes', (value, field) =>
    field === 'failingProbes' && isTexts(value) ? same(value, value.toSorted()) : value,
  ),
  inValues('order', 'lists a failing probe once', (value, field) =>
    field === 'failingProbes' && isTexts(value) ? same(value, [...new Set(value)]) : value,
  ),
  inValues('order', 'sorts the results of controls', (value, field) =>
    field === 'subResults' && Array.isArray(value)
      ? same(
          value,
          value.toSorted((a, b) => named(a).localeCompare(named(b))),
        )
      : value,
  ),
  inValues('order', 'sorts declared probes', (value, field) =>
    field === 'probes' && Array.isArray(value)
      ? same(
          value,
          value.toSorted((a, b) => named(a).localeCompare(named(b))),
        )
      : value,
  ),
];
