// Writes schema/agent.schema.json from the reader of configurations; a test holds the two together.
import { writeFileSync } from 'node:fs';
import { importSource } from './import-source.mjs';

const { agentJsonSchema } = await importSource('runtime/agent/index.ts');
const file = new URL('../schema/agent.schema.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(agentJsonSchema(), null, 2)}\n`);
