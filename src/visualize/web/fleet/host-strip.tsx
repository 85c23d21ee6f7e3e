import { useEffect, useMemo } from 'react';
import { formatClock } from '../../../text/index.ts';
import { stateOfLook } from '../../film/film-of-run.ts';
import { changesOfHosts } from '../../film/film.ts';
import { MAX_EVENTS } from '../../play/session.ts';
import type { OpenRun } from './open-runs.ts';

interface Props {
  readonly run: OpenRun;
  readonly host: number;
  /** How many events of the host have happened on the chart. */
  readonly cursor: number;
  readonly onJump: (cursor: number) => void;
  readonly onMove: (place: { readonly time: number }) => void;
  readonly onBack: () => void;
}

/** A host of a run above the chart: one clock moves both, and a step on the chart moves the clock. */
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
    // The clock follows the steps on the chart; what the clock does is handled where it is moved.
    [cursor],
  );
  const spans = useMemo(() => {
    const changes = changesOfHosts(film.film).of(number);
    return changes.map(({ runMs, look }, at) => ({ from: runMs, to: changes[at + 1]?.runMs ?? end, look }));
  }, [film, number, end]);
  if (host === undefined) return null;
  const at = (runMs: number) => `${(100 * Math.min(end, runMs)) / end}%`;
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
              style={{
                left: at(from),
                width: `${(100 * Math.max(0, Math.min(end, to) - from)) / end}%`,
                background: `var(--fill-${stateOfLook(look)})`,
              }}
            />
          ))}
        </div>
        <div className="strip-marks" aria-hidden="true">
          {host.view.heldBack.map(({ hold, fromRunMs, untilRunMs }) => (
            <span
              key={`${hold.gate} ${fromRunMs}`}
              className="strip-hold"
              title={`held by ${hold.gate} from ${formatClock(fromRunMs)}`}
              style={{ left: at(fromRunMs), width: `${(100 * ((untilRunMs ?? end) - fromRunMs)) / end}%` }}
            />
          ))}
          {history
            .eventsOf(number)
            .map(
              (event, index) =>
                event.type === 'EventAccepted' &&
                event.event.type === 'ProbeResult' && (
                  <span
                    key={index}
                    className={`strip-probe is-${event.event.status}`}
                    title={`${event.event.probeName}: ${event.event.status}, ${formatClock(event.runMs)}`}
                    style={{ left: at(event.runMs) }}
                  />
                ),
            )}
        </div>
        <input
          type="range"
          min={0}
          max={end}
          step={1}
          value={Math.round(Math.min(end, time))}
          aria-label="Time in the run"
          aria-valuetext={formatClock(time)}
          data-testid="strip-time"
          onChange={(event) => {
            const moment = Number(event.target.value);
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
