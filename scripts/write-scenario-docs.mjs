// Writes the tables of docs/scenarios.md from the reader of scenarios. A test compares the two.
import { readFileSync, writeFileSync } from 'node:fs';
import { importSource } from './import-source.mjs';

const { faultTable, settingTables, stepTable } = await importSource('simulator/scenario-file/reference.ts');
const file = new URL('../docs/scenarios.md', import.meta.url);
let text = readFileSync(file, 'utf8');
for (const [name, table] of Object.entries({ steps: stepTable(), faults: faultTable(), settings: settingTables() })) {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = text.indexOf(start) + start.length;
  text = `${text.slice(0, from)}\n\n${table}\n\n${text.slice(text.indexOf(end))}`;
}
writeFileSync(file, text);
