import {
  CARD_PADDING,
  CARD_WIDTH,
  ENTRY_Y,
  INNER_WIDTH,
  cardOf,
  overviewSizes,
  sizes,
  type Card,
  type EventRow,
  type Piece,
} from './card.ts';
import type { ChartLayout, PlacedEdge, PlacedState, Point } from './chart-layout.ts';
import type { ChartEvent, ChartModel } from './chart-model.ts';
import { count } from '../text/index.ts';
import { sharedNote } from './exports/transition-text.ts';
import { monoWidth, textWidth, wrapText } from './measure.ts';
import { lookOf } from './palette.ts';
import { svg, type SvgNode } from './svg-node.ts';
import { effectInShort, effectWords, guardWords, tagWords } from './words.ts';

const CORNER = 9;
const NOTE_X = 42;
const NOTE_Y = 26;
/** How much wider bold text is, roughly. */
const BOLD_WIDTH = 1.15;
const LARGE_DESCRIPTION_Y = 40;
const LARGE_LINE_HEIGHT = 21;

/**
 * How much a chart shows: the names of its states, also their events, or also guards, effects and descriptions. Cards
 * have the same place at every level, so that zooming is smooth.
 */
export type ChartDetail = 'names' | 'events' | 'full';

/** Below these scales, the text of the level would be smaller than 11 pixels. */
const LEAST_SCALE_OF_FULL = 11 / sizes.chip;
const LEAST_SCALE_OF_EVENTS = 11 / overviewSizes.event;

/** The most detailed level whose text is legible at this scale. */
export const detailAtScale = (scale: number): ChartDetail =>
  scale >= LEAST_SCALE_OF_FULL ? 'full' : scale >= LEAST_SCALE_OF_EVENTS ? 'events' : 'names';

/** Draws a chart as nodes with class names, which `chart-style.ts` styles. */
export function drawChart(model: ChartModel, layout: ChartLayout, detail: ChartDetail = 'full'): readonly SvgNode[] {
  const cards = model.states.map((state) => {
    const place = layout.states.find(({ name }) => name === state.name);
    if (place === undefined) throw new Error(`The layout has no place for ${state.name}: compute it again.`);
    return drawCard(cardOf(model, state), place, detail);
  });
  const note = svg('text', { class: 'shared-note', x: NOTE_X, y: NOTE_Y }, [sharedNote(model)]);
  return [
    ...(detail === 'full' ? [note] : []),
    ...cards,
    ...layout.edges.map(drawEdge),
    ...layout.states.flatMap((place) => drawEntry(place, layout)),
  ];
}

/** A hub lists the transitions that lead to it instead of having lines. */
function drawEntry({ name, x, y }: PlacedState, { edges }: ChartLayout): readonly SvgNode[] {
  const sources = new Set(edges.filter(({ to, isStub }) => to === name && isStub).map(({ from }) => from));
  if (sources.size === 0) return [];
  const [startX, entryY] = [x - 20, y + ENTRY_Y];
  return [
    svg('g', { class: `entry to-${name}` }, [
      svg('title', {}, [`from ${[...sources].join(', ')}`]),
      svg('path', { class: 'edge-line', d: `M${startX} ${entryY}H${x}` }),
      svg('circle', { class: 'port', cx: startX, cy: entryY, r: 3.5 }),
      svg('path', { class: 'edge-head', d: `M${x} ${entryY}l-8 -4.5v9z` }),
    ]),
  ];
}

function drawEdge(edge: PlacedEdge): SvgNode {
  const meaning = { kind: 'edge', state: edge.from, event: edge.event, target: edge.to } as const;
  const exit = edge.points[0] ?? { x: 0, y: 0 };
  const end = edge.points.at(-1) ?? { x: 0, y: 0 };
  const before = edge.points.at(-2) ?? end;
  const tail = end.x > before.x ? -8 : 8;
  return svg(
    'g',
    { class: `edge to-${edge.to}` },
    [
      svg('path', { class: 'edge-hit', d: roundedPath(edge.points) }),
      svg('path', { class: 'edge-line', d: roundedPath(edge.points) }),
      svg('circle', { class: 'port', cx: exit.x, cy: exit.y, r: 3.5 }),
      svg('path', { class: 'edge-head', d: `M${end.x} ${end.y}l${tail} -4.5v9z` }),
    ],
    meaning,
  );
}

