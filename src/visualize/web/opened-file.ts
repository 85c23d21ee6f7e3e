import { OPENED_ELEMENT } from '../page-file.ts';
import { readOpenable, type Openable } from '../read-openable.ts';

/** The file that came inside the page; `null` if none did, or if the address says what else to show. */
export function openedFile(): Openable | null {
  const data = document.getElementById(OPENED_ELEMENT)?.textContent;
  if (data === undefined || data === null) return null;
  const text: unknown = JSON.parse(data);
  return typeof text === 'string' ? readOpenable(text) : null;
}
