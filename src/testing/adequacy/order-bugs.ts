import { inSteps, inValues, type Json, type PlantedBug } from './planted-bug.ts';
import type { RolloutEvent } from '../../rollout/index.ts';

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

const WRONG: Json = { err: { kind: 'IllegalForState' } };

/** A rollout machine that refuses what it should accept. */
const inRollouts = (name: string, isWrong: (event: RolloutEvent, currentWave: number) => boolean): PlantedBug => ({
  kind: 'value',
  name,
  plant: () => (answer, question) =>
    question.op === 'rollout_step' && 'ok' in answer && isWrong(question.event, question.record.currentWave)
      ? WRONG
      : answer,
});

/** Bugs of the rollout machine. */
export const rolloutBugs: readonly PlantedBug[] = [
  inRollouts(
    'compares waves as texts',
    (event) =>
      event.type === 'WaveAdvanced' && String(event.toWave) > String(event.fromWave) !== event.toWave > event.fromWave,
  ),
  inRollouts('knows 8 waves', (event) => event.type === 'WaveAdvanced' && event.toWave > 8),
  inRollouts('knows 255 waves', (event, wave) => event.type === 'WaveAdvanced' && wave > 255),
  inRollouts(
    'advances by one wave only',
    (event) => event.type === 'WaveAdvanced' && event.toWave > event.fromWave + 1,
  ),
  inRollouts(
    'refuses a wave that lies back',
    (event) => event.type === 'WaveAdvanced' && event.toWave < event.fromWave,
  ),
  inRollouts('needs the name of a host', (event) => event.type === 'HostJoined' && event.hostId === ''),
  inRollouts(
    'refuses a successor on another channel',
    (event) => event.type === 'SuccessorOpened' && !event.successorRolloutId.startsWith('stable@'),
  ),
  inRollouts('refuses an event from before 1970', (event) => event.at < 0),
];
