import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll } from 'vitest';
import { pageWithFile } from '../../../src/visualize/page-file.ts';
import { pageUrl } from './browser-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'nixfleet-page-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The address of a page on disk with an embedded file, as written by `visualize FILE --out`. */
export function pageHolding(name: string, text: string): string {
  const path = join(folder, `${name}.html`);
  writeFileSync(path, pageWithFile(readFileSync(fileURLToPath(pageUrl), 'utf8'), text));
  return pathToFileURL(path).href;
}
