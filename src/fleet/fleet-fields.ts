import { isObject, parseTime, sortedUnique } from '../text/index.ts';
import { z } from 'zod';
import type { Compliance, ComplianceMode, FleetJsonObject, Selector, UnreadRule } from './fleet-manifest.ts';

/*
 * The fields of each part of the file, as schemas. A schema's error is the phrase after "expected". Only parts with
 * fixed fields are here. Collections keyed by name are read by hand, because a schema library builds records by plain
 * assignment, and a host may be named `__proto__`.
 */

/** A hundred years: adding this to a time never leaves the range of dates. */
const MAX_MINUTES = 52_560_000;
/** The limit on bad items reported per list. */
const MAX_BAD_ITEMS = 20;

const text = z.string({ error: 'a string' });
const textOrNull = z.string({ error: 'a string or null' }).nullable().default(null);

const minutesError = { error: `a whole number of minutes, 0 to ${MAX_MINUTES}` };
const minutes = z.int(minutesError).min(0, minutesError).max(MAX_MINUTES, minutesError);

/** Negative values pass here: a separate rule reports negative soaks. */
const soakMinutes = z.int(minutesError).max(MAX_MINUTES, minutesError);

const countError = { error: 'a whole number, 0 or more, or null' };
const countOrNull = z.int(countError).min(0, countError).nullable().default(null);

const numberOrNull = z.number({ error: 'a number or null' }).nullable().default(null);

const timeOrNull = z
  .string({ error: 'an RFC 3339 time or null' })
  .nullable()
  .default(null)
  .transform((value, context): number | null => {
    const time = value === null ? null : parseTime(value);
    if (value !== null && time === null)
      fail(context, value, 'an RFC 3339 time, such as 2026-05-16T01:00:00Z, or null');
    return time;
  });

const version = z.literal(1, { error: '1, the only supported version' });

const jsonObject = z.custom<FleetJsonObject>(isObject, { error: 'an object' });
const jsonObjectOrNull = z
  .custom<FleetJsonObject | null>((value) => value === null || isObject(value), { error: 'an object or null' })
  .default(null);

type Issues = { readonly issues: z.core.$ZodRawIssue[] };

function fail(context: Issues, input: unknown, message: string, path: PropertyKey[] = []): void {
  context.issues.push({ code: 'custom', input, message, path });
}

/** Reads a list of strings. Reports bad items up to a limit. */
function readTexts(value: unknown, context: Issues): readonly string[] {
  if (!Array.isArray(value)) {
    fail(context, value, 'a list of strings');
    return [];
  }
  let bad = 0;
  for (let index = 0; index < value.length && bad < MAX_BAD_ITEMS; index += 1) {
    const item: unknown = value[index];
    if (typeof item === 'string') continue;
    bad += 1;
    fail(context, item, 'a string', [index]);
  }
  if (bad === MAX_BAD_ITEMS)
    fail(context, value, `a list of strings; after ${bad} bad items, the rest was not checked`);
  return value;
}

const texts = z.unknown().transform(readTexts);
const nameSet = texts.transform(sortedUnique);
const nameSetOrNothing = z
  .unknown()
  .default(null)
  .transform((value, context) => (value === null ? [] : readTexts(value, context)))
  .transform(sortedUnique);

const selector = z.object(
  {
    all: z
      .boolean({ error: 'true or false' })
      .nullable()
      .default(null)
      .transform((all) => all ?? false),
    channel: textOrNull,
    hosts: nameSetOrNothing,
    tags: nameSetOrNothing,
    tagsAny: nameSetOrNothing,
  },
  { error: 'a selector: an object with all, channel, hosts, tags, tagsAny' },
) satisfies z.ZodType<Selector>;

const SELECTOR_RULES_UNREAD = ['and', 'not'] as const satisfies readonly UnreadRule[];

/** The members of a budget's selector that a control plane does not read. Empty ones have no meaning. */
export function unreadRules(budget: unknown): readonly UnreadRule[] {
  const written = isObject(budget) ? budget['selector'] : undefined;
  if (!isObject(written)) return [];
  return SELECTOR_RULES_UNREAD.filter((rule) => {
    const value = written[rule] ?? null;
    return value !== null && !(Array.isArray(value) && value.length === 0);
  });
}

const complianceError = { error: '"disabled", "permissive" or "enforce"' };

const compliance = z
  .object(
    {
      mode: z
        .enum(['disabled', 'permissive', 'enforce'] satisfies ComplianceMode[], complianceError)
        .nullable()
        .default(null),
      strict: z.boolean({ error: 'true or false' }).nullable().default(null),
      frameworks: texts,
    },
    { error: 'an object with mode and frameworks' },
  )
  .transform((value, context): Compliance => {
    if (value.mode === null && value.strict === null) fail(context, undefined, complianceError.error, ['mode']);
    return { mode: value.mode ?? (value.strict === true ? 'enforce' : 'permissive'), frameworks: value.frameworks };
  });

export const hostFields = {
  system: text,
  tags: nameSet,
  channel: text,
  closureHash: textOrNull,
  pubkey: textOrNull,
  pin: jsonObjectOrNull,
};

export const channelFields = {
  rolloutPolicy: text,
  reconcileIntervalMinutes: minutes,
  freshnessWindow: minutes,
  signingIntervalMinutes: minutes,
  compliance,
};

/** Without `waves`, which is a list of parts. */
export const policyFields = {
  strategy: z.enum(['canary', 'all-at-once', 'staged'], { error: '"canary", "all-at-once" or "staged"' }),
  healthGate: jsonObject,
  onHealthFailure: z.enum(['halt', 'rollback-and-halt'], { error: '"halt" or "rollback-and-halt"' }),
};

export const policyWaveFields = { selector, soakMinutes };

/** Without `hosts`, whose items are read one by one. */
export const waveFields = { soakMinutes };

export const edgeFields = { gated: text, gates: text, reason: textOrNull };

/** `before` and `after` are the older names of `gates` and `gated`. */
export const channelEdgeFields = {
  gated: textOrNull,
  gates: textOrNull,
  before: textOrNull,
  after: textOrNull,
  reason: textOrNull,
};

export const budgetFields = { selector, maxInFlight: countOrNull, maxInFlightPct: numberOrNull };

export const metaFields = {
  schemaVersion: version,
  signedAt: timeOrNull,
  ciCommit: textOrNull,
  signatureAlgorithm: textOrNull,
};

export const rootFields = { schemaVersion: version };

export const itemText = text;
