import { useMemo, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { cluster, type Cluster } from '../../film/cluster.ts';
import type { MarkerKind, RunMarker } from '../../run-file/markers.ts';
import { Choice } from '../choice.tsx';
import { formatClock } from '../../../text/index.ts';
import { filmLengths, type RunClock } from './use-clock.ts';
import { runMsAtShare, shareAt, type TimeAxis } from '../../film/time-axis.ts';
import { AxisScale, isShown } from './axis-scale.tsx';
import type { AxisControl } from './use-time-axis.ts';
import { useSize } from './use-size.ts';

interface Props {
  readonly clock: RunClock;
  readonly control: AxisControl;
  readonly markers: readonly RunMarker[];
  /** Shows the film alone; `null` if that is not possible. */
  readonly onWall: (() => void) | null;
  /** Further choices. */
  readonly children?: ReactNode;
}

const lengthOptions = filmLengths.map((value) => ({
  value,
  text: value === 0 ? 'real time' : value < 60_000 ? `${value / 1000} s film` : `${value / 60_000} min film`,
}));

const ZOOM = 2;

/** How many key steps the whole line has. The browser's step would be a millisecond. */
const PARTS = 200;
const keySteps: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 10,
  PageDown: -10,
};

/** The displayed moment, on the same axis as the river, to drag, step through, or play. */
export function TransportBar({ clock, control, markers, onWall, children }: Props) {
  const { axis, endRunMs, isWhole, isSkippingSoaks } = control;
  const [from, until] = axis.range;
  const { time, setTime, isPlaying, toggle, length, setLength } = clock;
  const zoomOut = useRef<HTMLButtonElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = keySteps[event.key];
    // By share of the axis, so that all steps look the same.
    if (step !== undefined) setTime(Math.round(runMsAtShare(axis, shareAt(axis, time) + step / PARTS)));
    else if (event.key === 'Home') setTime(0);
    else if (event.key === 'End') setTime(endRunMs);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const latest = markers.findLast(({ runMs }) => runMs <= time);
  return (
    <div className="transport">
      <p className="caption" data-testid="latest-marker">
        {latest === undefined ? ' ' : `${formatClock(latest.runMs)} · ${latest.text}`}
      </p>
      <div className="axis">
        <AxisScale control={control} />
        <MarkerLine markers={markers} axis={axis} time={time} onSeek={setTime} />
        <input
          type="range"
          min={from}
          max={until}
          step={1}
          // With shortened soaks, the thumb follows the axis.
          value={Math.round(from + (until - from) * shareAt(axis, time))}
          onChange={(event) =>
            setTime(Math.round(runMsAtShare(axis, (Number(event.target.value) - from) / Math.max(1, until - from))))
          }
          onKeyDown={onKeyDown}
          aria-label="Time"
          aria-valuetext={formatClock(time)}
          data-testid="time"
        />
      </div>
      <div className="row controls">
        <button type="button" className="primary" onClick={toggle} title="Space">
          {isPlaying ? 'Pause' : 'Play'}
        </button>
        {/* Not a live region: it changes with every frame. */}
        <time className="clock" aria-live="off" data-testid="clock">
          {formatClock(time)}
        </time>
        <span className="hint" data-testid="axis-range">
          {isWhole ? `of ${formatClock(endRunMs)}` : `in ${formatClock(from)} – ${formatClock(until)}`}
        </span>
        <span className="row axis-buttons" role="group" aria-label="Time axis">
          <button
            ref={zoomOut}
            type="button"
            aria-label="Zoom out on the time axis"
            title="−"
            onClick={() => control.zoom(1 / ZOOM, time)}
          >
            −
          </button>
          <button
            type="button"
            aria-label="Zoom in on the time axis"
            title="+"
            onClick={() => control.zoom(ZOOM, time)}
          >
            +
          </button>
          {!isWhole && (
            <button
              type="button"
              title="0"
              onClick={() => {
                control.showAll();
                // This button disappears, and the focus with it.
                zoomOut.current?.focus();
              }}
            >
              Whole run
            </button>
          )}
          <button type="button" aria-pressed={isSkippingSoaks} title="X" onClick={control.toggleSkip}>
            Skip soaks
          </button>
        </span>
        <span className="row end">
          {onWall !== null && (
            <button type="button" onClick={onWall} title="Shift F; Escape leaves it">
              Wall
            </button>
          )}
          {children}
          <Choice label="Play" value={length} options={lengthOptions} onChange={setLength} />
        </span>
      </div>
    </div>
  );
}

