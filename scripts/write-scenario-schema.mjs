// Writes schema/scenario.schema.json from the reader of scenarios; a test holds the two together.
import { mkdirSync, writeFileSync } from 'node:fs';
import { importSource } from './import-source.mjs';

const { scenarioJsonSchema } = await importSource('simulator/index.ts');
const folder = new URL('../schema/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('scenario.schema.json', folder), `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
