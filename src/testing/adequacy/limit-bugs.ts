import { isObject } from '../../text/index.ts';
import { inTexts, inValues, refusing, type PlantedBug } from './planted-bug.ts';

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

/** Bugs that begin at a size. */
export const limitBugs: readonly PlantedBug[] = [
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
    // Only a declaration has probes, and there they are a list.
    const { probes } = event as { readonly probes?: readonly unknown[] };
    return probes !== undefined && probes.length > 16;
  }),
];
