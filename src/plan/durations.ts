import { stringify } from 'yaml';
import { z } from 'zod';
import type { Fleet } from '../fleet/index.ts';
import { parseSpan, writeSpan } from '../simulator/internal.ts';
import { appendTo, parseDuration, writeDuration, type Problem } from '../text/index.ts';
import {
  type HostDurations,
  type RunEvent,
  type Scenario,
  type Span,
  DEFAULT_DURATIONS,
  type Durations,
} from '../simulator/index.ts';
import { readYaml } from './read-yaml.ts';

/** The durations assumed without measurements. */
const PLAN_DURATIONS: Durations = Object.freeze({
  ...DEFAULT_DURATIONS,
  activation: { minMs: 20_000, maxMs: 120_000 },
  rollback: { minMs: 10_000, maxMs: 60_000 },
  probe: { minMs: 500, maxMs: 5000 },
  reboot: { minMs: 60_000, maxMs: 240_000 },
});

/** The durations of a host that can be measured or configured. */
export const MEASURED = ['activation', 'rollback', 'probe', 'reboot'] as const;
/** The name of such a duration. */
export type Measured = (typeof MEASURED)[number];

/** Durations for every host, and for the hosts with a tag. */
export interface PlanDurations {
  readonly durations: Durations;
  /** A host uses the entry for the first of these tags that it has. */
  readonly byTag: readonly { readonly tag: string; readonly durations: HostDurations }[];
}

/** No measurements. */
export const DEFAULT_PLAN_DURATIONS: PlanDurations = { durations: PLAN_DURATIONS, byTag: [] };

const FORMAT = 'nixfleet-statechart-durations';
const REMEDY =
  'Use a file as `nixfleet-statechart durations` writes it. A setting is a span, such as `activation: 20s to 2m`, or a list of evenly spaced quantiles: [20s, 35s, 2m].';
const MAX_QUANTILES = 1001;
/** Enough to show the shape of a distribution, yet few enough to read. */
const QUANTILES = 21;

const SPAN_ERROR = `a duration, two of them (20s to 2m), or a rising list of at most ${MAX_QUANTILES}`;
const SPAN = z
  .union([z.string(), z.array(z.string()).min(1).max(MAX_QUANTILES)], SPAN_ERROR)
  .transform((given, context): Span => {
    const span = typeof given === 'string' ? parseSpan(given) : spanOfQuantiles(given);
    if (span !== null) return span;
    context.addIssue({ code: 'custom', message: SPAN_ERROR });
    return z.NEVER;
  });
const SET = z.strictObject(
  { activation: SPAN.optional(), rollback: SPAN.optional(), probe: SPAN.optional(), reboot: SPAN.optional() },
  'durations by name',
);
const FILE = z.strictObject(
  {
    format: z.literal(FORMAT, `"${FORMAT}"`),
    version: z.literal(1, '1'),
    default: SET.optional(),
    tags: z.record(z.string(), SET, 'durations by tag').optional(),
  },
  'settings',
);

function spanOfQuantiles(texts: readonly string[]): Span | null {
  const quantilesMs = texts.map(parseDuration).filter((ms) => ms !== null);
  const isRising = quantilesMs.every((ms, at) => ms >= (quantilesMs[at - 1] ?? 0));
  const [minMs, maxMs] = [quantilesMs[0], quantilesMs.at(-1)];
  if (quantilesMs.length < texts.length || !isRising || minMs === undefined || maxMs === undefined) return null;
  return { minMs, maxMs, quantilesMs };
}

/** Reads a file of durations, in YAML or JSON. Anything it omits keeps the default for plans. */
export function readDurations(text: string, file: string, problems: Problem[]): PlanDurations {
  const read = readYaml(text, file, FILE, REMEDY, problems);
  if (read === null) return DEFAULT_PLAN_DURATIONS;
  const { default: all = {}, tags = {} } = read;
  const byTag = Object.entries(tags).map(([tag, set]) => ({ tag, durations: given(set) }));
  return { durations: { ...PLAN_DURATIONS, ...given(all) }, byTag };
}

/** Drops absent members: an optional member that is `undefined` would overwrite the default. */
function given(set: { readonly [Name in Measured]?: Span | undefined }): HostDurations {
  return Object.fromEntries(MEASURED.flatMap((name) => (set[name] === undefined ? [] : [[name, set[name]]])));
}

