import { z } from 'zod';
import { hostStates } from '../../machine/index.ts';
import type { RecordedMessages } from '../../simulator/index.ts';
import { outboundEventSchema } from '../../testing/internal.ts';
import { runMsSchema } from './run-event-schema.ts';

const text = z.string();
const rollouts = z.array(z.object({ rolloutId: text, state: z.enum(hostStates), lastEventSeq: z.number() }));

const contentSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('events'), rolloutId: text, events: z.array(outboundEventSchema) }),
  z.object({
    type: z.literal('events-answer'),
    rolloutId: text,
    events: z.array(z.object({ seq: z.number(), outcome: z.enum(['accepted', 'refused', 'not-delivered']) })),
  }),
  z.object({ type: z.literal('heartbeat'), currentClosure: text.nullable(), rollouts }),
  z.object({ type: z.literal('heartbeat-answer'), replayFrom: z.number().nullable(), bootstrapped: z.array(text) }),
  z.object({ type: z.literal('poll') }),
  z.object({ type: z.literal('dispatch'), rolloutId: text, targetClosure: text }),
]);

/** @internal */
export const recordedMessagesSchema: z.ZodType<RecordedMessages> = z.object({
  hostnames: z.array(text),
  messages: z.array(
    z.object({
      sentRunMs: runMsSchema,
      arrivedRunMs: runMsSchema.nullable(),
      hostname: text,
      from: z.enum(['agent', 'control-plane']),
      fate: z.enum(['arrived', 'lost', 'bounced', 'unanswered']),
      isDuplicate: z.boolean(),
      content: contentSchema,
    }),
  ),
  leftOut: z.number(),
});
