import type { CSSProperties } from 'react';
import { shareAt, ticksOf, type TimeAxis, type TimeRange } from '../../film/time-axis.ts';
import { formatClock, formatDuration } from '../../../text/index.ts';
import type { AxisControl } from './use-time-axis.ts';
import { useSize } from './use-size.ts';

export const isShown = ({ range: [from, until] }: TimeAxis, runMs: number): boolean => runMs >= from && runMs <= until;

/** The position of a time range on the axis. A dragged one may go backwards. */
export function spanStyle(axis: TimeAxis, [from, until]: TimeRange): CSSProperties {
  const [left, right] = [shareAt(axis, Math.min(from, until)), shareAt(axis, Math.max(from, until))];
  return { left: `${100 * left}%`, width: `${100 * (right - left)}%` };
}

const TICK_PIXELS = 72;
const LEAST_TICK_PIXELS = 54;
/** A narrower gap has no label, only a title. */
const GAP_WORDS_PIXELS = 38;

/** In a short form: `19 min`. */
function shortWords([from, until]: TimeRange): string {
  const minutes = Math.round((until - from) / 60_000);
  if (minutes === 0) return `${Math.round((until - from) / 1_000)} s`;
  return minutes < 100 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

/** Times along the axis, and the lengths of shortened stretches. Dragging selects a range. */
export function AxisScale({ control: { axis, dragged, rangeDrag } }: { readonly control: AxisControl }) {
  const [line, { width }] = useSize<HTMLDivElement>();
  // The label of a tick is on its right, and must not overlap that of a gap.
  const hasRoom = (runMs: number) => {
    const x = width * shareAt(axis, runMs);
    const next = axis.gaps.find(([begin]) => begin >= runMs);
    return x + LEAST_TICK_PIXELS <= (next === undefined ? width : width * shareAt(axis, next[0]));
  };
  const ticks = ticksOf(axis, Math.floor(width / TICK_PIXELS)).filter(hasRoom);
  return (
    <div className="axis-scale" ref={line} aria-hidden="true" title="Drag to show a range" {...rangeDrag}>
      {ticks.map((runMs) => (
        <span key={runMs} className="tick" style={{ left: `${100 * shareAt(axis, runMs)}%` }}>
          {formatClock(runMs)}
        </span>
      ))}
      {axis.gaps.map((gap) => {
        const words = formatDuration(gap[1] - gap[0]);
        const pixels = width * (shareAt(axis, gap[1]) - shareAt(axis, gap[0]));
        return (
          <span key={gap[0]} className="gap-words" title={`${words} without a change`} style={spanStyle(axis, gap)}>
            {pixels >= GAP_WORDS_PIXELS && shortWords(gap)}
          </span>
        );
      })}
      {dragged !== null && <span className="dragged" style={spanStyle(axis, dragged)} />}
    </div>
  );
}
