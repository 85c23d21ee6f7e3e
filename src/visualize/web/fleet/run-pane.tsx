import { useEffect, useMemo, useState } from 'react';
import { hostStates } from '../../../machine/host-states.ts';
import type { RunPlace } from '../../play/run-place.ts';
import type { Session } from '../../play/session.ts';
import { lookOf } from '../../palette.ts';
import { CountsChart } from './counts-chart.tsx';
import { FleetLists } from './fleet-lists.tsx';
import { GridView } from './grid-view.tsx';
import { sessionOfHost } from './host-session.ts';
import { Markers } from './markers.tsx';
import { RunHead } from './run-head.tsx';
import { useSettled } from './use-settled.ts';
import { TimeLine } from './time-line.tsx';
import { useClock } from './use-clock.ts';
import type { OpenRun } from './open-runs.ts';

interface Props {
  readonly run: OpenRun;
  readonly colours: readonly string[];
  readonly onOpenHost: (session: Session) => void;
  readonly onMove: (place: Pick<RunPlace, 'time' | 'host'>) => void;
  readonly onScenario: (text: string) => void;
  readonly onSave: () => void;
  readonly onClose: () => void;
}

/** One run: all hosts at one moment, a time line, and what deserves attention. */
export function RunPane({ run, colours, onOpenHost, onMove, onScenario, onSave, onClose }: Props) {
  const { history } = run;
  const { file } = history;
  const clock = useClock(history.shownUntil, run.time);
  const { time, setTime } = clock;
  const [chosen, choose] = useState(run.host !== null && run.host < history.hosts.length ? run.host : -1);
  const states = useMemo(() => history.statesAt(time), [history, time]);
  const rolloutStates = useMemo(() => history.rolloutsAt(time), [history, time]);
  const counts = useMemo(() => countStates(states), [states]);
  // The lists and the address may wait until the time line is let go; the cells may not.
  const settledTime = useSettled(time);

  useEffect(
    () =>
      onMove({
        time: settledTime >= history.shownUntil ? null : Math.round(settledTime),
        host: chosen < 0 ? null : chosen,
      }),
    // It is the place that has to be told, and not who listens.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [history, settledTime, chosen],
  );
  const open = (host: number) => {
    const session = sessionOfHost(history, host);
    if (session !== null) onOpenHost(session);
  };

  return (
    <section className="run-pane" aria-label={`Run ${file.title}`}>
      <RunHead file={file} onScenario={onScenario} onSave={onSave} onClose={onClose} />
      <ul className="legend" data-testid="counts">
        {hostStates.map((state, index) => (
          <li key={state} data-state={state} data-count={counts[index]}>
            <span
              aria-hidden="true"
              className="swatch"
              style={{ background: colours[index], color: `var(--ink-${state})` }}
            >
              {lookOf(state).glyph}
            </span>{' '}
            {state} <strong>{counts[index]}</strong>
          </li>
        ))}
      </ul>
      <CountsChart history={history} time={time} colours={colours} onSeek={setTime} />
      <Markers markers={file.markers} endedAt={history.shownUntil} time={time} onSeek={setTime} />
      <TimeLine clock={clock} endedAt={history.shownUntil} />
      <div className="run-body">
        <GridView
          history={history}
          states={states}
          rolloutStates={rolloutStates}
          colours={colours}
          chosen={chosen}
          onChoose={choose}
          onOpen={open}
        />
        <FleetLists
          history={history}
          time={settledTime}
          chosen={chosen}
          onChoose={choose}
          onSeek={setTime}
          onOpen={open}
        />
      </div>
    </section>
  );
}

function countStates(states: Uint8Array): readonly number[] {
  const counts = hostStates.map(() => 0);
  for (const state of states) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
