import { z } from 'zod';
import { scenarioSchema } from './scenario-schema.ts';

/**
 * The JSON Schema of scenario files, for editors: `# yaml-language-server: $schema=…`. Made from the reader's own
 * schemas. Rules that it cannot express, such as that a pattern must match a host, are only checked by the reader.
 */
export function scenarioJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(scenarioSchema, { io: 'input', reused: 'inline', target: 'draft-7' });
  return { title: 'Scenario of a simulated rollout', description: 'See docs/scenarios.md.', ...schema };
}
