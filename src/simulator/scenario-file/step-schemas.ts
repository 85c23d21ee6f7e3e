import { z } from 'zod';
import { STEP_KINDS } from '../faults/index.ts';
import { duration, hosts, section, textField, when, type HostChoice } from './field-types.ts';

const timing = {
  at: duration.optional().describe('When, since the start of the run'),
  when: when.optional(),
  after: duration.optional().describe('How long after `when`'),
  note: textField.optional().describe('A remark for readers; has no effect'),
};

/** A step of a file. Its other settings depend on its `do`: see the step's kind. */
export interface FileStep {
  readonly do: string;
  readonly at?: number | undefined;
  readonly when?: string | undefined;
  readonly after?: number | undefined;
  /** For a step on hosts. */
  readonly hosts?: HostChoice | undefined;
  readonly [setting: string]: unknown;
}

/** One schema for each `do`. */
const schemas = [...STEP_KINDS.values()].map((kind) =>
  section({ do: z.literal(kind.do), ...timing, ...(kind.isOnHosts ? { hosts } : {}), ...kind.shape }),
);

// Safe: there are kinds of steps, and each schema's output has `FileStep`'s fields and the settings of its
// kind.
export const stepSchema = z.discriminatedUnion(
  'do',
  schemas as unknown as Parameters<typeof z.discriminatedUnion>[1],
) as unknown as z.ZodType<FileStep>;
