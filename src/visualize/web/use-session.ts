import { useCallback, useEffect, useState } from 'react';
import { linkOfSession, sessionOfLink } from '../play/link.ts';
import { newSession, type Session } from '../play/session.ts';

export const viewNames = ['chart', 'table', 'paths', 'fleet'] as const;
export type ViewName = (typeof viewNames)[number];

interface Shown {
  readonly view: ViewName;
  readonly session: Session;
  /** Why the address could not be read. */
  readonly problem: string | null;
}

function readAddress(): Shown {
  const fragment = globalThis.location.hash;
  if (fragment.length <= 1) return { view: 'chart', session: newSession, problem: null };
  const link = sessionOfLink(fragment);
  if (!link.ok) return { view: 'chart', session: newSession, problem: link.message };
  const view = viewNames.find((name) => name === link.value.view) ?? 'chart';
  return { view, session: link.value.session, problem: null };
}

/** What the page shows; the address always says the same, and going back in the browser goes back here. */
export function useSession() {
  const [shown, setShown] = useState<Shown>(readAddress);

  useEffect(() => {
    const onChange = () => {
      if (globalThis.location.hash !== `#${linkOfSession(shown.view, shown.session)}`) setShown(readAddress());
    };
    globalThis.addEventListener('hashchange', onChange);
    return () => globalThis.removeEventListener('hashchange', onChange);
  }, [shown]);

  useEffect(() => {
    if (shown.problem === null) history.replaceState(null, '', `#${linkOfSession(shown.view, shown.session)}`);
  }, [shown]);

  const setSession = useCallback(
    (change: (session: Session) => Session) =>
      setShown((old) => ({ ...old, session: change(old.session), problem: null })),
    [],
  );
  const setView = useCallback((view: ViewName) => setShown((old) => ({ ...old, view, problem: null })), []);
  return { ...shown, setSession, setView };
}
