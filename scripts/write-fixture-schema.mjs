// Writes schema/fixture.schema.json from the reader of fixture files; a test holds the two together.
import { mkdirSync, writeFileSync } from 'node:fs';
import { importSource } from './import-source.mjs';

const { fixtureJsonSchema } = await importSource('testing/index.ts');
const folder = new URL('../schema/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('fixture.schema.json', folder), `${JSON.stringify(fixtureJsonSchema(), null, 2)}\n`);
