/** The element of the page in which a file travels that it is to open by itself. */
export const OPENED_ELEMENT = 'opened-file';

/**
 * The page with a file inside that it opens by itself: still one file that needs nothing else.
 *
 * @param page the built page, as text
 * @param text a run file, a fixture file, a coverage report or an event log
 */
export function pageWithFile(page: string, text: string): string {
  // Written so that no text can end the element that it stands in.
  const data = JSON.stringify(text).replaceAll('<', '\\u003c');
  const at = page.lastIndexOf('</body>');
  return `${page.slice(0, at)}<script type="application/json" id="${OPENED_ELEMENT}">${data}</script>${page.slice(at)}`;
}
