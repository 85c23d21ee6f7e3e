import { z } from 'zod';
import {
  eventSchema,
  fieldSchemas,
  recordSchema,
  rolloutEventSchema,
  rolloutRecordSchema,
  shapeProblems,
} from '../../testing/internal.ts';
import { chartSides } from '../charts.ts';
import type { Checked } from './checked.ts';
import { MAX_EVENTS, soakWindows, type Session } from './session.ts';

const sessionOf = <Machine extends string, Record, Event>(
  machine: Machine,
  state: z.ZodType<string>,
  record: z.ZodType<Record>,
  event: z.ZodType<Event>,
) =>
  z
    .object({
      machine: z.literal(machine),
      side: z.enum(chartSides),
      onHealthFailure: fieldSchemas.healthFailurePolicy,
      start: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('state'), state, soak: z.enum(soakWindows) }),
        z.object({ kind: z.literal('record'), record, title: z.string() }),
      ]),
      events: z.array(event).max(MAX_EVENTS),
      cursor: z.int().min(0),
    })
    .refine(({ events, cursor }) => cursor <= events.length, {
      path: ['cursor'],
      error: 'a step that the history has',
    });

const sessionSchema: z.ZodType<Session> = z.discriminatedUnion('machine', [
  sessionOf('host', fieldSchemas.hostState, recordSchema, eventSchema),
  sessionOf('rollout', fieldSchemas.rolloutState, rolloutRecordSchema, rolloutEventSchema),
]);

/** A session that came from a link or a file, checked down to each field of each event. */
export function checkSession(value: unknown): Checked<Session> {
  const parsed = sessionSchema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const [first] = shapeProblems(value, parsed.error.issues);
  if (first === undefined) throw new Error('A value that does not parse has a problem.');
  return { ok: false, message: `The link does not hold a session: ${first.path}: ${first.message}.` };
}
