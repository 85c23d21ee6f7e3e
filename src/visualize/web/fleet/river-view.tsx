import { useEffect, useMemo, useRef } from 'react';
import { countRiver, stackLanes, type Lane } from '../../film/river.ts';
import { drawRiver } from './draw-river.ts';
import { count, formatClock } from '../../../text/index.ts';
import type { Film } from '../../film/film.ts';
import { isOngoing, spanMs, spanWords, type FilmLane, type LaneSpan } from '../../film/film-of-run.ts';
import type { Colours } from './colours.ts';
import { runMsAtShare, shareAt } from '../../film/time-axis.ts';
import { useZoomGesture } from '../use-zoom-gesture.ts';
import { isShown, spanStyle } from './axis-scale.tsx';
import type { AxisControl } from './use-time-axis.ts';
import { sharpContext, useSize } from './use-size.ts';

/** One run in the river. Of two runs, each has its half of every lane. */
export interface RiverLayer {
  readonly film: Film;
  /** The lane of each host. */
  readonly laneOf: Uint16Array;
  /** When each lane started and finished; `null` if it did not. */
  readonly spans: readonly LaneSpan[];
}

interface Props {
  readonly lanes: readonly FilmLane[];
  readonly layers: readonly RiverLayer[];
  readonly control: AxisControl;
  readonly colours: Colours;
  readonly time: number;
  readonly onSeek: (runMs: number) => void;
}

/** One lane per wave: the share of hosts in each state over time. */
export function RiverView({ lanes: waves, layers, control, colours, time, onSeek }: Props) {
  const { axis, dragged, rangeDrag, timeUnder } = control;
  const [lanesArea, { width }] = useSize<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const columns = Math.max(1, Math.floor(width * devicePixelRatio));
  const lanes = useMemo(
    () =>
      stackLanes(
        waves.map(({ hosts }) => hosts),
        (lane) => layers.some(({ spans }) => isOngoing(spans[lane])),
      ),
    [waves, layers],
  );
  const last = lanes.at(-1);
  const height = last === undefined ? 0 : last.y + last.height;
  const counts = useMemo(
    () => layers.map(({ film, laneOf }) => countRiver(film, laneOf, waves.length, axis, columns)),
    [layers, waves.length, axis, columns],
  );

  useEffect(() => {
    const context = sharpContext(canvas.current, { width: columns / devicePixelRatio, height });
    if (context === null) return;
    context.clearRect(0, 0, columns / devicePixelRatio, height);
    for (const [layer, own] of counts.entries()) {
      const share = 1 / counts.length;
      const gap = counts.length > 1 ? LAYER_GAP : 0;
      const parts = lanes.map((lane) => ({
        y: lane.y + lane.height * share * layer,
        height: Math.max(1, lane.height * share - gap),
      }));
      drawRiver(context, own, parts, colours);
    }
  }, [counts, lanes, colours, columns, height]);

  useZoomGesture(lanesArea, (factor, x) => control.zoom(factor, runMsAtShare(axis, x / Math.max(1, width))));
  return (
    <div className="river" style={{ height }} role="img" aria-label={describeRiver(waves, layers)}>
      {waves.map((wave, index) => (
        <LaneLabels key={index} wave={wave} lane={lanes[index]} words={laneWords(layers, index)} />
      ))}
      <div
        className="river-lanes"
        ref={lanesArea}
        onPointerDown={(event) => {
          if (event.shiftKey) return rangeDrag.onPointerDown(event);
          event.currentTarget.setPointerCapture(event.pointerId);
          onSeek(timeUnder(event));
        }}
        onPointerMove={(event) => {
          if (dragged !== null) rangeDrag.onPointerMove(event);
          else if (event.buttons === 1 && event.isPrimary) onSeek(timeUnder(event));
        }}
        onPointerUp={rangeDrag.onPointerUp}
        onPointerCancel={rangeDrag.onPointerCancel}
      >
        <canvas ref={canvas} style={{ width: '100%', height }} data-testid="river" />
        {axis.gaps.map((gap) => (
          <div key={gap[0]} className="gap-band" style={spanStyle(axis, gap)} />
        ))}
        {dragged !== null && <div className="dragged" style={spanStyle(axis, dragged)} />}
        {isShown(axis, time) && <div className="now-line" style={{ left: `${100 * shareAt(axis, time)}%` }} />}
      </div>
    </div>
  );
}

interface LabelProps {
  readonly wave: FilmLane;
  readonly lane: Lane | undefined;
  /** How long it took. */
  readonly words: string;
}

/** A folded lane is too narrow for text. */
const LEAST_HEIGHT_FOR_WORDS = 14;

function LaneLabels({ wave, lane, words }: LabelProps) {
  if (lane === undefined || lane.height < LEAST_HEIGHT_FOR_WORDS) return null;
  const style = { top: lane.y, height: lane.height };
  return (
    <>
      <span className="lane-name" style={style} title={wave.name}>
        <span>{wave.name}</span> <small>{wave.hosts.toLocaleString('en')}</small>
      </span>
      <span className="lane-time" style={style}>
        {words}
      </span>
    </>
  );
}

/** How long a wave took; for two runs, how much longer in B. */
function laneWords(layers: readonly RiverLayer[], lane: number): string {
  const [a, b] = layers.map(({ spans }) => spans[lane]);
  if (a === undefined) return '';
  if (b === undefined) return spanWords(a);
  const [inA, inB] = [spanMs(a), spanMs(b)];
  if (inA === null || inB === null) return inA === inB ? spanWords(a) : inA === null ? 'B only' : 'A only';
  const difference = Math.round((inB - inA) / 1000);
  if (difference === 0) return 'same';
  return `${difference < 0 ? '−' : '+'}${formatClock(Math.abs(difference) * 1000)}`;
}

const describeRiver = (waves: readonly FilmLane[], layers: readonly RiverLayer[]): string =>
  `Waves over time. ${waves
    .slice(0, 12)
    .map((wave, index) => `${wave.name}, ${count(wave.hosts, 'host')}: ${laneWords(layers, index)}`)
    .join('. ')}.`;

const LAYER_GAP = 1;
