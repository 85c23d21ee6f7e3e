import { CARD_GAP, CARD_WIDTH, ENTRY_Y, cardOf, type Card } from './card.ts';
import type { ChartModel } from './chart-model.ts';
import { permutations } from './permutations.ts';
import { chooseColumns, hubsOf } from './choose-columns.ts';
import { assignTracks, type Lane } from './tracks.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedState extends Point {
  readonly name: string;
  readonly height: number;
}

/** The line from an event's row to the state that it leads to: at most two bends. */
export interface PlacedEdge {
  readonly from: string;
  readonly event: string;
  readonly to: string;
  readonly points: readonly Point[];
  /** Only its beginning is drawn, because it leads to a hub. */
  readonly isStub: boolean;
}

export interface ChartLayout {
  readonly width: number;
  readonly height: number;
  readonly states: readonly PlacedState[];
  readonly edges: readonly PlacedEdge[];
}

const MARGIN = 20;
const GUTTER = 42;
const TRACK_GAP = 12;
/** Ends before the first upright of the gap. */
const STUB = 15;
/** What a crossing of two lines costs, in pixels of their length; and two cards that stand against the chart's own order. */
const CROSSING_COST = 400;
const ORDER_COST = 700;
/** Beyond this many orders of the cards the search would take too long, and a chart would be unreadable anyway. */
const MAX_ORDERS = 20_000;

interface Placed {
  readonly card: Card;
  readonly column: number;
  readonly y: number;
}

/**
 * Places a chart in columns such that every line runs within one gap between them and never over a card. Of all orders
 * within the columns the one with the fewest crossings, the shortest lines and the order of the chart is taken, the first of equals.
 */
export function layOutChart(model: ChartModel): ChartLayout {
  const cards = new Map(model.states.map((state) => [state.name, cardOf(state)]));
  const hubs = hubsOf(model);
  const columns = chooseColumns(model, (name) => cards.get(name)?.height ?? 0);
  let best: { cost: number; layout: ChartLayout } | null = null;
  for (const order of orders(columns)) {
    const candidate = place(order, cards, hubs);
    if (best === null || candidate.cost < best.cost) best = candidate;
  }
  if (best === null) throw new Error(`${model.id}: there are no states to lay out.`);
  return best.layout;
}

function orders(columns: readonly (readonly string[])[]): readonly (readonly (readonly string[])[])[] {
  let found: readonly (readonly (readonly string[])[])[] = [[]];
  for (const column of columns) {
    const ways = permutations(column);
    found = found.flatMap((start) => ways.map((way) => [...start, way]));
    if (found.length > MAX_ORDERS) throw new Error(`There are too many ways to order ${column.length} states.`);
  }
  return found;
}

function place(order: readonly (readonly string[])[], cards: ReadonlyMap<string, Card>, hubs: ReadonlySet<string>) {
  const placed = stack(order, cards);
  const lanes = [...lanesOf(placed, hubs)];
  const tracks = assignTracks(lanes);
  const countIn = (gutter: number) =>
    new Set(lanes.filter((lane) => lane.gutter === gutter).map((lane) => lane.to)).size;
  const xOf: number[] = [];
  let x = MARGIN + (countIn(-1) > 0 ? GUTTER + TRACK_GAP * countIn(-1) : 0) + 22;
  for (const [column] of order.entries()) {
    xOf.push(x);
    x += CARD_WIDTH + (countIn(column) > 0 || column < order.length - 1 ? GUTTER + TRACK_GAP * countIn(column) : 0);
  }
  const columnX = (column: number): number => xOf[column] ?? 0;

  let length = 0;
  const edges = lanes.map((lane): PlacedEdge => {
    const left = lane.gutter < 0 ? MARGIN : columnX(lane.gutter) + CARD_WIDTH;
    const trackX = left + GUTTER / 2 + TRACK_GAP * (tracks.indexOf(lane) + 0.5) - 4;
    const exitX = columnX(lane.fromColumn) + (lane.leavesRight ? CARD_WIDTH : 0);
    const entryX = columnX(lane.toColumn) + (lane.entersLeft ? 0 : CARD_WIDTH);
    length += Math.abs(lane.exitY - lane.entryY);
    const points = [
      { x: exitX, y: lane.exitY },
      { x: trackX, y: lane.exitY },
      { x: trackX, y: lane.entryY },
      { x: entryX, y: lane.entryY },
    ];
    return { from: lane.from, event: lane.event, to: lane.to, points, isStub: false };
  });
  edges.push(...stubs(placed, hubs, columnX));
  const states = [...placed].map(([name, { card, column, y }]): PlacedState => ({
    name,
    x: columnX(column),
    y,
    height: card.height,
  }));
  const height = Math.max(...states.map((state) => state.y + state.height)) + MARGIN;
  const cost = tracks.crossings * CROSSING_COST + inversions(order, [...cards.keys()]) * ORDER_COST + length;
  return { cost, layout: { width: x + MARGIN, height, states, edges } };
}

