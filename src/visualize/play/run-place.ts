import { healthFailurePolicies, type HealthFailurePolicy } from '../../machine/index.ts';
import type { Checked } from './checked.ts';
import type { TimeRange } from '../film/time-axis.ts';
import { isObject } from '../../text/index.ts';

export const troubles = ['none', 'a few bad hosts', 'reboots needed', 'a rough night'] as const;
export type Trouble = (typeof troubles)[number];

export const fleetSizes = [50, 200, 1_000, 10_000] as const;
export const MOST_WAVES = 6;
export const MOST_RUNS = 2;

/** The settings of a generated fleet. */
export interface DemoChoice {
  readonly hosts: number;
  readonly waves: number;
  readonly seed: number;
  readonly onHealthFailure: HealthFailurePolicy;
  readonly trouble: Trouble;
}

/** A run and the view of it: enough for a link to show the same again. */
export interface RunPlace {
  /** How the run was made; `null` for a run from a file, which does not fit into a link. */
  readonly choice: DemoChoice | null;
  /** The name under which the browser keeps a run from a file; `null` if not kept. */
  readonly kept: string | null;
  /** Milliseconds since the start of the run; `null` is its end. */
  readonly time: number | null;
  /** The number of the selected host in the run. */
  readonly host: number | null;
  /** The part that the time axis shows; `null` is the whole run. */
  readonly range: TimeRange | null;
  /** Whether long stretches without changes are shortened. */
  readonly isSkippingSoaks: boolean;
}

/** The names of kept runs. */
const KEPT_PATTERN: RegExp = /^[0-9a-f]{12}$/;

const isWhole = (value: unknown, least: number, most: number): value is number =>
  Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;

const isWholeOrNull = (value: unknown): value is number | null =>
  value === null || isWhole(value, 0, Number.MAX_SAFE_INTEGER);

function isRangeOrNull(value: unknown): value is TimeRange | null {
  if (value === null) return true;
  if (!Array.isArray(value) || value.length !== 2) return false;
  // The elements are unknown, and both are checked.
  const [from, until] = value as readonly unknown[];
  return isWhole(from, 0, Number.MAX_SAFE_INTEGER) && isWhole(until, from + 1, Number.MAX_SAFE_INTEGER);
}

/** The place of a newly opened run. */
export const wholeRun: Pick<RunPlace, 'time' | 'host' | 'range' | 'isSkippingSoaks'> = {
  time: null,
  host: null,
  range: null,
  isSkippingSoaks: false,
};

/** Validates runs from a link, field by field. */
export function checkPlaces(value: unknown): Checked<readonly RunPlace[]> {
  const bad = { ok: false, message: 'The link names runs that this page cannot show.' } as const;
  if (!Array.isArray(value) || value.length > MOST_RUNS) return bad;
  const places: RunPlace[] = [];
  for (const each of value as readonly unknown[]) {
    if (!isObject(each)) return bad;
    const {
      choice = null,
      kept = null,
      time = null,
      host = null,
      range = null,
      isSkippingSoaks = false,
      // Safe: these are untrusted values of a link, each checked below.
    } = each as { readonly [Name in keyof RunPlace]?: unknown };
    const known = choice === null ? null : checkChoice(choice);
    if (kept !== null && (typeof kept !== 'string' || !KEPT_PATTERN.test(kept))) return bad;
    if (known === undefined || !isWholeOrNull(time) || !isWholeOrNull(host)) return bad;
    if (!isRangeOrNull(range) || typeof isSkippingSoaks !== 'boolean') return bad;
    places.push({ choice: known, kept, time, host, range, isSkippingSoaks });
  }
  return { ok: true, value: places };
}

function checkChoice(value: unknown): DemoChoice | undefined {
  if (!isObject(value)) return undefined;
  // Safe, as above.
  const { hosts, waves, seed } = value as { hosts?: unknown; waves?: unknown; seed?: unknown };
  const trouble = troubles.find((each) => each === value['trouble']);
  const size = fleetSizes.find((each) => each === hosts);
  if (trouble === undefined || size === undefined || !isWhole(waves, 1, MOST_WAVES)) return undefined;
  if (!isWhole(seed, 0, Number.MAX_SAFE_INTEGER)) return undefined;
  const onHealthFailure = healthFailurePolicies.find((each) => each === value['onHealthFailure']);
  if (onHealthFailure === undefined) return undefined;
  return { hosts: size, waves, seed, onHealthFailure, trouble };
}
