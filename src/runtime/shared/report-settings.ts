import { z } from 'zod';

/** What either process reports of itself. */
export const reportSettings = {
  traces: z
    .boolean('true or false')
    .default(false)
    .describe('Creates spans for OpenTelemetry; needs the package @opentelemetry/api.'),
  logLevel: z
    .enum(['trace', 'debug', 'info', 'warn', 'error'], 'trace, debug, info, warn or error')
    .default('info')
    .describe('The least severe level that is logged.'),
};

/** The JSON Schema of a configuration file, for editors. */
export function configurationJsonSchema(title: string, schema: z.ZodType): Record<string, unknown> {
  const json = z.toJSONSchema(schema, { io: 'input', reused: 'inline', target: 'draft-7' });
  return { title, description: 'See docs/operating.md.', ...json };
}
