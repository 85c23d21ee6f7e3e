import { useCallback, useEffect, useMemo } from 'react';
import { Moment } from '../../../simulator/index.ts';
import type { Session } from '../../play/session.ts';
import { countLooks } from '../../film/looks.ts';
import { shortName } from '../../../text/index.ts';
import { StateBadge } from '../state-badge.tsx';
import { CellsView } from './cells-view.tsx';
import { laneSpans, stateOfLook } from '../../film/film-of-run.ts';
import { filterWords, hostsMatching } from '../../find/host-filter.ts';
import { RunAside } from './run-aside.tsx';
import { sessionOfHost } from './host-session.ts';
import { Legend } from './legend.tsx';
import type { OpenRun } from './open-runs.ts';
import { RiverView } from './river-view.tsx';
import { RunHead, VerdictView } from './run-head.tsx';
import { TransportBar } from './transport.tsx';
import { useCellPainter } from './use-cell-painter.ts';
import { useClock, useFilmKeys } from './use-clock.ts';
import type { Colours } from './colours.ts';
import { useWall } from './use-wall.ts';
import { useThrottled } from './use-throttled.ts';

/** What can be done with a run. */
export interface RunActions {
  readonly onMove: (place: Partial<Pick<OpenRun, 'time' | 'host' | 'filter'>>) => void;
  readonly onScenario: (text: string) => void;
  readonly onSave: () => void;
  readonly onClose: () => void;
  /** Runs it again and records the messages of a host; `null` where it cannot be run again. */
  readonly onRecord: ((hostname: string) => void) | null;
}

interface Props extends RunActions {
  readonly run: OpenRun;
  readonly colours: Colours;
  readonly onOpenHost: (session: Session, host: number) => void;
}

/** One run: what happened, its waves over time, every host at one moment, and what deserves attention. */
export function RunPane({ run, colours, onOpenHost, onMove, onScenario, onSave, onClose, onRecord }: Props) {
  const { history, film, filter } = run;
  const { file } = history;
  const layers = useMemo(() => [{ film: film.film, laneOf: film.laneOf, spans: laneSpans(film) }], [film]);
  const clock = useClock(film.film, film.endRunMs, run.time);
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
  // The lists and the address need not follow every frame; the cells do.
  const calmTime = useThrottled(time);
  const paint = useCellPainter(film, looks, matching, colours);
  const moment = useMemo(() => new Moment(history.history, calmTime), [history, calmTime]);
  const wall = useWall(clock);
  useFilmKeys(film, clock);

  useEffect(
    () => onMove({ time: calmTime >= film.endRunMs ? null : Math.round(calmTime) }),
    // What is reported is the place; a new listener is no reason to report it again.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [film, calmTime],
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
      <RunHead letter={null} run={run} onScenario={onScenario} onSave={onSave} onClose={onClose} />
      <VerdictView moment={moment} isActive />
      <Legend counts={counts} />
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
            endRunMs={film.endRunMs}
            colours={colours}
            time={time}
            onSeek={setTime}
          />
          <CellsView
            run={film}
            paint={paint}
            stateOf={(host) => stateOfLook(looks[host] ?? 0)}
            nameOf={(host) => history.hosts[host]?.hostname ?? ''}
            chosen={chosen}
            onChoose={choose}
            onOpen={open}
          />
          <TransportBar clock={clock} endRunMs={film.endRunMs} markers={history.markers} onWall={wall.open} />
        </div>
        <RunAside
          onRecord={onRecord}
          history={history}
          moment={moment}
          chosen={chosen}
          onChoose={choose}
          onSeek={setTime}
          onOpen={open}
        />
      </div>
    </section>
  );
}
