import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { TestPath } from '../../testing/index.ts';
import { hostChartName } from '../chart-catalogue.ts';
import { layoutOf } from '../layouts.ts';
import { isCoverageOf, sessionFor, type Coverage } from '../play/coverage.ts';
import { playEngines, type PlayEvent } from '../play/engine.ts';
import { MOST_RUNS } from '../play/run-place.ts';
import { sessionForPaths } from '../play/playable-paths.ts';
import {
  chartOfSession,
  jump,
  presentRecord,
  replaySession,
  send,
  startRecord,
  timeAfter,
  type Session,
} from '../play/session.ts';
import type { RunTarget } from '../find/findables-of-run.ts';
import type { ReadRun } from '../run-file/read-run-file.ts';
import { takenBy } from '../play/taken.ts';
import { ChartView } from './chart-view.tsx';
import { Choice } from './choice.tsx';
import { welcome, type Finding } from './fleet/examples.ts';
import type { OpenRun } from './fleet/open-runs.ts';
import { keepDraft, keptDraft } from './fleet/draft.ts';
import { FindingsMenu } from './fleet/findings-menu.tsx';
import { streamAddress, useLive } from './fleet/use-live.ts';
import { HostStrip } from './fleet/host-strip.tsx';
import { RunMenu } from './fleet/run-menu.tsx';
import { FleetView } from './fleet/fleet-view.tsx';
import { useRuns } from './fleet/use-runs.ts';
import { KeysDialog } from './keys-dialog.tsx';
import { useKeys } from './use-keys.ts';
import { FindDialog } from './find-dialog.tsx';
import { useFindables } from './use-findables.ts';
import { ExportMenu } from './export-menu.tsx';
import { PathsPanel } from './paths-panel.tsx';
import { PlayPanel } from './play-panel.tsx';
import { TableView } from './table-view.tsx';
import { Toolbar } from './toolbar.tsx';
import { useOpened } from './use-opened.ts';
import { useSession, viewNames, viewTitles } from './use-session.ts';
const STEP_MS = 900;

/** Plays one step at a time from the current step to the last. */
function useAnimation(step: number, last: number, goOn: () => void) {
  const [isPlaying, setPlaying] = useState(false);
  useEffect(() => {
    if (!isPlaying) return undefined;
    if (step >= last) {
      setPlaying(false);
      return undefined;
    }
    const timer = setTimeout(goOn, STEP_MS);
    return () => clearTimeout(timer);
  }, [isPlaying, step, last, goOn]);
  return { isPlaying, toggle: () => setPlaying(!isPlaying) };
}

const themes: readonly { readonly value: ThemeChoice; readonly text: string }[] = [
  { value: 'auto', text: 'as the system' },
  { value: 'light', text: 'light' },
  { value: 'dark', text: 'dark' },
];

/** A host of a run, shown on the chart. */
interface Followed {
  readonly run: number;
  readonly host: number;
  readonly session: Session;
}

interface Props {
  /** The file embedded in the page; `null` for none. */
  readonly opened: string | null;
}

