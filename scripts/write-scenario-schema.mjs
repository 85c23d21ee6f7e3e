// Writes schema/scenario.schema.json from the built reader of scenarios; a test holds the two together.
import { mkdirSync, writeFileSync } from 'node:fs';
import { scenarioJsonSchema } from '../dist/simulator/scenario-file/scenario-json-schema.js';

const folder = new URL('../schema/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('scenario.schema.json', folder), `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