/** How many pairs of cards in one column stand the other way round than in the chart. */
function inversions(order: readonly (readonly string[])[], names: readonly string[]): number {
  let count = 0;
  for (const column of order) {
    for (const [at, upper] of column.entries()) {
      count += column.slice(at + 1).filter((lower) => names.indexOf(lower) < names.indexOf(upper)).length;
    }
  }
  return count;
}

/** Each column's cards one under the other, all columns centred on one line. */
function stack(order: readonly (readonly string[])[], cards: ReadonlyMap<string, Card>): ReadonlyMap<string, Placed> {
  const heightOf = (name: string): number => cards.get(name)?.height ?? 0;
  const heights = order.map((column) => column.reduce((sum, name) => sum + heightOf(name) + CARD_GAP, -CARD_GAP));
  const tallest = Math.max(...heights);
  const placed = new Map<string, Placed>();
  for (const [index, column] of order.entries()) {
    let y = MARGIN + Math.round((tallest - (heights[index] ?? 0)) / 2);
    for (const name of column) {
      const card = cards.get(name);
      if (card !== undefined) placed.set(name, { card, column: index, y });
      y += heightOf(name) + CARD_GAP;
    }
  }
  return placed;
}

function* stubs(
  placed: ReadonlyMap<string, Placed>,
  hubs: ReadonlySet<string>,
  columnX: (column: number) => number,
): Generator<PlacedEdge> {
  for (const [from, { card, column, y }] of placed) {
    const x = columnX(column) + CARD_WIDTH;
    for (const { event, exits } of card.rows) {
      for (const exit of exits.filter(({ target }) => hubs.has(target))) {
        const points = [
          { x, y: y + exit.y },
          { x: x + STUB, y: y + exit.y },
        ];
        yield { from, event: event.type, to: exit.target, points, isStub: true };
      }
    }
  }
}

function* lanesOf(placed: ReadonlyMap<string, Placed>, hubs: ReadonlySet<string>): Generator<Lane> {
  for (const [from, source] of placed) {
    for (const row of source.card.rows) {
      for (const exit of row.exits) {
        if (hubs.has(exit.target)) continue;
        const target = placed.get(exit.target);
        if (target === undefined) throw new Error(`${row.event.type} leads to ${exit.target}, which is not a state.`);
        const leavesRight = target.column >= source.column;
        if (Math.abs(target.column - source.column) > 1) {
          throw new Error(`${from} to ${exit.target} passes over a column, which this layout does not draw.`);
        }
        yield {
          from,
          event: row.event.type,
          to: exit.target,
          fromColumn: source.column,
          toColumn: target.column,
          gutter: leavesRight ? source.column : source.column - 1,
          leavesRight,
          entersLeft: target.column > source.column,
          exitY: source.y + exit.y,
          entryY: target.y + ENTRY_Y,
        };
      }
    }
  }
}
