// Writes the tables of docs/scenarios.md from the built reader of scenarios; a test holds the two together.
import { readFileSync, writeFileSync } from 'node:fs';
import { faultTable, settingTables, stepTable } from '../dist/simulator/scenario-file/reference.js';

const file = new URL('../docs/scenarios.md', import.meta.url);
let text = readFileSync(file, 'utf8');
for (const [name, table] of Object.entries({ steps: stepTable(), faults: faultTable(), settings: settingTables() })) {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = text.indexOf(start) + start.length;
  text = `${text.slice(0, from)}\n\n${table}\n\n${text.slice(text.indexOf(end))}`;
}
writeFileSync(file, text);