export function App({ opened: openedText }: Props) {
  const runs = useRuns();
  const address = useSession(runs.goTo);
  const { view, session, setSession, setView, setRuns } = address;
  const { theme, setTheme } = useTheme();
  const [draft, setDraft] = useState(keptDraft);
  useEffect(() => keepDraft(draft.text), [draft.text]);
  const [editing, setEditing] = useState<string | null>(null);
  const { goTo, add, start, dismiss, open, asked, runner } = runs;

  // Before the embedded file is opened, so that it opens at the place named by the link.
  useEffect(() => goTo(address.runs), []);
  const onRun = useCallback(
    (run: ReadRun, text: string | null) => {
      dismiss();
      add(run, { choice: null, source: null, isExample: false, kept: null, text });
    },
    [add, dismiss],
  );
  const onFleet = useCallback((name: string, text: string) => start({ type: 'fleet', name, text }), [start]);
  const onScenario = useCallback(
    (text: string, files: ReadonlyMap<string, string>) => {
      setDraft({ text, files, isShown: false });
      start({ type: 'scenario', text, files, isExample: false });
    },
    [start],
  );
  // An empty view would not show its purpose. The example never replaces a run of the user's own.
  const isIdle = runner.type === 'idle' && open.length === 0 && asked.length === 0;
  const stream = useMemo(streamAddress, []);
  const streamProblem = useLive(stream, runs.addLive);
  useEffect(() => {
    if (stream !== null) setView('fleet');
  }, [stream, setView]);
  const isEmpty = stream === null && view === 'fleet' && isIdle && openedText === null;
  const hasWelcomed = useRef(false);
  useEffect(() => {
    if (!isEmpty || hasWelcomed.current) return;
    hasWelcomed.current = true;
    start({ type: 'scenario', ...welcome, isExample: true });
  }, [isEmpty, start]);
  // A session in progress is not discarded for paths or coverage that its own chart can show.
  const onPaths = useCallback(
    (paths: readonly TestPath[]) => setSession((old) => sessionForPaths(old, paths)),
    [setSession],
  );
  const onCoverage = useCallback((coverage: Coverage) => setSession((old) => sessionFor(old, coverage)), [setSession]);
  // The host whose history is on the chart, until something else happens there.
  const [followed, setFollowed] = useState<Followed | null>(null);
  const followedRun =
    followed !== null && session.start === followed.session.start && session.events === followed.session.events
      ? open.find(({ id }) => id === followed.run)
      : undefined;
  const [isShowingKeys, setShowingKeys] = useState(false);
  const [isFinding, setFinding] = useState(false);
  const onFinding = useCallback(
    ({ text }: Finding) => {
      setDraft({ text, files: new Map(), isShown: false });
      setView('fleet');
      start({ type: 'scenario', text, files: new Map(), isExample: false });
    },
    [setView, start],
  );
  const onTarget = useCallback(
    (run: OpenRun, target: RunTarget) => {
      setView('fleet');
      runs.move(run.id, target.type === 'host' ? { host: target.host } : { filter: target.filter });
    },
    [setView, runs.move],
  );
  const findables = useFindables(open, { onView: setView, onFinding, onTarget });
  const opened = useOpened({ opened: openedText, onRun, onFleet, onScenario, onPaths, onCoverage, onView: setView });
  useEffect(
    () =>
      setRuns(
        [...open, ...asked].slice(0, MOST_RUNS).map(({ choice, kept, time, host, range, isSkippingSoaks }) => ({
          choice,
          kept,
          time,
          host,
          range,
          isSkippingSoaks,
        })),
      ),
    [open, asked, setRuns],
  );

  const model = useMemo(() => chartOfSession(session), [session.machine, session.side]);
  // Coverage of another chart does not apply to this one.
  const coverage = opened.coverage !== null && isCoverageOf(model, opened.coverage) ? opened.coverage : null;
  const chartName = session.machine === 'rollout' ? 'rollout' : hostChartName(session.side);
  const layout = layoutOf(chartName);
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
        return send(old, playEngines[old.machine].usual(type, now, timeAfter(now), policy));
      }),
    [setSession],
  );
  const onJump = useCallback((cursor: number) => setSession((old) => jump(old, cursor)), [setSession]);

  const goOn = useCallback(() => setSession((old) => jump(old, old.cursor + 1)), [setSession]);
  const animation = useAnimation(session.cursor, session.events.length, goOn);
  useKeys({
    u: () => setSession((old) => jump(old, old.cursor - 1)),
    r: () => setSession((old) => jump(old, old.cursor + 1)),
    '?': () => setShowingKeys(true),
    '/': () => setFinding(true),
    'Ctrl-k': () => setFinding(true),
  });

  const last = moments.at(-1);
  const taken = last === undefined ? null : takenBy(model, session, last);

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
          <button
            type="button"
            aria-haspopup="dialog"
            aria-keyshortcuts="Control+K Meta+K /"
            onClick={() => setFinding(true)}
          >
            Find <kbd>/</kbd>
          </button>
          <button
            type="button"
            className="keys-button"
            aria-haspopup="dialog"
            aria-label="Keys"
            aria-keyshortcuts="?"
            onClick={() => setShowingKeys(true)}
          >
            ?
          </button>
          {view === 'fleet' && (
            <>
              <FindingsMenu onShow={onFinding} />
              <RunMenu runs={runs} draft={draft} onDraft={setDraft} onFiles={opened.openFiles} />
            </>
          )}
          {view !== 'fleet' && <ExportMenu name={chartName} />}
          <Choice label="Theme" value={theme} options={themes} onChange={setTheme} />
        </div>
      </header>
      {isShowingKeys && <KeysDialog onClose={() => setShowingKeys(false)} />}
      {isFinding && <FindDialog findables={findables} onClose={() => setFinding(false)} />}
      {(opened.problem ?? address.problem) !== null && (
        <p className="banner" role="alert">
          {opened.problem ?? `${address.problem} The page starts afresh.`}
        </p>
      )}
      {streamProblem !== null && (
        <p className="banner" role="status">
          {streamProblem}
        </p>
      )}
      {view !== 'fleet' && <Toolbar model={model} session={session} onChange={setSession} />}
      {view !== 'fleet' && followed !== null && followedRun !== undefined && (
        <HostStrip
          run={followedRun}
          host={followed.host}
          cursor={session.cursor}
          onJump={onJump}
          onMove={(place) => runs.move(followedRun.id, place)}
          onBack={() => setView('fleet')}
        />
      )}
      <main className={`view-${view}`}>
        {(view === 'chart' || view === 'paths') && (
          <>
            {view === 'paths' && (
              <PathsPanel
                model={model}
                session={session}
                coverage={coverage}
                onCoverage={opened.setCoverage}
                opened={opened.paths}
                onOpened={opened.setPaths}
                onFiles={opened.openFiles}
                onPlay={(played) => setSession(() => played)}
              />
            )}
            <ChartView
              model={model}
              layout={layout}
              present={record.state}
              taken={taken}
              coverage={coverage?.cells ?? null}
              policy={session.onHealthFailure}
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
            />
          </>
        )}
        {view === 'fleet' && (
          <FleetView
            runs={runs}
            draft={draft}
            onDraft={setDraft}
            onFiles={opened.openFiles}
            onOpenHost={(ofHost, run, host) => {
              setSession(() => ofHost);
              setFollowed({ run: run.id, host, session: ofHost });
              setView('chart');
            }}
          />
        )}
        {view === 'table' && <TableView model={model} coverage={coverage?.cells ?? null} />}
      </main>
    </div>
  );
}

type ThemeChoice = 'auto' | 'light' | 'dark';

/** Light, dark, or the system's preference. Not remembered, because a file opened from disk has no storage. */
function useTheme() {
  const [theme, setTheme] = useState<ThemeChoice>('auto');
  useEffect(() => {
    if (theme === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return { theme, setTheme };
}
