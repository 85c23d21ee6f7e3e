import { isObject } from '../../text/index.ts';
import type { z } from 'zod';
import { checkTiming } from './check-steps.ts';
import { hosts, when, type FileClosures, type HostChoice } from './field-types.ts';
import { readFleetParts, type FleetParts } from './fleet-parts.ts';
import { readListLeniently, readRecordLeniently, readSection } from './read-leniently.ts';
import type { Reading } from './reading.ts';
import {
  scenarioSchema,
  SCENARIO_SHAPE,
  type FileHostEntry,
  type FileProbeEntry,
  type ScenarioFile,
} from './scenario-schema.ts';
import type { FileStep } from './step-schemas.ts';

const MAX_STEPS = 100_000;
const MAX_ENTRIES = 10_000;

/** One element of a list. Names in an unreadable one may still be checked. */
export type Entry<Read> = { readonly read: Read } | { readonly read: null; readonly named: Named };

/** The readable part of an unreadable element. */
export interface Named {
  readonly hosts: HostChoice | null;
  readonly when: string | null;
}

type Expect = NonNullable<ScenarioFile['expect']>;

/** The readable part of `expect`; `null` for unreadable values. */
export interface ExpectParts extends Pick<Expect, 'outcome' | 'exit'> {
  readonly rollouts?: ReadonlyMap<string, string | null> | null;
  readonly hosts?: ReadonlyMap<string, string | null> | null;
  readonly fired?: readonly string[] | null;
  readonly held?: readonly string[] | null;
}

type Plain = Omit<Partial<ScenarioFile>, 'fleet' | 'steps' | 'hosts' | 'probes' | 'closures' | 'expect'>;

/** The readable part of each section. Absent or unreadable sections are left out; unreadable ones are reported. */
export interface ScenarioParts extends Plain {
  readonly fleet: FleetParts | null;
  readonly steps: readonly Entry<FileStep>[];
  readonly hosts: readonly Entry<FileHostEntry>[];
  readonly probes: readonly Entry<FileProbeEntry>[];
  readonly closures: FileClosures | undefined;
  readonly expect: ExpectParts | undefined;
  /** Whether it is present, readable or not. */
  readonly has: (setting: keyof ScenarioFile) => boolean;
}

/** Reads part by part, and step by step, so that a mistake in one does not hide another. */
export function readScenarioParts(value: unknown, reading: Reading): ScenarioParts | null {
  const shape = SCENARIO_SHAPE;
  if (!isObject(value)) {
    reading.parse(scenarioSchema, value, '$');
    return null;
  }
  const entries = <Read>(whole: z.ZodType, element: z.ZodType<Read>, most: number) => {
    return (given: unknown, path: string): readonly Entry<Read>[] | null =>
      readListLeniently(whole, (one, place) => readEntry(element, one, place, reading), given, path, most, reading);
  };
  const read = readSection(shape, value, '$', reading, {
    fleet: (given, path) => readFleetParts(given, path, reading),
    steps: (given, path) => {
      if (Array.isArray(given))
        for (const [index, step] of given.slice(0, MAX_STEPS).entries())
          checkTiming(step, `${path}[${index}]`, reading);
      return entries(shape.steps, shape.steps.unwrap().element, MAX_STEPS)(given, path);
    },
    hosts: entries(shape.hosts, shape.hosts.unwrap().element, MAX_ENTRIES),
    probes: entries(shape.probes, shape.probes.unwrap().element, 1000),
    expect: (given, path) => readExpect(given, path, reading),
  });
  if (read === null) return null;
  // Safe: each part came out of the reader of its own key, and unreadable ones were dropped.
  const parts = Object.fromEntries([...read].filter(([, part]) => part !== null)) as Partial<ScenarioParts>;
  return {
    ...parts,
    fleet: parts.fleet ?? null,
    steps: parts.steps ?? [],
    hosts: parts.hosts ?? [],
    probes: parts.probes ?? [],
    closures: parts.closures,
    expect: parts.expect,
    has: (setting) => Object.hasOwn(value, setting),
  };
}

function readEntry<Read>(schema: z.ZodType<Read>, given: unknown, path: string, reading: Reading): Entry<Read> {
  const read = reading.parse(schema, given, path);
  return read === null ? { read: null, named: namedIn(given) } : { read };
}

function namedIn(given: unknown): Named {
  if (!isObject(given)) return { hosts: null, when: null };
  return {
    hosts: hosts.safeParse(given['hosts']).data ?? null,
    when: when.safeParse(given['when']).data ?? null,
  };
}

function readExpect(given: unknown, path: string, reading: Reading): ExpectParts | null {
  const { shape } = SCENARIO_SHAPE.expect.unwrap();
  const record = (whole: z.ZodType, value: z.ZodType<string>) => {
    return (part: unknown, below: string): ExpectParts['hosts'] =>
      readRecordLeniently(whole, (one, place) => reading.parse(value, one, place), part, below, reading);
  };
  const read = readSection(shape, given, path, reading, {
    rollouts: record(shape.rollouts, shape.rollouts.unwrap().valueType),
    hosts: record(shape.hosts, shape.hosts.unwrap().valueType),
  });
  if (read === null) return null;
  // Safe: each part came out of the reader of its own key, and unreadable ones were dropped.
  return Object.fromEntries([...read].filter(([, part]) => part !== null)) as ExpectParts;
}
