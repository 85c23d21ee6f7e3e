// Writes schema/fixture.schema.json from the built reader of fixture files; a test holds the two together.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fixtureJsonSchema } from '../dist/testing/index.js';

const folder = new URL('../schema/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('fixture.schema.json', folder), `${JSON.stringify(fixtureJsonSchema(), null, 2)}\n`);
