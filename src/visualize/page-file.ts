import { gzipSync } from 'node:zlib';
import { OPENED_ELEMENT, STREAM_META } from './opened-element.ts';

/**
 * The page with an embedded file that it opens by itself, still in one self-contained file.
 *
 * @param page the built page, as text
 * @param text a run file, a fixture file, a coverage report or an event log
 */
export function pageWithFile(page: string, text: string): string {
  // Paths and runs are repetitive: all paths together take 69 MB, but only one or two when compressed. Base64 cannot
  // contain an end tag.
  const data = gzipSync(text).toString('base64');
  const at = page.lastIndexOf('</body>');
  return `${page.slice(0, at)}<script type="text/plain" id="${OPENED_ELEMENT}">${data}</script>${page.slice(at)}`;
}

/**
 * The page that shows a rollout as it happens.
 *
 * @param page the built page, as text
 * @param address the stream on the server of the page, which sends `head` and `run` as server-sent events
 */
export function pageWithStream(page: string, address: string): string {
  const content = address.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return page.replace('<head>', () => `<head><meta name="${STREAM_META}" content="${content}" />`);
}
