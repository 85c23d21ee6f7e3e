import { useCallback, useEffect, useMemo, useState } from 'react';
import { hostChartName } from '../chart-catalogue.ts';
import { layouts } from '../layouts.ts';
import { engines, type PlayEvent } from '../play/engine.ts';
import { chartOfSession, jump, presentRecord, replaySession, send, startRecord, timeAfter } from '../play/session.ts';
import type { RunHistory } from '../run-file/run-history.ts';
import { ChartView } from './chart-view.tsx';
import { FleetView } from './fleet/fleet-view.tsx';
import { PlayPanel } from './play-panel.tsx';
import { TableView } from './table-view.tsx';
import { Toolbar } from './toolbar.tsx';
import { useSession, viewNames, type ViewName } from './use-session.ts';
import { useTheme, type ThemeChoice } from './use-theme.ts';

const viewTitles: { readonly [View in ViewName]: string } = { chart: 'Chart', table: 'Table', paths: 'Paths', fleet: 'Fleet' };

export function App() {
  const { view, session, problem, setSession, setView } = useSession();
  const { theme, setTheme } = useTheme();
  const [runs, setRuns] = useState<readonly RunHistory[]>([]);
  const [editing, setEditing] = useState<string | null>(null);
  const model = useMemo(() => chartOfSession(session), [session.machine, session.side]);
  const layout = layouts[session.machine === 'rollout' ? 'rollout' : hostChartName(session.side)];
  const moments = useMemo(() => replaySession(session), [session]);
  const record = moments.at(-1)?.after ?? startRecord(session);

  const onSend = useCallback(
    (event: PlayEvent) => {
      setSession((old) => send(old, event));
      setEditing(null);
    },
    [setSession],
  );
  const onSendUsual = useCallback(
    (type: string) =>
      setSession((old) => {
        const now = presentRecord(old);
        const policy = { onHealthFailure: old.onHealthFailure };
        return send(old, engines[old.machine].usual(type, now, timeAfter(now), policy));
      }),
    [setSession],
  );
  const onJump = useCallback((cursor: number) => setSession((old) => jump(old, cursor)), [setSession]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === 'u') setSession((old) => jump(old, old.cursor - 1));
      if (event.key === 'r') setSession((old) => jump(old, old.cursor + 1));
    };
    globalThis.addEventListener('keydown', onKey);
    return () => globalThis.removeEventListener('keydown', onKey);
  }, [setSession]);

  const last = moments.at(-1);
  const taken = last?.result.ok
    ? { state: last.before.state, event: last.event.type, target: last.before.state === last.after.state ? null : last.after.state }
    : null;

  return (
    <div className="page">
      <header className="top">
        <h1>nixfleet <span>statechart</span></h1>
        <nav aria-label="Views">
          {viewNames.map((name) => (
            <button key={name} type="button" aria-current={view === name ? 'page' : undefined} onClick={() => setView(name)}>
              {viewTitles[name]}
            </button>
          ))}
        </nav>
        <div className="row end">
          <label className="choice">
            <span>Theme</span>
            <select value={theme} onChange={(event) => setTheme(event.target.value as ThemeChoice)}>
              <option value="auto">as the system</option>
              <option value="light">light</option>
              <option value="dark">dark</option>
            </select>
          </label>
        </div>
      </header>
      {problem !== null && <p className="banner" role="alert">{problem} The page starts afresh.</p>}
      {(view === 'chart' || view === 'table') && <Toolbar model={model} session={session} onChange={setSession} />}
      <main className={`view-${view}`}>
        {view === 'chart' && (
          <>
            <ChartView model={model} layout={layout} present={record.state} taken={taken} coverage={null} onSend={onSendUsual} onEdit={setEditing} />
            <PlayPanel
              model={model}
              session={session}
              moments={moments}
              record={record}
              editing={editing}
              onEdit={setEditing}
              onSendUsual={onSendUsual}
              onSend={onSend}
              onJump={onJump}
              onCopyFixture={() => {}}
            />
          </>
        )}
        {view === 'fleet' && (
          <FleetView
            runs={runs}
            onRuns={setRuns}
            onOpenHost={(opened) => {
              setSession(() => opened);
              setView('chart');
            }}
          />
        )}
        {view === 'table' && <TableView model={model} coverage={null} />}
      </main>
    </div>
  );
}