/** The scenario with these durations. A host has those of its first tag in the list. */
export function withDurations(scenario: Scenario, fleet: Fleet, { durations, byTag }: PlanDurations): Scenario {
  const hosts = scenario.hosts.map((host) => {
    const tags = fleet.hosts.get(host.hostname)?.tags ?? [];
    const own = byTag.find(({ tag }) => tags.includes(tag));
    return own === undefined ? host : { ...host, durations: own.durations };
  });
  return { ...scenario, durations, hosts };
}

/** Measured durations in milliseconds: by tag, and for all hosts under `null`. */
export type Measurements = ReadonlyMap<string | null, ReadonlyMap<Measured, readonly number[]>>;

/**
 * Measures durations in an event log by what hosts reported, on their own clocks. An activation lasts from
 * ActivationStarted to ActivationCompleted, a rollback from the failure to RollbackComplete, a reboot from the fault to
 * the boot. Anything longer than a day was interrupted, and is left out.
 *
 * @param fleet has the tags of hosts; `null` for none
 */
export function measureDurations(events: Iterable<RunEvent>, fleet: Fleet | null): Measurements {
  const found = new Map<string | null, Map<Measured, number[]>>();
  const since = new Map<string, number>();
  const add = (hostname: string, what: Measured, key: string, untilMs: number): void => {
    const fromMs = since.get(key);
    since.delete(key);
    const ms = fromMs === undefined ? -1 : untilMs - fromMs;
    if (ms < 0 || ms > LONGEST_MS) return;
    for (const tag of [null, ...(fleet?.hosts.get(hostname)?.tags ?? [])]) {
      const set = found.get(tag) ?? new Map<Measured, number[]>();
      found.set(tag, set);
      appendTo(set, what, ms);
    }
  };
  for (const happened of events) {
    if (happened.type === 'Fault' && happened.fault === 'reboot' && happened.hostname !== null)
      since.set(happened.hostname, happened.runMs);
    if (happened.type === 'AgentBooted' && happened.rebooted)
      add(happened.hostname, 'reboot', happened.hostname, happened.runMs);
    if (happened.type !== 'EventAccepted') continue;
    const { hostname, rolloutId, event } = happened;
    const key = JSON.stringify([hostname, rolloutId]);
    if (event.type === 'ActivationStarted') since.set(key, event.startedAt);
    else if (event.type === 'ActivationCompleted') add(hostname, 'activation', key, event.completedAt);
    else if (event.type === 'ActivationFailed' || event.type === 'Failed') since.set(key, event.failedAt);
    else if (event.type === 'RollbackComplete') add(hostname, 'rollback', key, event.completedAt);
  }
  return found;
}

const LONGEST_MS = 86_400_000;

/** The measurements as a file that {@link readDurations} reads. */
export function writeDurations(measurements: Measurements): string {
  const setOf = (set: ReadonlyMap<Measured, readonly number[]>): Record<string, string | readonly string[]> =>
    Object.fromEntries([...set].map(([what, times]) => [what, quantileTexts(times)]));
  const all = measurements.get(null);
  const tags = [...measurements].flatMap(([tag, set]) => (tag === null ? [] : [[tag, setOf(set)] as const]));
  const file = {
    format: FORMAT,
    version: 1,
    ...(all === undefined ? {} : { default: setOf(all) }),
    ...(tags.length === 0 ? {} : { tags: Object.fromEntries(tags) }),
  };
  return stringify(file, { flowCollectionPadding: false, collectionStyle: 'any', lineWidth: 0 });
}

function quantileTexts(times: readonly number[]): string | readonly string[] {
  const sorted = times.toSorted((a, b) => a - b);
  const [first = 0] = sorted;
  const last = sorted.at(-1) ?? first;
  if (sorted.length < 3 || first === last) return writeSpan({ minMs: first, maxMs: last });
  return Array.from({ length: QUANTILES }, (_, at) => {
    const place = (at / (QUANTILES - 1)) * (sorted.length - 1);
    const [low = first, high = last] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    return writeDuration(Math.round(low + (high - low) * (place - Math.floor(place))));
  });
}
