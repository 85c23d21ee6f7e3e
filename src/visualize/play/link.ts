import type { Checked } from './checked.ts';
import { checkSession } from './check-session.ts';
import { checkPlaces, type RunPlace } from './run-place.ts';
import type { Session } from './session.ts';

/** Raised when older links could be read wrongly. */
const VERSION = 1;

/** The text after `#` in the address of the page: what it shows, the whole session included, and the runs if there are any. */
export const linkOfSession = (view: string, session: Session, runs: readonly RunPlace[] = []): string =>
  [
    `v${VERSION}`,
    view,
    ...[session, ...(runs.length > 0 ? [runs] : [])].map((part) => toBase64Url(JSON.stringify(part))),
  ].join('/');

export interface Link {
  readonly view: string;
  readonly session: Session;
  readonly runs: readonly RunPlace[];
}

/** Reads what `linkOfSession` wrote; anything else gives a sentence that says what is wrong with it. */
export function sessionOfLink(fragment: string): Checked<Link> {
  const [, version, view = '', data = '', runsData] =
    /^#?v(\d+)\/([a-z]*)\/([\w-]*)(?:\/([\w-]*))?$/.exec(fragment) ?? [];
  if (version === undefined) return { ok: false, message: 'This is not a link of this page.' };
  if (Number(version) > VERSION) {
    return {
      ok: false,
      message: `The link was made by a newer version of this page (${version}; this one reads ${VERSION}).`,
    };
  }
  const json = fromBase64Url(data);
  if (json === undefined) return { ok: false, message: 'The link is cut off or damaged.' };
  const session = checkSession(json);
  if (!session.ok) return session;
  const runs = checkPlaces(runsData === undefined ? [] : fromBase64Url(runsData));
  return runs.ok ? { ok: true, value: { view, session: session.value, runs: runs.value } } : runs;
}

function toBase64Url(text: string): string {
  let bytes = '';
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64Url(data: string): unknown {
  try {
    const bytes = atob(data.replaceAll('-', '+').replaceAll('_', '/'));
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
