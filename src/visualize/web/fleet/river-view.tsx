import { useEffect, useMemo, useRef, type PointerEvent } from 'react';
import { countRiver, stackLanes, type Lane } from '../../film/river.ts';
import { drawRiver } from './draw-river.ts';
import { count, formatClock } from '../../../text/index.ts';
import type { Film } from '../../film/film.ts';
import type { FilmLane, LaneSpan } from '../../film/film-of-run.ts';
import type { Colours } from './colours.ts';
import { sharpContext, useSize } from './use-size.ts';

/** The margin left of the lanes, for their names; the scrubber has the same. */
export const NAME_WIDTH = 132;
/** Right of the lanes, for how long each took. */
export const TIME_WIDTH = 76;

/** One run in the river; where there are two, each has its half of every lane. */
export interface RiverLayer {
  readonly film: Film;
  /** For each host its lane. */
  readonly laneOf: Uint16Array;
  /** When each lane began and was through, `null` where it was not. */
  readonly spans: readonly LaneSpan[];
}

interface Props {
  readonly lanes: readonly FilmLane[];
  readonly layers: readonly RiverLayer[];
  readonly endRunMs: number;
  readonly colours: Colours;
  readonly time: number;
  readonly onSeek: (runMs: number) => void;
}

/** One lane a wave: which share of it was in which state, over time. */
export function RiverView({ lanes: waves, layers, endRunMs, colours, time, onSeek }: Props) {
  const [area, { width }] = useSize<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const columns = Math.max(1, Math.floor((width - NAME_WIDTH - TIME_WIDTH) * devicePixelRatio));
  const lanes = useMemo(
    () =>
      stackLanes(
        waves.map(({ hosts }) => hosts),
        (lane) => layers.some(({ spans }) => spans[lane]?.beganRunMs !== null && spans[lane]?.throughRunMs === null),
      ),
    [waves, layers],
  );
  const last = lanes.at(-1);
  const height = last === undefined ? 0 : last.y + last.height;
  const counts = useMemo(
    () => layers.map(({ film, laneOf }) => countRiver(film, laneOf, waves.length, [0, endRunMs], columns)),
    [layers, waves.length, endRunMs, columns],
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

  const seek = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    onSeek(Math.round(endRunMs * Math.min(1, Math.max(0, (event.clientX - box.left) / box.width))));
  };
  return (
    <div className="river" ref={area} style={{ height }} role="img" aria-label={describeRiver(waves, layers)}>
      {waves.map((wave, index) => (
        <LaneLabels key={index} wave={wave} lane={lanes[index]} words={laneWords(layers, index)} />
      ))}
      <div
        className="river-lanes"
        style={{ left: NAME_WIDTH, right: TIME_WIDTH }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          seek(event);
        }}
        onPointerMove={(event) => event.buttons === 1 && seek(event)}
      >
        <canvas ref={canvas} style={{ width: '100%', height }} data-testid="river" />
        <div className="now-line" style={{ left: `${(100 * time) / Math.max(1, endRunMs)}%` }} />
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

/** A folded lane is too narrow for words. */
const LEAST_HEIGHT_FOR_WORDS = 14;

function LaneLabels({ wave, lane, words }: LabelProps) {
  if (lane === undefined || lane.height < LEAST_HEIGHT_FOR_WORDS) return null;
  const style = { top: lane.y, height: lane.height };
  return (
    <>
      <span className="lane-name" style={style}>
        {wave.name} <small>{wave.hosts.toLocaleString('en')}</small>
      </span>
      <span className="lane-time" style={style}>
        {words}
      </span>
    </>
  );
}

function spanWords(span: LaneSpan): string {
  const length = lengthOf(span);
  if (length !== null) return formatClock(length);
  return span.beganRunMs === null ? 'not started' : 'not done';
}

/** How long a wave took; of two runs, how much longer it took in B. */
function laneWords(layers: readonly RiverLayer[], lane: number): string {
  const [a, b] = layers.map(({ spans }) => spans[lane]);
  if (a === undefined) return '';
  if (b === undefined) return spanWords(a);
  const [inA, inB] = [lengthOf(a), lengthOf(b)];
  if (inA === null || inB === null) return inA === inB ? spanWords(a) : inA === null ? 'B only' : 'A only';
  const difference = Math.round((inB - inA) / 1000);
  if (difference === 0) return 'the same';
  return `${difference < 0 ? '−' : '+'}${formatClock(Math.abs(difference) * 1000)}`;
}

const lengthOf = ({ beganRunMs, throughRunMs }: LaneSpan): number | null =>
  beganRunMs === null || throughRunMs === null ? null : throughRunMs - beganRunMs;

const describeRiver = (waves: readonly FilmLane[], layers: readonly RiverLayer[]): string =>
  `Waves over time. ${waves
    .slice(0, 12)
    .map((wave, index) => `${wave.name}, ${count(wave.hosts, 'host')}: ${laneWords(layers, index)}`)
    .join('. ')}.`;

const LAYER_GAP = 1;