/** Straight parts joined by quarter circles. */
function roundedPath(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  let path = `M${first.x} ${first.y}`;
  let from = first;
  for (const [index, corner] of rest.entries()) {
    const next = rest[index + 1];
    if (next === undefined) {
      path += `L${corner.x} ${corner.y}`;
      break;
    }
    const [before, after] = [distance(from, corner), distance(corner, next)];
    const radius = Math.min(CORNER, before / 2, after / 2);
    const start = towards(corner, from, radius);
    const end = towards(corner, next, radius);
    path += `L${start.x} ${start.y}Q${corner.x} ${corner.y} ${end.x} ${end.y}`;
    from = corner;
  }
  return path;
}

const distance = (a: Point, b: Point): number => Math.abs(a.x - b.x) + Math.abs(a.y - b.y);

const towards = (from: Point, to: Point, by: number): Point => ({
  x: from.x + Math.sign(to.x - from.x) * by,
  y: from.y + Math.sign(to.y - from.y) * by,
});

function drawCard(card: Card, place: PlacedState, detail: ChartDetail): SvgNode {
  const { state } = card;
  const marks: SvgNode[] = [];
  if (state.isStart) {
    marks.push(svg('circle', { class: 'start-dot', cx: -24, cy: 30, r: 6 }));
    marks.push(svg('path', { class: 'start-line', d: 'M-18 30H-2' }));
    marks.push(svg('path', { class: 'edge-head', d: 'M0 30l-8 -4.5v9z' }));
  }
  // A final state has a double outline, as usual in statecharts.
  if (state.isEnd) {
    marks.push(
      svg('rect', { class: 'end-ring', x: -5, y: -5, width: CARD_WIDTH + 10, height: card.height + 10, rx: 17 }),
    );
  }
  return svg(
    'g',
    { class: `state state-${state.name}`, transform: `translate(${place.x} ${place.y})` },
    [
      ...marks,
      svg('rect', { class: 'card', width: CARD_WIDTH, height: card.height, rx: 12 }),
      svg('path', {
        class: 'stripe',
        d: `M12 0Q0 0 0 12V${card.height - 12}Q0 ${card.height} 12 ${card.height}Q5 ${card.height} 5 ${card.height - 12}V12Q5 0 12 0z`,
      }),
      ...(detail === 'names' ? drawOverview(card) : drawContent(card, detail)),
      ...card.rows.map((row) => drawRow(row, state.name, detail)),
    ],
    { kind: 'state', state: state.name },
  );
}

/** For a zoomed-out chart: the name, and below it the glyph and the number of events that the state accepts. */
function drawOverview({ state }: Card): readonly SvgNode[] {
  const events = state.isEnd ? 'end' : count(state.events.length, 'event');
  const line = (className: string, y: number, text: string) =>
    svg('text', { class: className, x: CARD_PADDING, y }, [text]);
  return [
    line('overview-name', 44, state.name),
    line('overview-glyph', 92, lookOf(state.name).glyph),
    svg('text', { class: 'overview-count', x: CARD_PADDING + overviewSizes.name, y: 92 }, [events]),
  ];
}

function drawContent(card: Card, detail: 'events' | 'full'): readonly SvgNode[] {
  const shown = detail === 'full' ? card.pieces : card.pieces.filter(({ kind }) => kind === 'title' || kind === 'rule');
  return [
    svg('text', { class: 'glyph', x: CARD_WIDTH - CARD_PADDING, y: 35, 'text-anchor': 'end' }, [
      lookOf(card.state.name).glyph,
    ]),
    ...shown.map(drawPiece),
    ...(detail === 'full' ? [] : drawLargeDescription(card)),
  ];
}

/** The description in larger letters, as far as it fits above the events. */
function drawLargeDescription({ state, pieces, height }: Card): readonly SvgNode[] {
  const bottom = pieces.find(({ kind }) => kind === 'rule')?.y ?? height;
  const lines = wrapText(state.description, overviewSizes.description, INNER_WIDTH);
  const room = Math.floor((bottom - LARGE_DESCRIPTION_Y) / LARGE_LINE_HEIGHT);
  return lines.slice(0, room).map((line, index) => {
    const isCut = index === room - 1 && lines.length > room;
    const y = LARGE_DESCRIPTION_Y + (index + 1) * LARGE_LINE_HEIGHT - 5;
    return svg('text', { class: 'description', x: CARD_PADDING, y }, [isCut ? `${line}…` : line]);
  });
}