const signs: { readonly [Kind in MarkerKind]: string | null } = {
  wave: '▼',
  failure: '✕',
  stop: '■',
  quarantine: '⊘',
  release: '▲',
  invariant: '!',
  // Only in the log: there are too many for a line.
  fault: null,
  gate: null,
  rollout: null,
};

/** The width of a marker with a number of two digits. */
const MARKER_PIXELS = 28;

interface LineProps {
  readonly markers: readonly RunMarker[];
  readonly axis: TimeAxis;
  readonly time: number;
  readonly onSeek: (runMs: number) => void;
}

/**
 * What happened to the run as a whole. Markers too close together become one with a number. Tab reaches only the latest
 * marker, and arrow keys move to the others.
 */
function MarkerLine({ markers, axis, time, onSeek }: LineProps) {
  const [line, { width }] = useSize<HTMLDivElement>();
  const shown = useMemo(() => {
    const drawn = markers.filter(({ runMs, kind }) => isShown(axis, runMs) && signs[kind] !== null);
    return cluster(drawn, ({ runMs }) => width * shareAt(axis, runMs), MARKER_PIXELS);
  }, [markers, axis, width]);
  const latest = useRef(0);
  latest.current = Math.max(
    0,
    shown.findLastIndex(({ items }) => (items[0]?.runMs ?? 0) <= time),
  );
  const onKeyDown = (event: KeyboardEvent) => {
    const buttons = [...(line.current?.querySelectorAll('button') ?? [])];
    const from = buttons.findIndex((button) => button === document.activeElement);
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: buttons.length - 1 }[event.key];
    const target = to === undefined ? undefined : buttons[Math.min(buttons.length - 1, Math.max(0, to))];
    if (target === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    target.focus();
    target.click();
  };
  return (
    <div
      className="marker-line"
      ref={line}
      role="toolbar"
      aria-label="Markers of the run; arrows move between them"
      onKeyDown={onKeyDown}
    >
      {shown.map((each, place) => (
        <MarkerButton key={place} cluster={each} isInTabOrder={place === latest.current} onSeek={onSeek} />
      ))}
    </div>
  );
}

interface ButtonProps {
  readonly cluster: Cluster<RunMarker>;
  readonly isInTabOrder: boolean;
  readonly onSeek: (runMs: number) => void;
}

/** A stop outranks a wave, whichever came first. */
const RANK: readonly MarkerKind[] = ['invariant', 'stop', 'quarantine', 'failure', 'release', 'wave'];
const MOST_TEXTS = 8;

function MarkerButton({ cluster: { x, items }, isInTabOrder, onSeek }: ButtonProps) {
  const [first] = items;
  const kind = RANK.find((each) => items.some((item) => item.kind === each)) ?? 'wave';
  const texts = items.slice(0, MOST_TEXTS).map(({ runMs, text }) => `${formatClock(runMs)} ${text}`);
  const more = items.length > MOST_TEXTS ? [`and ${items.length - MOST_TEXTS} more`] : [];
  const words = [...texts, ...more].join('\n');
  return (
    <button
      type="button"
      tabIndex={isInTabOrder ? 0 : -1}
      className={`marker is-${kind}`}
      style={{ left: x }}
      title={words}
      aria-label={words}
      onClick={() => onSeek(first?.runMs ?? 0)}
    >
      {signs[kind]}
      {items.length > 1 && <small>{items.length}</small>}
    </button>
  );
}
