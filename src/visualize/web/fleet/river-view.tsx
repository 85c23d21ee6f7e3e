import { useEffect, useMemo, useRef, type PointerEvent } from 'react';
import { bandsOf, countRiver, stackLanes, type Lane, type RiverCounts } from '../../film/river.ts';
import { clockText } from './clock-text.ts';
import type { FilmLane, FilmOfRun, LaneSpan } from '../../film/film-of-run.ts';
import type { Colours } from './use-colours.ts';
import { sharpContext, useSize } from './use-size.ts';

/** Left of the lanes, for their names; the scrubber leaves the same room. */
export const NAME_WIDTH = 132;
/** Right of the lanes, for how long each took. */
export const TIME_WIDTH = 76;

interface Props {
  readonly run: FilmOfRun;
  readonly colours: Colours;
  readonly time: number;
  /** When each lane began and was through, `null` where it was not. */
  readonly spans: readonly LaneSpan[];
  readonly onSeek: (runMs: number) => void;
}

/** One lane a wave: which share of it was in which state, over time. */
export function RiverView({ run, colours, time, spans, onSeek }: Props) {
  const [area, { width }] = useSize<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const { film, lanes: waves, laneOf, endRunMs } = run;
  const columns = Math.max(1, Math.floor((width - NAME_WIDTH - TIME_WIDTH) * devicePixelRatio));
  const lanes = useMemo(
    () =>
      stackLanes(
        waves.map(({ hosts }) => hosts),
        (lane) => spans[lane]?.beganRunMs !== null && spans[lane]?.throughRunMs === null,
      ),
    [waves, spans],
  );
  const last = lanes.at(-1);
  const height = last === undefined ? 0 : last.y + last.height;
  const counts = useMemo(
    () => countRiver(film, laneOf, waves.length, [0, endRunMs], columns),
    [film, laneOf, waves.length, endRunMs, columns],
  );

  useEffect(() => {
    const context = sharpContext(canvas.current, { width: columns / devicePixelRatio, height });
    if (context !== null) drawRiver(context, counts, lanes, colours);
  }, [counts, lanes, colours, columns, height]);

  const seek = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    onSeek(Math.round(endRunMs * Math.min(1, Math.max(0, (event.clientX - box.left) / box.width))));
  };
  return (
    <div className="river" ref={area} style={{ height }} role="img" aria-label={describeRiver(waves, spans)}>
      {waves.map((wave, index) => (
        <LaneLabels key={index} wave={wave} lane={lanes[index]} span={spans[index]} />
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
  readonly span: LaneSpan | undefined;
}

/** A lane that is folded has no room for words. */
const LEAST_HEIGHT_FOR_WORDS = 14;

function LaneLabels({ wave, lane, span }: LabelProps) {
  if (lane === undefined || lane.height < LEAST_HEIGHT_FOR_WORDS) return null;
  const style = { top: lane.y, height: lane.height };
  return (
    <>
      <span className="lane-name" style={style}>
        {wave.name} <small>{wave.hosts.toLocaleString('en')}</small>
      </span>
      <span className="lane-time" style={style}>
        {span === undefined ? '' : spanWords(span)}
      </span>
    </>
  );
}

function spanWords({ beganRunMs, throughRunMs }: LaneSpan): string {
  if (beganRunMs === null) return 'not started';
  return throughRunMs === null ? 'not through' : clockText(throughRunMs - beganRunMs);
}

const describeRiver = (waves: readonly FilmLane[], spans: readonly LaneSpan[]): string =>
  `Waves over time. ${waves
    .slice(0, 12)
    .map((wave, index) => {
      const span = spans[index];
      return `${wave.name}, ${wave.hosts} hosts: ${span === undefined ? '' : spanWords(span)}`;
    })
    .join('. ')}.`;

function drawRiver(
  context: CanvasRenderingContext2D,
  counts: RiverCounts,
  lanes: readonly Lane[],
  { fills, border }: Colours,
): void {
  const step = 1 / devicePixelRatio;
  context.clearRect(0, 0, counts.columns * step, context.canvas.height);
  for (const [index, lane] of lanes.entries()) {
    context.fillStyle = border;
    context.globalAlpha = 0.35;
    context.fillRect(0, lane.y, counts.columns * step, lane.height);
    context.globalAlpha = 1;
    for (let column = 0; column < counts.columns; column += 1) {
      for (const { look, y, height } of bandsOf(counts, index, column, lane.height)) {
        context.fillStyle = fills[look] ?? '';
        context.fillRect(column * step, lane.y + y, step, height);
      }
    }
  }
}
