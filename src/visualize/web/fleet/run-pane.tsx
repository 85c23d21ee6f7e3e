import { useCallback, useEffect, useMemo, useState, type ComponentProps } from 'react';
import { countLooks } from '../../film/looks.ts';
import { shortName } from '../../../text/index.ts';
import { StateBadge } from '../state-badge.tsx';
import { CellsView } from './cells-view.tsx';
import { laneSpans, stateOfLook } from '../../film/film-of-run.ts';
import { filterWords, hostsMatching } from '../../find/host-filter.ts';
import { RunAside } from './run-aside.tsx';
import { Legend } from './legend.tsx';
import type { OpenRun, RunMove } from './open-runs.ts';
import { RiverView } from './river-view.tsx';
import { CompareMenu } from './compare-menu.tsx';
import { ExportRunMenu } from './export-run-menu.tsx';
import { RunHead, VerdictView } from './run-head.tsx';
import { TransportBar } from './transport.tsx';
import { useCellPainter } from './use-cell-painter.ts';
import { useKeys } from '../use-keys.ts';
import { useAxisKeys, useTimeAxis } from './use-time-axis.ts';
import { useClock, useFilmKeys, type RunClock } from './use-clock.ts';
import { cellSorts, orderCells, type CellSort } from '../../film/cell-order.ts';
import { Choice } from '../choice.tsx';
import type { Colours } from './colours.ts';
import { useMoment } from './use-moment.ts';
import { newPendingHost, toHostEvent, type HealthFailurePolicy } from '../../../machine/index.ts';
import { MAX_EVENTS, type Session } from '../../play/session.ts';
import type { ShownRun } from '../../run-file/shown-run.ts';

/** How long the film pauses at its end before it repeats. */
const PAUSE_MS = 3_000;

