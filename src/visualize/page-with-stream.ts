import { STREAM_META } from './opened-element.ts';

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
