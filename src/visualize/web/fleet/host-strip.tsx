import { useEffect, useMemo } from 'react';
import { formatClock } from '../../../text/index.ts';
import { stateOfLook } from '../../film/film-of-run.ts';
import { changesOfHosts } from '../../film/film.ts';
import { MAX_EVENTS } from '../../play/session.ts';
import { rangeWith, runMsAtShare, shareAt } from '../../film/time-axis.ts';
import { isShown, spanStyle } from './axis-scale.tsx';
import { axisOfPlace } from './use-time-axis.ts';
import type { OpenRun } from './open-runs.ts';

interface Props {
  readonly run: OpenRun;
  readonly host: number;
  /** How many of the host's events have happened on the chart. */
  readonly cursor: number;
  readonly onJump: (cursor: number) => void;
  readonly onMove: (place: { readonly time: number }) => void;
  readonly onBack: () => void;
}

/** A host of a run, above the chart. One clock moves both, and a step on the chart moves the clock. */
export function HostStrip({ run, host: number, cursor, onJump, onMove, onBack }: Props) {
  const { history, film } = run;
  const host = history.hosts[number];
  const end = Math.max(1, film.endRunMs);
  const time = run.time ?? film.endRunMs;
  const times = useMemo(
    () => history.eventsOf(number).flatMap(({ type, runMs }) => (type === 'EventAccepted' ? [runMs] : [])),
    [history, number],
  );
  const known = times.slice(0, MAX_EVENTS);
  const happened = known.filter((runMs) => runMs <= time).length;
  useEffect(
    () => {
      if (happened !== cursor) onMove({ time: cursor === 0 ? 0 : (known[cursor - 1] ?? 0) });
    },
    // Moves the clock after a step on the chart. Steps after the clock are handled where it is moved.
    [cursor],
  );
  const spans = useMemo(() => {
    const changes = changesOfHosts(film.film).of(number);
    return changes.map(({ runMs, look }, at) => ({ from: runMs, to: changes[at + 1]?.runMs ?? end, look }));
  }, [film, number, end]);
  // A step on the chart may leave the range, which then moves along, as in the film.
  const range = run.range === null ? null : rangeWith(run.range, end, time);
  const axis = useMemo(
    () => axisOfPlace(film.film, end, { range, isSkippingSoaks: run.isSkippingSoaks }),
    [film, end, range?.[0], range?.[1], run.isSkippingSoaks],
  );
  const [from, until] = axis.range;
  if (host === undefined) return null;
  return (
    <section className="host-strip" aria-label={`${host.hostname} in the run`} data-testid="host-strip">
      <button type="button" onClick={onBack}>
        ‹ Film
      </button>
      <strong>
        <bdi>{host.hostname}</bdi>
      </strong>
      <div className="strip-line">
        <div className="strip-states" aria-hidden="true">
          {spans.map(({ from, to, look }) => (
            <span
              key={from}
              title={`${stateOfLook(look)} from ${formatClock(from)}`}
              style={{ ...spanStyle(axis, [from, to]), background: `var(--fill-${stateOfLook(look)})` }}
            />
          ))}
        </div>
        <div className="strip-marks" aria-hidden="true">
          {host.view.heldBack.map(({ hold, fromRunMs, untilRunMs }) => (
            <span
              key={`${hold.gate} ${fromRunMs}`}
              className="strip-hold"
              title={`held by ${hold.gate} from ${formatClock(fromRunMs)}`}
              style={spanStyle(axis, [fromRunMs, untilRunMs ?? end])}
            />
          ))}
          {history
            .eventsOf(number)
            .map(
              (event, index) =>
                event.type === 'EventAccepted' &&
                isShown(axis, event.runMs) &&
                event.event.type === 'ProbeResult' && (
                  <span
                    key={index}
                    className={`strip-probe is-${event.event.status}`}
                    title={`${event.event.probeName}: ${event.event.status}, ${formatClock(event.runMs)}`}
                    style={{ left: `${100 * shareAt(axis, event.runMs)}%` }}
                  />
                ),
            )}
        </div>
        <input
          type="range"
          min={from}
          max={until}
          step={1}
          value={Math.round(from + (until - from) * shareAt(axis, time))}
          aria-label="Time in the run"
          aria-valuetext={formatClock(time)}
          data-testid="strip-time"
          onChange={(event) => {
            const share = (Number(event.target.value) - from) / Math.max(1, until - from);
            const moment = Math.round(runMsAtShare(axis, share));
            onMove({ time: moment });
            onJump(known.filter((runMs) => runMs <= moment).length);
          }}
        />
      </div>
      <time className="clock" aria-live="off">
        {formatClock(time)}
      </time>
    </section>
  );
}
