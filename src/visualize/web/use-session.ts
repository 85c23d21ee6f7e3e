import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { linkOfSession, sessionOfLink } from '../play/link.ts';
import type { RunPlace } from '../play/run-place.ts';
import { newSession, type Session } from '../play/session.ts';

export const viewNames = ['chart', 'table', 'paths', 'fleet'] as const;
export type ViewName = (typeof viewNames)[number];

export const viewTitles: { readonly [View in ViewName]: string } = {
  chart: 'Chart',
  table: 'Table',
  paths: 'Paths',
  fleet: 'Rollouts',
};

interface Address {
  readonly view: ViewName;
  readonly session: Session;
  readonly runs: readonly RunPlace[];
  /** Why the address could not be read. */
  readonly problem: string | null;
}

function readAddress(): Address {
  const fragment = globalThis.location.hash;
  const fresh = { view: 'chart', session: newSession, runs: [], problem: null } as const;
  if (fragment.length <= 1) return fresh;
  const link = sessionOfLink(fragment);
  if (!link.ok) return { ...fresh, problem: link.message };
  const { session, runs } = link.value;
  return { view: viewNames.find((name) => name === link.value.view) ?? 'chart', session, runs, problem: null };
}

/** A longer session is left out of a link to a run, which should be short enough for a chat. */
const LONGEST_SESSION = 1_000;

function linkOf({ view, session, runs }: Address): string {
  const link = linkOfSession(view, session, runs);
  return `#${view === 'fleet' && link.length > LONGEST_SESSION ? linkOfSession(view, newSession, runs) : link}`;
}

/** What the page shows, kept in sync with its address in both directions. */
export function useSession(onRuns: (runs: readonly RunPlace[]) => void) {
  const [shown, setShown] = useState<Address>(readAddress);
  // Back goes to the previous view. Steps in a session and moments of a run are not separate entries.
  const viewInAddress = useRef(shown.view);

  useEffect(() => {
    const onChange = () => {
      if (globalThis.location.hash === linkOf(shown)) return;
      const address = readAddress();
      // At once, because a run may open before this view is shown: it must not add an entry, which would end Forward.
      viewInAddress.current = address.view;
      setShown(address);
      onRuns(address.runs);
    };
    globalThis.addEventListener('popstate', onChange);
    return () => globalThis.removeEventListener('popstate', onChange);
  }, [shown, onRuns]);

  // A layout effect, because Back may be pressed before other effects run, and must not be overwritten.
  useLayoutEffect(() => {
    if (shown.problem !== null || globalThis.location.hash === linkOf(shown)) {
      viewInAddress.current = shown.view;
      return;
    }
    if (viewInAddress.current === shown.view) history.replaceState(null, '', linkOf(shown));
    else history.pushState(null, '', linkOf(shown));
    viewInAddress.current = shown.view;
  }, [shown]);

  const setSession = useCallback(
    (change: (session: Session) => Session) =>
      setShown((old) => ({ ...old, session: change(old.session), problem: null })),
    [],
  );
  const setView = useCallback((view: ViewName) => setShown((old) => ({ ...old, view, problem: null })), []);
  const setRuns = useCallback(
    (runs: readonly RunPlace[]) =>
      setShown((old) => (JSON.stringify(old.runs) === JSON.stringify(runs) ? old : { ...old, runs })),
    [],
  );
  return { ...shown, setSession, setView, setRuns };
}
