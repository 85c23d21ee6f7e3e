import { OPENED_ELEMENT } from '../opened-element.ts';

/** The file that came inside the page; `null` if none did. */
export async function openedText(): Promise<string | null> {
  const data = document.getElementById(OPENED_ELEMENT)?.textContent;
  if (data === undefined || data === null) return null;
  const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
}
