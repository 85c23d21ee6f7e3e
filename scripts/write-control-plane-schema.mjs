// Writes schema/control-plane.schema.json from the reader of configurations; a test holds the two together.
import { writeFileSync } from 'node:fs';
import { importSource } from './import-source.mjs';

const { controlPlaneJsonSchema } = await importSource('runtime/control-plane/index.ts');
const file = new URL('../schema/control-plane.schema.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(controlPlaneJsonSchema(), null, 2)}\n`);