/** The film alone, dark and repeating, for a screen on the wall. Shift-F opens it, Escape closes it. */
function useWall({ isPlaying, toggle }: RunClock): { readonly isWall: boolean; readonly open: () => void } {
  const [isWall, setWall] = useState(false);
  const open = useCallback(() => setWall(true), []);
  useKeys(isWall ? { Escape: () => setWall(false) } : { F: open });
  useEffect(() => {
    if (!isWall) return undefined;
    const root = document.documentElement;
    const before = root.dataset['theme'];
    root.dataset['theme'] = 'dark';
    // If the browser refuses, the film fills the window.
    root.requestFullscreen?.().catch(() => undefined);
    // Leaving full screen by the browser's key also closes this.
    const onFullscreen = () => document.fullscreenElement === null && setWall(false);
    document.addEventListener('fullscreenchange', onFullscreen);
    return () => {
      document.removeEventListener('fullscreenchange', onFullscreen);
      if (before === undefined) delete root.dataset['theme'];
      else root.dataset['theme'] = before;
      if (document.fullscreenElement !== null) void document.exitFullscreen();
    };
  }, [isWall]);
  useEffect(() => {
    if (!isWall || isPlaying) return undefined;
    const timer = setTimeout(toggle, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [isWall, isPlaying, toggle]);
  return { isWall, open };
}

const sortOptions = cellSorts.map((value) => ({ value, text: `by ${value}` }));

/** The order of the cells. S switches to the next. */
function useCellSort() {
  const [sort, setSort] = useState<CellSort>('name');
  useKeys({ s: () => setSort((old) => cellSorts[(cellSorts.indexOf(old) + 1) % cellSorts.length] ?? 'name') });
  return [sort, setSort] as const;
}

export interface RunActions {
  readonly onMove: (place: RunMove) => void;
  readonly onScenario: (text: string) => void;
  readonly onSave: () => void;
  readonly onClose: () => void;
  /** Runs it again and records the messages of a host; `null` if it cannot be run again. */
  readonly onRecord: ((hostname: string) => void) | null;
}

interface Props extends RunActions {
  readonly run: OpenRun;
  readonly colours: Colours;
  readonly onOpenHost: (session: Session, host: number) => void;
  /** Opens another run beside it; `null` if there already is one. */
  readonly onCompare: ComponentProps<typeof CompareMenu> | null;
}

/** One run: what happened, its waves over time, every host at one moment, and what needs attention. */
export function RunPane({ run, colours, onOpenHost, onCompare, onMove, onScenario, onSave, onClose, onRecord }: Props) {
  const { history, film, filter } = run;
  const { file } = history;
  const layers = useMemo(() => [{ film: film.film, laneOf: film.laneOf, spans: laneSpans(film) }], [film]);
  const control = useTimeAxis(film.film, film.endRunMs, run, onMove);
  const clock = useClock(film.film, film.endRunMs, control, run.time);
  const { time, setTime } = clock;
  const chosen = run.host !== null && run.host < history.hosts.length ? run.host : -1;
  const choose = useCallback((host: number) => onMove({ host: host < 0 ? null : host }), [onMove]);
  const looks = useMemo(() => film.film.looksAt(time), [film, time]);
  const rolloutStates = useMemo(() => history.rolloutsAt(time), [history, time]);
  const counts = useMemo(() => countLooks(looks), [looks]);
  const matching = useMemo(
    () => (filter === null ? null : hostsMatching(filter, history, film, looks)),
    [filter, history, film, looks],
  );
  // Unlike the cells, the lists and the address need not follow every frame.
  const moment = useMoment(history.history, time);
  const [sort, setSort] = useCellSort();
  const order = useMemo(() => orderCells(sort, film, moment.time), [sort, film, moment]);
  const waves = useMemo(() => ({ lanes: film.lanes, laneOf: film.laneOf, order }), [film, order]);
  const paint = useCellPainter(waves, looks, matching, colours);
  const wall = useWall(clock);
  useFilmKeys(film, clock);
  useAxisKeys(control, clock, onMove);

  useEffect(
    () => onMove({ time: moment.time >= film.endRunMs ? null : Math.round(moment.time) }),
    // Reports the place only when it changes, not when the listener does.
    [film, moment],
  );
  const open = useCallback(
    (host: number) => {
      const session = sessionOfHost(history, host);
      if (session !== null) onOpenHost(session, host);
    },
    [history, onOpenHost],
  );

  return (
    <section className={wall.isWall ? 'run-pane is-wall' : 'run-pane'} aria-label={`Run ${file.title}`}>
      <RunHead letter={null} run={run} onClose={onClose}>
        {onCompare !== null && <CompareMenu {...onCompare} />}
        {file.scenario !== '' && (
          <button type="button" onClick={() => onScenario(file.scenario)}>
            Show scenario
          </button>
        )}
        <ExportRunMenu run={run} onSave={onSave} />
      </RunHead>
      <VerdictView moment={moment} isAlone />
      <Legend counts={counts} countsB={null} />
      <ul className="rollouts">
        {file.rollouts.map(({ rolloutId, onHealthFailure, waves }, index) => (
          <li key={rolloutId} data-testid="rollout-title">
            {shortName(rolloutId)} ·{' '}
            {rolloutStates[index] === null || rolloutStates[index] === undefined ? (
              'not open yet'
            ) : (
              <StateBadge state={rolloutStates[index]} />
            )}{' '}
            · {onHealthFailure ?? 'policy unknown'}
            {waves.every(({ soakMinutes }) => soakMinutes === null) && ' · soak unknown'}
          </li>
        ))}
      </ul>
      {filter !== null && matching !== null && (
        <p className="filter" data-testid="filter">
          Only {filterWords(filter, history, film)}:{' '}
          <strong>{matching.reduce((sum, each) => sum + each, 0).toLocaleString('en')}</strong> of{' '}
          {matching.length.toLocaleString('en')} hosts{' '}
          <button type="button" onClick={() => onMove({ filter: null })}>
            Show all
          </button>
        </p>
      )}
      <div className="run-body">
        <div className="film">
          <RiverView
            lanes={film.lanes}
            layers={layers}
            control={control}
            colours={colours}
            time={time}
            onSeek={setTime}
          />
          <CellsView
            run={waves}
            paint={paint}
            stateOf={(host) => stateOfLook(looks[host] ?? 0)}
            nameOf={(host) => history.hosts[host]?.hostname ?? ''}
            chosen={chosen}
            onChoose={choose}
            onOpen={open}
          />
          <TransportBar clock={clock} control={control} markers={history.markers} onWall={wall.open}>
            <Choice label="Sort" value={sort} options={sortOptions} onChange={setSort} />
          </TransportBar>
        </div>
        <RunAside
          onRecord={onRecord}
          history={history}
          moment={moment}
          range={control.isWhole ? null : control.axis.range}
          chosen={chosen}
          onChoose={choose}
          onSeek={setTime}
          onOpen={open}
        />
      </div>
    </section>
  );
}

/**
 * The history of one host in a run, to play on the control plane's chart. All fields are from the run. Probe results
 * that only repeat the last one are missing if the run leaves them out.
 */
function sessionOfHost(run: ShownRun, number: number): Session | null {
  const host = run.hosts[number];
  const rollout = host === undefined ? undefined : run.file.rollouts[host.rollout];
  if (host === undefined || rollout === undefined) return null;
  const { startAt } = run.file;
  const policy = { onHealthFailure: rollout.onHealthFailure ?? likelyPolicy(run, number) };
  const { dispatchedRunMs, soakDueRunMs } = host.view;
  const record = newPendingHost({
    rolloutId: rollout.rolloutId,
    hostname: host.hostname,
    channel: rollout.channel,
    targetClosure: host.targetClosure,
    dispatchedAt: startAt + (dispatchedRunMs ?? 0),
    soakDueAt: soakDueRunMs === null ? null : startAt + soakDueRunMs,
  });
  const accepted = run.eventsOf(number).flatMap((event) => (event.type === 'EventAccepted' ? [event.event] : []));
  const events = accepted.slice(0, MAX_EVENTS).map(toHostEvent);
  const start = { kind: 'record', record, title: `${host.hostname} in the run` } as const;
  return { machine: 'host', side: 'control-plane', ...policy, start, events, cursor: events.length };
}

/** An event log does not record the policy, but a host that rolled back reveals it. */
function likelyPolicy({ hosts }: ShownRun, number: number): HealthFailurePolicy {
  const rollout = hosts[number]?.rollout;
  const wentBack = hosts.some((host) => host.rollout === rollout && host.view.state === 'Reverted');
  return wentBack ? 'rollback-and-halt' : 'halt';
}
