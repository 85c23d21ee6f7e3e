import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { hostStates } from '../../../machine/host-states.ts';
import type { RunHistory } from '../../run-file/run-history.ts';
import { clockText } from './clock-text.ts';

interface Props {
  readonly history: RunHistory;
  readonly time: number;
  readonly colours: readonly string[];
  readonly onSeek: (time: number) => void;
}

const SAMPLES = 500;
const HEIGHT = 118;
const MINUTE_MS = 60_000;
const TICK_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1_440].map((minutes) => minutes * MINUTE_MS);

/** How many hosts are in each state over time, one above the other; a click goes to that time. */
export function CountsChart({ history, time, colours, onSeek }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const line = useRef<HTMLDivElement>(null);
  const now = useRef(time);
  const seek = useRef(onSeek);
  seek.current = onSeek;

  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const muted = getComputedStyle(element).getPropertyValue('--muted');
    const grid = getComputedStyle(element).getPropertyValue('--border');
    const { times, counts } = history.countsOverTime(SAMPLES);
    const axis = { stroke: muted, grid: { stroke: grid, width: 1 }, ticks: { show: false }, font: '11px sans-serif' };
    const made = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        padding: [6, 26, 0, 0],
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
        scales: { x: { time: false }, y: { range: [0, history.hosts.length] } },
        axes: [
          { ...axis, size: 24, incrs: [...TICK_STEPS], values: (_, ticks) => ticks.map(clockText) },
          { ...axis, size: 44 },
        ],
        series: [{}, ...counts.map((_, at) => ({ width: 0, fill: colours[at] ?? '#888', points: { show: false } }))],
        hooks: { draw: [(self) => moveNow(self, line.current, now.current)] },
      },
      [[...times], ...stacked(counts)],
      element,
    );
    plot.current = made;
    line.current = document.createElement('div');
    line.current.className = 'now-line';
    made.over.append(line.current);
    moveNow(made, line.current, now.current);
    const onClick = () =>
      made.cursor.left !== undefined && made.cursor.left >= 0 && seek.current(made.posToVal(made.cursor.left, 'x'));
    made.over.addEventListener('click', onClick);
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [history, colours]);

  useEffect(() => {
    now.current = time;
    moveNow(plot.current, line.current, time);
  }, [time]);

  return (
    <div className="counts" ref={place} role="img" aria-label={`Hosts by state over time: ${hostStates.join(', ')}`} />
  );
}

/** Each series with all those after it, so that drawn in order each leaves its own band in sight. */
function stacked(counts: readonly (readonly number[])[]): number[][] {
  const sums: number[][] = [];
  for (let at = counts.length - 1; at >= 0; at -= 1) {
    const above = sums[0];
    sums.unshift((counts[at] ?? []).map((count, index) => count + (above?.[index] ?? 0)));
  }
  return sums;
}

/** A line over the plot: to draw the plot anew for every moment would be too slow. */
function moveNow(plot: uPlot | null, line: HTMLDivElement | null, time: number): void {
  if (plot !== null && line !== null) line.style.transform = `translateX(${plot.valToPos(time, 'x')}px)`;
}
