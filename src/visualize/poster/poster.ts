import { Moment, verdictOf, verdictWords } from '../../simulator/index.ts';
import { formatClock } from '../../text/index.ts';
import { tints, type Theme } from '../chart-style.ts';
import { isOngoing, laneSpans, looksInWords, stateOfLook, type FilmOfRun } from '../film/film-of-run.ts';
import { elementAt } from '../film/film.ts';
import { isBad, NOT_STARTED } from '../film/looks.ts';
import { cornerOf, packCells, type CellLayout } from '../film/pack-cells.ts';
import { bandsOf, countRiver, stackLanes } from '../film/river.ts';
import { timeAxis } from '../film/time-axis.ts';
import { wrapText } from '../measure.ts';
import { lookOf } from '../palette.ts';
import type { ShownRun } from '../run-file/shown-run.ts';
import { svgPen, type Pen } from './pen.ts';

export const POSTER = { width: 1920, height: 1080 } as const;
const EDGE = 60;
const NAMES = 240;
const RIVER_TOP = 250;
const MOST_RIVER_HEIGHT = 380;
const HEADLINE = 44;
const MOST_HEADLINE_WIDTH = 1440;

interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly look: number;
}

/** A laid out run: everything that does not change during the film. */
export interface Poster {
  readonly run: ShownRun;
  readonly film: FilmOfRun;
  readonly river: readonly Rect[];
  readonly names: readonly { readonly y: number; readonly text: string }[];
  readonly riverBottom: number;
  readonly cells: CellLayout;
}

/** Lays out a run as a picture of 1920 by 1080 pixels. */
export function layOutPoster(run: ShownRun, film: FilmOfRun): Poster {
  const spans = laneSpans(film);
  const sizes = film.lanes.map(({ hosts }) => hosts);
  const stacked = stackLanes(sizes, (lane) => isOngoing(spans[lane]));
  const last = stacked.at(-1);
  const scale = Math.min(1.6, MOST_RIVER_HEIGHT / Math.max(1, last === undefined ? 0 : last.y + last.height));
  const lanes = stacked.map(({ y, height }) => ({ y: RIVER_TOP + y * scale, height: height * scale }));
  const columns = POSTER.width - 2 * EDGE - NAMES;
  const counts = countRiver(film.film, film.laneOf, lanes.length, timeAxis([0, film.endRunMs]), columns);
  const river: Rect[] = [];
  for (const [lane, { y, height }] of lanes.entries()) {
    let before = '';
    let from = river.length;
    for (let column = 0; column < columns; column += 1) {
      const bands = bandsOf(counts, lane, column, height);
      const shape = JSON.stringify(bands);
      if (shape === before) {
        for (let at = from; at < river.length; at += 1) river[at] = widened(river[at]);
        continue;
      }
      before = shape;
      from = river.length;
      for (const band of bands)
        river.push({ x: EDGE + NAMES + column, y: y + band.y, width: 1, height: band.height, look: band.look });
    }
  }
  const bottom = lanes.at(-1);
  const riverBottom = bottom === undefined ? RIVER_TOP : bottom.y + bottom.height;
  const names = lanes.flatMap(({ y, height }, lane) => {
    const wave = film.lanes[lane];
    return height < 20 || wave === undefined
      ? []
      : [{ y: y + height / 2 + 8, text: `${wave.name}  ${wave.hosts.toLocaleString('en')}` }];
  });
  const cells = packCells(sizes, POSTER.width - 2 * EDGE, POSTER.height - riverBottom - 110);
  return { run, film, river, names, riverBottom, cells };
}

function widened(rect: Rect | undefined): Rect {
  if (rect === undefined) throw new RangeError('Only what is there is widened.');
  return { ...rect, width: rect.width + 1 };
}

/** Draws a moment: the verdict, the clock, the river, the hosts, and how many are in each state. */
export function drawPoster(pen: Pen, poster: Poster, time: number, theme: Theme): void {
  const { run, film, cells } = poster;
  const { ground, text, muted, border } = tints[theme];
  const fillOf = (look: number) => (look === NOT_STARTED ? border : lookOf(stateOfLook(look))[theme].fill);
  const plain = { isBold: false, anchor: 'start' } as const;
  pen.rect(0, 0, POSTER.width, POSTER.height, ground);
  pen.text(EDGE, 70, 24, run.file.title, muted, plain);
  const sentence = verdictWords(verdictOf(new Moment(run.history, time)), formatClock);
  const lines = wrapText(sentence, HEADLINE, MOST_HEADLINE_WIDTH).slice(0, 2);
  for (const [at, line] of lines.entries())
    pen.text(EDGE, 130 + at * 54, HEADLINE, line, text, { isBold: true, anchor: 'start' });
  pen.text(POSTER.width - EDGE, 110, 64, formatClock(time), text, { isBold: true, anchor: 'end' });
  for (const { x, y, width, height, look } of poster.river) pen.rect(x, y, width, height, fillOf(look));
  for (const name of poster.names) pen.text(EDGE, name.y, 22, name.text, text, plain);
  const now = EDGE + NAMES + (time / Math.max(1, film.endRunMs)) * (POSTER.width - 2 * EDGE - NAMES);
  pen.rect(now - 1, RIVER_TOP - 8, 3, poster.riverBottom - RIVER_TOP + 16, text);
  const looks = film.film.looksAt(time);
  const top = poster.riverBottom + 30;
  const size = cells.cell >= 4 ? cells.cell - Math.max(1, Math.min(2, cells.cell / 8)) : cells.cell;
  for (const [lane, { firstHost, hosts }] of film.lanes.entries()) {
    for (let at = 0; at < hosts; at += 1) {
      const look = elementAt(looks, firstHost + at);
      const { x, y } = cornerOf(cells, lane, at);
      pen.rect(EDGE + x, top + y, size, size, fillOf(look));
      if (isBad(look)) pen.frame(EDGE + x - 2, top + y - 2, size + 4, size + 4, text);
    }
  }
  pen.text(EDGE, POSTER.height - 30, 24, looksInWords(looks).join('   '), muted, plain);
}

/** A moment as SVG. */
export function posterSvg(poster: Poster, time: number, theme: Theme): string {
  const pen = svgPen(POSTER.width, POSTER.height, poster.run.file.title);
  drawPoster(pen, poster, time, theme);
  return pen.done();
}

/** The most interesting moment: the first failure, or the end. */
export function worstMoment({ film, endRunMs }: FilmOfRun): number {
  const first = film.to.findIndex(isBad);
  return first < 0 ? endRunMs : elementAt(film.times, first);
}
