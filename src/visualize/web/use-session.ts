import { useCallback, useEffect, useState } from 'react';
import { linkOfSession, sessionOfLink } from '../play/link.ts';
import type { RunPlace } from '../play/run-place.ts';
import { newSession, type Session } from '../play/session.ts';

export const viewNames = ['chart', 'table', 'paths', 'fleet'] as const;
export type ViewName = (typeof viewNames)[number];

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

const linkOf = ({ view, session, runs }: Address): string => `#${linkOfSession(view, session, runs)}`;

/** What the page shows; the address always says the same, and another address in its place is gone to. */
export function useSession(onRuns: (runs: readonly RunPlace[]) => void) {
  const [shown, setShown] = useState<Address>(readAddress);

  useEffect(() => {
    const onChange = () => {
      if (globalThis.location.hash === linkOf(shown)) return;
      const address = readAddress();
      setShown(address);
      onRuns(address.runs);
    };
    globalThis.addEventListener('hashchange', onChange);
    return () => globalThis.removeEventListener('hashchange', onChange);
  }, [shown, onRuns]);

  useEffect(() => {
    if (shown.problem === null && globalThis.location.hash !== linkOf(shown))
      history.replaceState(null, '', linkOf(shown));
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
