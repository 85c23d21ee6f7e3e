import { useCallback, useEffect, useMemo, useState } from 'react';
import { hostChartName } from '../chart-catalogue.ts';
import { layouts } from '../layouts.ts';
import type { Coverage } from '../play/coverage.ts';
import { fixtureOfSession, sessionOfPath } from '../play/fixture-of-session.ts';
import { engines, type PlayEvent } from '../play/engine.ts';
import { chartOfSession, jump, presentRecord, replaySession, send, startRecord, timeAfter } from '../play/session.ts';
import type { TestPath } from '../../testing/test-path.ts';
import { RunHistory } from '../run-file/run-history.ts';
import { ChartView } from './chart-view.tsx';
import { FleetView } from './fleet/fleet-view.tsx';
import { ExportMenu } from './export-menu.tsx';
import { openedFile } from './opened-file.ts';
import { PathsPanel } from './paths-panel.tsx';
import { PlayPanel } from './play-panel.tsx';
import { TableView } from './table-view.tsx';
import { Toolbar } from './toolbar.tsx';
import { useSession, viewNames, type ViewName } from './use-session.ts';
import { useAnimation } from './use-animation.ts';
import { useTheme, type ThemeChoice } from './use-theme.ts';

const viewTitles: { readonly [View in ViewName]: string } = {
  chart: 'Chart',
  table: 'Table',
  paths: 'Paths',
  fleet: 'Fleet',
};

export function App() {
  const { view, session, problem, setSession, setView } = useSession();
  const { theme, setTheme } = useTheme();
  const [runs, setRuns] = useState<readonly RunHistory[]>([]);
  const [paths, setPaths] = useState<readonly TestPath[] | null>(null);
  const [coverage, setCoverage] = useState<Coverage | null>(null);
  const [notice, setNotice] = useState<string | null>(null);
  const [editing, setEditing] = useState<string | null>(null);
  const model = useMemo(() => chartOfSession(session), [session.machine, session.side]);
  const chartName = session.machine === 'rollout' ? 'rollout' : hostChartName(session.side);
  const layout = layouts[chartName];
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

  const goOn = useCallback(() => setSession((old) => jump(old, old.cursor + 1)), [setSession]);
  const animation = useAnimation(session.cursor < session.events.length, goOn);
  const copyFixture = () =>
    void navigator.clipboard.writeText(fixtureOfSession(session)).then(
      () => setNotice('The history is in the clipboard, as a fixture.'),
      () => setNotice('The browser did not allow to copy.'),
    );

  useEffect(() => {
    const opened = openedFile();
    if (opened === null) return;
    if (opened.type === 'run') {
      setRuns([new RunHistory(opened.run)]);
      setView('fleet');
    } else if (opened.type === 'problem') setNotice(opened.message);
    else {
      if (opened.type === 'paths') setPaths(opened.paths);
      else setCoverage(opened.coverage);
      setView('paths');
    }
  }, [setView]);

  useEffect(() => {
    if (notice === null) return undefined;
    const timer = setTimeout(() => setNotice(null), 4000);
    return () => clearTimeout(timer);
  }, [notice]);

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
    ? {
        state: last.before.state,
        event: last.event.type,
        target: last.before.state === last.after.state ? null : last.after.state,
      }
    : null;

  return (
    <div className="page">
      <header className="top">
        <h1>
          nixfleet <span>statechart</span>
        </h1>
        <nav aria-label="Views">
          {viewNames.map((name) => (
            <button
              key={name}
              type="button"
              aria-current={view === name ? 'page' : undefined}
              onClick={() => setView(name)}
            >
              {viewTitles[name]}
            </button>
          ))}
        </nav>
        <div className="row end">
          <ExportMenu name={chartName} />
          <label className="choice">
            <span>Theme</span>
            {/* The options below are the choices. */}
            <select value={theme} onChange={(event) => setTheme(event.target.value as ThemeChoice)}>
              <option value="auto">as the system</option>
              <option value="light">light</option>
              <option value="dark">dark</option>
            </select>
          </label>
        </div>
      </header>
      <p className="notice" role="status">
        {notice}
      </p>
      {problem !== null && (
        <p className="banner" role="alert">
          {problem} The page starts afresh.
        </p>
      )}
      {view !== 'fleet' && <Toolbar model={model} session={session} onChange={setSession} />}
      <main className={`view-${view}`}>
        {(view === 'chart' || view === 'paths') && (
          <>
            {view === 'paths' && (
              <PathsPanel
                session={session}
                coverage={coverage}
                onCoverage={setCoverage}
                opened={paths}
                onOpened={setPaths}
                onPlay={(path) => setSession(() => sessionOfPath(path))}
              />
            )}
            <ChartView
              model={model}
              layout={layout}
              present={record.state}
              taken={taken}
              coverage={coverage?.cells ?? null}
              onSend={onSendUsual}
              onEdit={setEditing}
            />
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
              isPlaying={animation.isPlaying}
              onPlay={animation.toggle}
              onCopyFixture={copyFixture}
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
        {view === 'table' && <TableView model={model} coverage={coverage?.cells ?? null} />}
      </main>
    </div>
  );
}
