import { z } from 'zod';
import { scenarioSchema } from './scenario-schema.ts';

/**
 * The JSON Schema of scenario files, for editors: `# yaml-language-server: $schema=…`. Made from what the reader itself
 * reads with. What it cannot say, such as that a pattern has to match a host, the reader says.
 */
export function scenarioJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(scenarioSchema, { io: 'input', reused: 'inline', target: 'draft-7' });
  return { title: 'Scenario of a simulated rollout', description: 'See docs/scenarios.md.', ...schema };
}
