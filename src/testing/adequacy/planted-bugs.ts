import { branchBugs, valueBugs } from './branch-bugs.ts';
import { comparisonBugs, cornerBugs } from './comparison-bugs.ts';
import { beginningBugs, effectBugs, refusalBugs } from './effect-bugs.ts';
import { encodingBugs, typeBugs } from './encoding-bugs.ts';
import { memoryBugs } from './memory-bugs.ts';
import { rolloutBugs } from './rollout-bugs.ts';
import { isStrings } from '../conformance/mistake.ts';
import { isObject } from '../../text/index.ts';
import { inTexts, inValues, refusing, type PlantedBug, inSteps } from './planted-bug.ts';

const same = (value: readonly unknown[], other: readonly unknown[]): readonly unknown[] =>
  value.every((each, index) => each === other[index]) && value.length === other.length ? value : other;

const named = (value: unknown): string => JSON.stringify(value);

const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? same(
        value,
        value.toSorted((a, b) => named(a).localeCompare(named(b))),
      )
    : value;

/** Bugs in the order of lists, effects first. */
const orderBugs: readonly PlantedBug[] = [
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
    field === 'failingProbes' && isStrings(value) ? same(value, value.toSorted()) : value,
  ),
  inValues('order', 'lists a failing probe once', (value, field) =>
    field === 'failingProbes' && isStrings(value) ? same(value, [...new Set(value)]) : value,
  ),
  inValues('order', 'sorts the results of controls', (value, field) =>
    field === 'subResults' ? sorted(value) : value,
  ),
  inValues('order', 'sorts declared probes', (value, field) => (field === 'probes' ? sorted(value) : value)),
];

const cutTexts = (max: number): PlantedBug =>
  inTexts('limit', `cuts texts after ${max} characters`, (text) => text.slice(0, max));

const keepsProbes = (max: number): PlantedBug =>
  inValues('limit', `keeps ${max} probes`, (value, field) =>
    field === 'probes' && isObject(value) && Object.keys(value).length > max
      ? Object.fromEntries(Object.entries(value).slice(0, max))
      : value,
  );

const cutsLists = (name: string, max: number): PlantedBug =>
  inValues('limit', `keeps ${max} of ${name}`, (value, field) =>
    field === name && Array.isArray(value) && value.length > max ? value.slice(0, max) : value,
  );

/** Counts bytes, as the wire does. */
const cutsReasons = (field: string, max: number): PlantedBug =>
  inValues('limit', `cuts ${field} after ${max} bytes`, (value, name) =>
    name === field && typeof value === 'string' && new TextEncoder().encode(value).length > max
      ? value.slice(0, max / 4)
      : value,
  );

/** Bugs that appear from a certain size on. */
const limitBugs: readonly PlantedBug[] = [
  ...[32, 64, 255, 1_024, 4_096, 8_192, 65_535].map(cutTexts),
  ...[4, 8, 16, 32, 64, 128, 256].map(keepsProbes),
  cutsLists('failingProbes', 3),
  cutsLists('failingProbes', 32),
  cutsLists('subResults', 2),
  cutsLists('failingProbes', 128),
  cutsLists('subResults', 16),
  cutsLists('subResults', 100),
  cutsLists('probes', 64),
  cutsReasons('failureReason', 2_000),
  cutsReasons('stderrTail', 4_096),
  cutsReasons('component', 128),
  ...[1, 100, 1_000, 1_000_000].map((gap) =>
    refusing('limit', `refuses a gap of more than ${gap}`, ({ event, state }) => event.seq - state.lastEventSeq > gap),
  ),
  refusing('limit', 'refuses a gap beyond 32 bits', ({ event, state }) => event.seq - state.lastEventSeq > 2 ** 32),
  refusing('limit', 'refuses the greatest number', ({ event }) => event.seq === Number.MAX_SAFE_INTEGER),
  refusing('limit', 'refuses numbers beyond 31 bits', ({ event }) => event.seq >= 2 ** 31),
  refusing('limit', 'refuses an empty host name', ({ state }) => state.hostname === ''),
  refusing('limit', 'refuses host names of more than 253 characters', ({ state }) => state.hostname.length > 253),
  refusing('limit', 'refuses an exit code above 255', ({ event }) => 'exitCode' in event && event.exitCode > 255),
  refusing('limit', 'refuses a negative exit code', ({ event }) => 'exitCode' in event && event.exitCode < 0),
  refusing('limit', 'refuses more than 16 declared probes', ({ event }) => {
    // Safe: only a declaration has probes, and there they are a list.
    const { probes } = event as { readonly probes?: readonly unknown[] };
    return probes !== undefined && probes.length > 16;
  }),
];

/** Every reducer that is wrong on purpose. */
export const plantedBugs: readonly PlantedBug[] = [
  ...branchBugs,
  ...cornerBugs,
  ...effectBugs,
  ...refusalBugs,
  ...beginningBugs,
  ...valueBugs,
  ...comparisonBugs,
  ...typeBugs,
  ...encodingBugs,
  ...limitBugs,
  ...orderBugs,
  ...memoryBugs,
  ...rolloutBugs,
];
