import { z } from 'zod';
import { hostStates } from '../../machine/index.ts';
import { DURATION_PATTERN, parseDuration, SPAN_PATTERN } from '../../text/index.ts';
import { parseSpan } from '../span.ts';

/**
 * The types of values in scenario files. Each has the `expected …` of its error message; the reader adds what it found
 * and where.
 */

/** A mapping with these keys and no others. */
export function section<Shape extends z.core.$ZodLooseShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? known : `expected a mapping with any of: ${known}`),
  });
}

export const textField: z.ZodString = z
  .string({ error: 'expected a string' })
  .max(10_000, { error: 'expected a string of at most 10000 characters' });
export const name: z.ZodString = z
  .string({ error: 'expected a name' })
  .max(1000, { error: 'expected a name of at most 1000 characters' });
/** The ref of a release: the second part of a rollout id. */
export const channelRef: z.ZodString = name.min(1, { error: 'expected a ref that is not empty' });

export function wholeNumberField(min: number, max: number = Number.MAX_SAFE_INTEGER): z.ZodNumber {
  const range = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
  const error = `expected a whole number ${range}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

export function number(min: number, max: number, what: string): z.ZodNumber {
  const error = `expected ${what}, from ${min} to ${max}`;
  return z.number({ error }).min(min, { error }).max(max, { error });
}

const DURATION_ERROR = 'expected a duration such as 30s, 2m or 1h30m';
const NO_RUN_IS_LONGER_MS = 3650 * 86_400_000;

/** In milliseconds. */
export const duration = z
  .string({ error: DURATION_ERROR })
  .regex(DURATION_PATTERN, { error: DURATION_ERROR })
  .meta({ description: 'A duration such as 30s, 2m or 1h30m', examples: ['30s', '2m', '1h30m'] })
  .transform((value, context) => bounded(parseDuration(value), value, context));

const SPAN_ERROR = 'expected a duration such as 30s, or a range such as 30s to 2m with the shorter one first';

export const span = z
  .string({ error: SPAN_ERROR })
  .regex(SPAN_PATTERN, { error: SPAN_ERROR })
  .meta({ description: 'A duration such as 30s, or a range such as 30s to 2m', examples: ['45s', '30s to 2m'] })
  .transform((value, context) => {
    const read = parseSpan(value);
    if (read !== null && read.maxMs <= NO_RUN_IS_LONGER_MS) return read;
    context.issues.push({ code: 'custom', message: SPAN_ERROR, input: value });
    return z.NEVER;
  });

function bounded(ms: number | null, input: string, context: z.RefinementCtx): number {
  if (ms !== null && ms <= NO_RUN_IS_LONGER_MS) return ms;
  context.issues.push({ code: 'custom', message: 'expected a duration of at most ten years', input });
  return z.NEVER;
}

const CHANCE_ERROR = 'expected a chance: a number from 0 to 1, or a percentage such as 5%';

function number01(error: string): z.ZodNumber {
  return z.number({ error }).min(0, { error }).max(1, { error });
}

/** A text such as `12.5%`, from 0 to 100. */
export function percentage(error: string): z.ZodString {
  return z.string({ error }).regex(/^(?:100(?:\.0+)?|\d{1,2}(?:\.\d{1,12})?)%$/, { error });
}

/** From 0 to 1. */
export const chance = z
  .union([number01(CHANCE_ERROR), percentage(CHANCE_ERROR)], { error: CHANCE_ERROR })
  .meta({ description: 'A chance: a number from 0 to 1, or a percentage such as 5%', examples: ['5%', 0.05] })
  .transform((value) => (typeof value === 'number' ? value : Number(value.slice(0, -1)) / 100));

/** One name, or several; names may hold `*` and `?`. */
export const hostPatterns = z
  .union([name, z.array(name).max(100_000)], { error: 'expected a host, a pattern such as web-*, or a list of them' })
  .transform((value): readonly string[] => (typeof value === 'string' ? [value] : value));

const HOSTS_ERROR =
  'expected a host, a pattern such as web-*, a list of them, or a mapping with any of: named, tag, channel, wave, first';

/** Which hosts something applies to. All rules of a mapping must match. */
export const hosts = z
  .union(
    [
      name,
      z.array(name).max(100_000),
      section({
        named: hostPatterns.optional(),
        tag: name.optional(),
        channel: name.optional(),
        wave: wholeNumberField(0, 10_000).optional(),
        first: wholeNumberField(1, 1_000_000).optional().describe('Only this many of them, in order of name'),
      }),
    ],
    { error: HOSTS_ERROR },
  )
  .transform((value): HostChoice => {
    if (typeof value === 'string') return { ...ANY_HOST, named: [value] };
    return Array.isArray(value) ? { ...ANY_HOST, named: value } : chosen(value);
  });

/** `null` if a rule is not given. */
export interface HostChoice {
  readonly named: readonly string[] | null;
  readonly tag: string | null;
  readonly channel: string | null;
  readonly wave: number | null;
  readonly first: number | null;
}

export const ANY_HOST: HostChoice = { named: null, tag: null, channel: null, wave: null, first: null };

type Given = { readonly [Rule in keyof HostChoice]?: NonNullable<HostChoice[Rule]> | undefined };

function chosen({ named, tag, channel, wave, first }: Given): HostChoice {
  return { named: named ?? null, tag: tag ?? null, channel: channel ?? null, wave: wave ?? null, first: first ?? null };
}

export const WAVE_STARTS: RegExp = /^wave (\d{1,5})(?: of ([\s\S]+))? starts$/;
export const HOST_IS: RegExp = new RegExp(String.raw`^([\s\S]*) is (${hostStates.join('|')})$`);
const WHEN_ERROR = `expected "wave N starts", "wave N of CHANNEL starts" or "HOST is STATE" with one of: ${hostStates.join(', ')}`;

export const when = z
  .string({ error: WHEN_ERROR })
  .max(2000, { error: WHEN_ERROR })
  .regex(new RegExp(`${WAVE_STARTS.source}|${HOST_IS.source}`), { error: WHEN_ERROR })
  .meta({
    description: '"wave N starts", "wave N of CHANNEL starts" or "HOST is STATE". Waves count from 0.',
    examples: ['wave 1 starts', 'web-01 is Soaking'],
  });

/** A mapping from host patterns to closures, or a new closure for every host. */
export const closures = z.union(
  [z.literal('new for every host'), z.record(z.string(), name, { error: 'expected closures by host' })],
  { error: 'expected "new for every host", or a mapping from hosts (or patterns such as web-*) to closures' },
);

export type FileClosures = z.output<typeof closures>;
