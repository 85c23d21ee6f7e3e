// Computes where the cards and lines of the charts go, and writes it down: the search takes a second or two, which a
// page or a command should not spend. `--check` only says whether what is written down is current.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const file = fileURLToPath(new URL('../src/visualize/layouts.ts', import.meta.url));
const source = fileURLToPath(new URL('../src/visualize/write-layouts.ts', import.meta.url));
const { module } = await runnerImport(source);
const text = module.layoutsText();

if (process.argv.includes('--check')) {
  const isCurrent = readFileSync(file, 'utf8') === text;
  console.log(isCurrent ? 'The layouts are current.' : 'The layouts are out of date: run `npm run layout`.');
  process.exitCode = isCurrent ? 0 : 1;
} else {
  writeFileSync(file, text);
}
