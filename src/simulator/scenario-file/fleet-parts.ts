import { isObject } from '../../text/index.ts';
import { fleet, MAX_WAVES, type FileBudget, type FileChannel, type FileEdge, type FileWave } from './fleet-schema.ts';
import { readListLeniently, readRecordLeniently, readSection } from './read-leniently.ts';
import type { Reading } from './reading.ts';

const FORMS = ['file', 'hosts', 'channels'] as const;
const EXTRAS = ['tags', 'budgets', 'edges'] as const;

/** `hosts` and `waves` are `null` if unreadable. `waves` is `undefined` if absent. */
export interface ChannelParts extends Omit<Partial<FileChannel>, 'hosts' | 'waves'> {
  readonly hosts: FileChannel['hosts'] | null;
  readonly waves: number | readonly (FileWave | null)[] | null | undefined;
}

/** The readable part of a file's `fleet`. Unreadable parts are `null`, and reported. */
export interface FleetParts {
  /** Which of the forms are present, readable or not. */
  readonly forms: readonly (typeof FORMS)[number][];
  /** Which of these are present, readable or not. */
  readonly extras: readonly (typeof EXTRAS)[number][];
  readonly hasWaves: boolean;
  readonly file: string | null;
  readonly hosts: number | null;
  /** `undefined` if absent. */
  readonly waves: number | null | undefined;
  readonly channels: ReadonlyMap<string, ChannelParts> | null;
  readonly tags: ReadonlyMap<string, readonly string[] | null> | null;
  readonly budgets: readonly (FileBudget | null)[];
  readonly edges: readonly (FileEdge | null)[];
}

const { shape } = fleet;
const channelSchema = shape.channels.unwrap().valueType;
const wavesSchema = channelSchema.shape.waves;
const [, waveListSchema] = wavesSchema.unwrap().options;

export function readFleetParts(given: unknown, path: string, reading: Reading): FleetParts | null {
  const budget = shape.budgets.unwrap().element;
  const edge = shape.edges.unwrap().element;
  const patterns = shape.tags.unwrap().valueType;
  const read = readSection(shape, given, path, reading, {
    channels: (value, below) =>
      readRecordLeniently(shape.channels, (one, place) => readChannel(one, place, reading), value, below, reading),
    tags: (value, below) =>
      readRecordLeniently(shape.tags, (one, place) => reading.parse(patterns, one, place), value, below, reading),
    budgets: (value, below) =>
      readListLeniently(shape.budgets, (one, place) => reading.parse(budget, one, place), value, below, 1000, reading),
    edges: (value, below) =>
      readListLeniently(shape.edges, (one, place) => reading.parse(edge, one, place), value, below, 10_000, reading),
  });
  if (read === null || !isObject(given)) return null;
  const has = (key: string): boolean => Object.hasOwn(given, key);
  // Safe: each part came out of the reader of its own key.
  const parts = Object.fromEntries(read) as unknown as { readonly [Key in keyof FleetParts]?: FleetParts[Key] };
  return {
    forms: FORMS.filter(has),
    extras: EXTRAS.filter(has),
    hasWaves: has('waves'),
    file: parts.file ?? null,
    hosts: parts.hosts ?? null,
    waves: parts.waves,
    channels: parts.channels ?? null,
    tags: has('tags') ? (parts.tags ?? null) : new Map(),
    budgets: parts.budgets ?? [],
    edges: parts.edges ?? [],
  };
}

function readChannel(given: unknown, path: string, reading: Reading): ChannelParts {
  const wave = waveListSchema.element;
  const read = readSection(channelSchema.shape, given, path, reading, {
    waves: (value, below) =>
      Array.isArray(value)
        ? readListLeniently(
            wavesSchema,
            (one, place) => reading.parse(wave, one, place),
            value,
            below,
            MAX_WAVES,
            reading,
          )
        : reading.parse(wavesSchema, value, below),
  });
  // Safe: each part came out of the reader of its own key. Unreadable parts count as absent, except for these.
  const parts = Object.fromEntries(
    [...(read ?? [])].filter(([key, value]) => value !== null || key === 'waves'),
  ) as Partial<ChannelParts>;
  return { ...parts, hosts: parts.hosts ?? null, waves: parts.waves };
}
