import { gzipSync } from 'node:zlib';
import { OPENED_ELEMENT } from './opened-element.ts';

/**
 * The page with a file inside that it opens by itself: still one file that needs nothing else.
 *
 * @param page the built page, as text
 * @param text a run file, a fixture file, a coverage report or an event log
 */
export function pageWithFile(page: string, text: string): string {
  // Paths and runs are repetitive: all paths together take 69 MB, and one or two when compressed.
  // No text can end its element, because base64 has no characters for that.
  const data = gzipSync(text).toString('base64');
  const at = page.lastIndexOf('</body>');
  return `${page.slice(0, at)}<script type="text/plain" id="${OPENED_ELEMENT}">${data}</script>${page.slice(at)}`;
}
