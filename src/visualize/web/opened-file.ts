import { OPENED_ELEMENT } from '../page-file.ts';

/** The file that came inside the page; `null` if none did. */
export function openedText(): string | null {
  const data = document.getElementById(OPENED_ELEMENT)?.textContent;
  if (data === undefined || data === null) return null;
  const text: unknown = JSON.parse(data);
  return typeof text === 'string' ? text : null;
}
