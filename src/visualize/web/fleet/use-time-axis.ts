import { useEffect, useMemo, useRef, useState, type PointerEvent } from 'react';
import type { Film } from '../../film/film.ts';
import {
  LEAST_RANGE_MS,
  quietGaps,
  rangeIn,
  rangeWith,
  runMsAtShare,
  timeAxis,
  zoomedRange,
  type TimeAxis,
  type TimeRange,
} from '../../film/time-axis.ts';
import type { RunPlace } from '../../play/run-place.ts';
import type { RunClock } from './use-clock.ts';
import { useKeys } from '../use-keys.ts';

/** The part of a run that its time axis shows. */
export type AxisPlace = Pick<RunPlace, 'range' | 'isSkippingSoaks'>;

export function axisOfPlace(film: Film, endRunMs: number, { range, isSkippingSoaks }: AxisPlace): TimeAxis {
  // The range may be from a link or the other run, and longer than this run.
  const shown = rangeIn(range, endRunMs) ?? ([0, endRunMs] as const);
  return timeAxis(shown, isSkippingSoaks ? quietGaps(film, shown) : []);
}

const STEP = 1.6;

/** The time axis shared by river, markers, slider and log, zoomed by keys, wheel, two fingers or dragging. */
export function useTimeAxis(
  film: Film,
  endRunMs: number,
  { range, isSkippingSoaks }: AxisPlace,
  onMove: (place: Partial<AxisPlace>) => void,
) {
  const axis = useMemo(
    () => axisOfPlace(film, endRunMs, { range, isSkippingSoaks }),
    [film, endRunMs, range, isSkippingSoaks],
  );
  const [dragged, setDragged] = useState<TimeRange | null>(null);

  const zoom = (factor: number, at: number) => onMove({ range: zoomedRange(axis.range, endRunMs, factor, at) });
  const showAll = () => onMove({ range: null });
  const toggleSkip = () => onMove({ isSkippingSoaks: !isSkippingSoaks });

  const timeUnder = ({ clientX, currentTarget }: PointerEvent<HTMLElement>): number => {
    const box = currentTarget.getBoundingClientRect();
    return Math.round(runMsAtShare(axis, (clientX - box.left) / Math.max(1, box.width)));
  };
  const end = () => {
    if (dragged === null) return;
    setDragged(null);
    const [from, until] = [Math.min(...dragged), Math.max(...dragged)];
    if (until - from >= LEAST_RANGE_MS) onMove({ range: [from, until] });
  };
  /** Dragging over the axis selects its range. */
  const rangeDrag = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0 || (event.target instanceof Element && event.target.closest('button') !== null)) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      setDragged([timeUnder(event), timeUnder(event)]);
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (dragged !== null) setDragged([dragged[0], timeUnder(event)]);
    },
    onPointerUp: end,
    onPointerCancel: () => setDragged(null),
  };
  return {
    axis,
    isWhole: rangeIn(range, endRunMs) === null,
    isSkippingSoaks,
    endRunMs,
    zoom,
    showAll,
    toggleSkip,
    timeUnder,
    dragged,
    rangeDrag,
  };
}

export type AxisControl = ReturnType<typeof useTimeAxis>;

/**
 * The keys of the axis. If the clock leaves the range, the range moves along. If another range is selected, the clock
 * moves into it.
 */
export function useAxisKeys(
  { axis, isWhole, endRunMs, zoom, showAll, toggleSkip }: AxisControl,
  { time, setTime }: Pick<RunClock, 'time' | 'setTime'>,
  onMove: (place: Partial<AxisPlace>) => void,
): void {
  const zoomIn = () => zoom(STEP, time);
  useKeys({ '+': zoomIn, '=': zoomIn, '-': () => zoom(1 / STEP, time), '0': showAll, x: toggleSkip });
  useEffect(
    () => {
      if (isWhole) return;
      const moved = rangeWith(axis.range, endRunMs, time);
      if (moved !== axis.range) onMove({ range: moved });
    },
    // Only the clock moves the range: a range selected elsewhere stays there.
    [time],
  );
  const [from, until] = axis.range;
  const isFirst = useRef(true);
  useEffect(
    () => {
      if (!isFirst.current && (time < from || time > until)) setTime(time < from ? from : until);
      isFirst.current = false;
    },
    // The reverse of the above.
    [from, until],
  );
}