/** At lower levels, the name of the event, and the target if both fit; in a zoomed-out chart, a bare bar. */
function piecesAt(detail: ChartDetail, { event, pieces }: EventRow): readonly Piece[] {
  if (detail === 'names') return [];
  if (detail === 'full') return pieces;
  const room = INNER_WIDTH - monoWidth(event.type, overviewSizes.event) - 8;
  return pieces.filter(
    ({ kind, text }) =>
      kind === 'event' ||
      kind === 'policy' ||
      (kind === 'target' && textWidth(`→ ${text}`, overviewSizes.target) * BOLD_WIDTH <= room),
  );
}

/** A branch of a fork, in a few words: the policy, and what happens only under it. */
function forkWords(event: ChartEvent, { text, branch }: Piece): string {
  const own = event.branches[branch ?? -1]?.effects ?? [];
  const others = event.branches.filter((_, index) => index !== branch).flatMap(({ effects }) => effects);
  const only = own.filter(({ type }) => others.every((other) => other.type !== type));
  return only.length === 0 ? text : `${text}: ${only.map(({ type }) => effectInShort(type)).join(', ')}`;
}

function drawRow(row: EventRow, state: string, detail: ChartDetail): SvgNode {
  const pieces = piecesAt(detail, row).map((piece) =>
    detail === 'events' && piece.kind === 'policy' ? { ...piece, text: forkWords(row.event, piece) } : piece,
  );
  return svg(
    'g',
    { class: 'event-row' },
    [
      svg('rect', { class: 'event-ground', x: 7, y: row.y, width: CARD_WIDTH - 14, height: row.height, rx: 7 }),
      ...pieces.filter(({ branch }) => branch === null).map(drawPiece),
      ...drawBranches({ ...row, pieces }, state),
    ],
    { kind: 'event', state, event: row.event.type },
  );
}

/** The branches of an event, in separate groups if there are several. */
function drawBranches({ event, pieces }: EventRow, state: string): readonly SvgNode[] {
  if (event.branches.length < 2 || pieces.every(({ branch }) => branch === null)) return [];
  return event.branches.map(({ policy }, branch) => {
    const own = pieces.filter((piece) => piece.branch === branch);
    return svg(
      'g',
      { class: policy === null ? 'branch' : 'branch fork' },
      [...(policy === null ? [] : [drawFrame(own)]), ...own.map(drawPiece)],
      { kind: 'branch', state, event: event.type, branch, policy },
    );
  });
}

/** Around a branch of a fork, whose line is solid for the chosen policy and dashed for the other. */
function drawFrame(pieces: readonly Piece[]): SvgNode {
  const top = Math.min(...pieces.map(({ y }) => y)) - 1;
  const bottom = Math.max(...pieces.map(({ y, height }) => y + height)) + 1;
  return svg('rect', {
    class: 'frame',
    x: CARD_PADDING + 6,
    y: top,
    width: INNER_WIDTH - 6,
    height: bottom - top,
    rx: 6,
  });
}

function drawPiece({ kind, text, x, y, width, height }: Piece): SvgNode {
  const explained = (words: string, ...nodes: SvgNode[]) =>
    svg('g', { class: kind }, words === text ? nodes : [svg('title', {}, [words]), ...nodes]);
  const label = (dx: number, dy: number) => svg('text', { x: x + dx, y: y + dy }, [text]);
  const chip = (rx: number) => svg('rect', { x, y, width, height, rx });
  switch (kind) {
    case 'title':
      return svg('text', { class: 'title', x, y: y + 18 }, [text]);
    case 'description':
      return svg('text', { class: 'description', x, y: y + 12 }, [text]);
    case 'caption':
      return svg('text', { class: 'caption', x, y: y + 11 }, [text]);
    case 'event':
      return svg('text', { class: 'event-name', x, y: y + 14 }, [text]);
    case 'target':
      return svg('text', { class: `target to-${text}`, x: x + width, y: y + 14, 'text-anchor': 'end' }, [`→ ${text}`]);
    case 'rule':
      return svg('path', { class: 'rule', d: `M${x} ${y}H${x + INNER_WIDTH}` });
    case 'note':
      return svg('text', { class: 'note', x: x + 2, y: y + 13 }, [text]);
    case 'policy':
      return svg('text', { class: 'policy', x: x + 2, y: y + 14 }, [text]);
    case 'otherwise':
      return svg('g', { class: kind }, [chip(9), label(6, 12.5)]);
    case 'tag':
      return explained(tagWords(text), chip(9), label(6, 12.5));
    case 'guard':
      return explained(guardWords(text.replace(/^if /, '')), chip(4), label(6, 12.5));
    case 'effect':
      return explained(effectWords(text), chip(9), label(6, 12.5));
  }
}
