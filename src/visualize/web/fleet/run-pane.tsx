import { useMemo, useState } from 'react';
import { hostStates } from '../../../machine/host-states.ts';
import type { Session } from '../../play/session.ts';
import { lookOf } from '../../palette.ts';
import type { RunHistory } from '../../run-file/run-history.ts';
import { clockText } from './clock-text.ts';
import { CountsChart } from './counts-chart.tsx';
import { FleetLists } from './fleet-lists.tsx';
import { GridView } from './grid-view.tsx';
import { Markers } from './markers.tsx';
import { useSettled } from './use-settled.ts';
import { speeds, useClock } from './use-clock.ts';

interface Props {
  readonly history: RunHistory;
  readonly colours: readonly string[];
  readonly onOpenHost: (session: Session) => void;
  readonly onSave: () => void;
  readonly onClose: () => void;
}

/** One run: all hosts at one moment, a time line, and what deserves attention. */
export function RunPane({ history, colours, onOpenHost, onSave, onClose }: Props) {
  const { file } = history;
  const { time, setTime, isPlaying, toggle, speed, setSpeed } = useClock(history.shownUntil);
  const [chosen, choose] = useState(-1);
  const states = useMemo(() => history.statesAt(time), [history, time]);
  const counts = useMemo(() => countStates(states), [states]);
  // The lists may wait until the time line is let go; the cells may not.
  const listTime = useSettled(time);

  return (
    <section className="run-pane" aria-label={`Run ${file.title}`}>
      <header className="run-head">
        <h2>{file.title}</h2>
        <span className={`outcome-tag is-${file.outcome}`} data-testid="run-outcome">
          {file.outcome}
        </span>
        <span className="hint">
          seed <code>{file.seed}</code>
        </span>
        <div className="row end">
          <CopyButton text={String(file.seed)} label="Copy seed" />
          {file.scenario !== '' && <CopyButton text={file.scenario} label="Copy scenario" />}
          <button type="button" onClick={onSave}>
            Save run file
          </button>
          <button type="button" className="quiet" onClick={onClose} aria-label={`Close ${file.title}`}>
            ✕
          </button>
        </div>
      </header>
      <ul className="legend" data-testid="counts">
        {hostStates.map((state, index) => (
          <li key={state} data-state={state} data-count={counts[index]}>
            <span aria-hidden="true" className="swatch" style={{ background: colours[index] }}>
              {lookOf(state).glyph}
            </span>{' '}
            {state} <strong>{counts[index]}</strong>
          </li>
        ))}
      </ul>
      <CountsChart history={history} time={time} colours={colours} onSeek={setTime} />
      <Markers markers={file.markers} endedAt={history.shownUntil} time={time} onSeek={setTime} />
      <div className="time-line">
        <button type="button" className="primary" onClick={toggle}>
          {isPlaying ? 'Pause' : 'Play'}
        </button>
        <input
          type="range"
          min={0}
          max={history.shownUntil}
          step={1}
          value={time}
          onChange={(event) => setTime(Number(event.target.value))}
          aria-label="Time"
          aria-valuetext={clockText(time)}
          data-testid="time"
        />
        <output>{clockText(time)}</output>
        <label className="choice">
          <span>Speed</span>
          <select value={speed} onChange={(event) => setSpeed(Number(event.target.value))}>
            {speeds.map((each) => (
              <option key={each} value={each}>
                {each}×
              </option>
            ))}
          </select>
        </label>
      </div>
      <div className="run-body">
        <GridView history={history} states={states} colours={colours} chosen={chosen} onChoose={choose} />
        <FleetLists
          history={history}
          time={listTime}
          chosen={chosen}
          onChoose={choose}
          onSeek={setTime}
          onOpenHost={onOpenHost}
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

function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [done, setDone] = useState(false);
  const copy = () =>
    void navigator.clipboard.writeText(text).then(
      () => setDone(true),
      () => setDone(false),
    );
  return (
    <button type="button" onClick={copy}>
      {done ? 'Copied' : label}
    </button>
  );
}
