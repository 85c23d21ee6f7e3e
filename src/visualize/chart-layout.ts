import { CARD_GAP, CARD_WIDTH, ENTRY_Y, cardOf, type Card } from './card.ts';
import type { ChartModel } from './chart-model.ts';
import type { ChartPlaces } from './chart-places.ts';

/** A position in a drawn chart, in pixels from the top left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A state of a drawn chart, with the position of its card. */
export interface PlacedState extends Point {
  readonly name: string;
  readonly height: number;
}

/** The line from an event's row to its target state, with at most two bends. */
export interface PlacedEdge {
  readonly from: string;
  readonly event: string;
  readonly to: string;
  readonly points: readonly Point[];
  /** Whether only its start is drawn, because it leads to a hub. */
  readonly isStub: boolean;
}

/** The position of everything in a drawn chart, in pixels. */
export interface ChartLayout {
  readonly width: number;
  readonly height: number;
  readonly states: readonly PlacedState[];
  readonly edges: readonly PlacedEdge[];
}

const MARGIN = 20;
/** The line above the cards with the effects of every transition. */
const NOTE_HEIGHT = 24;
/** Space for the arrow into the start state. */
const START_WIDTH = 22;
const GUTTER = 42;
const TRACK_GAP = 12;
/** Ends before the first track of the gap. */
const STUB = 15;

interface PlacedCard extends Point {
  readonly card: Card;
  readonly column: number;
}

/**
 * Lays out a chart by the places of its states: the happy path on one line, and every edge in the gap between two
 * columns, never across a card.
 *
 * @throws Error if a state or a track has no place, or an edge would cross a column
 */
export function layOutChart(model: ChartModel, places: ChartPlaces): ChartLayout {
  const cards = placeCards(model, places);
  const states = [...cards].map(([name, { card, x, y }]) => ({ name, x, y, height: card.height }));
  const last = places.columns.length - 1;
  return {
    width: columnX(places, last) + CARD_WIDTH + STUB + MARGIN,
    height: Math.max(...states.map(({ y, height }) => y + height)) + MARGIN,
    states,
    edges: [...cards].flatMap(([name, from]) =>
      from.card.rows.flatMap(({ event, exits }) =>
        exits.map((exit): PlacedEdge => {
          const isStub = places.hubs.includes(exit.target);
          const exitY = from.y + exit.y;
          const points = isStub ? stub(from, exitY) : route(from, exitY, placeOf(cards, exit.target), places);
          return { from: name, event: event.type, to: exit.target, points, isStub };
        }),
      ),
    ),
  };
}

function placeCards(model: ChartModel, places: ChartPlaces): ReadonlyMap<string, PlacedCard> {
  const cards = new Map(model.states.map((state) => [state.name, cardOf(model, state)]));
  const cardNamed = (name: string): Card => {
    const card = cards.get(name);
    if (card === undefined) throw new Error(`${model.id} has no state ${name} to place.`);
    return card;
  };
  const stackHeight = (names: readonly string[]) =>
    names.reduce((sum, name) => sum + cardNamed(name).height + CARD_GAP, 0);
  const { columns } = places;
  const spineY = NOTE_HEIGHT + MARGIN + Math.max(...columns.map(({ above }) => stackHeight(above)));
  const belowY = spineY + Math.max(...columns.map(({ spine }) => stackHeight([spine])));

  const placed = new Map<string, PlacedCard>();
  for (const [column, { above, spine, below }] of columns.entries()) {
    const x = columnX(places, column);
    const stack = (names: readonly string[], top: number) => {
      let y = top;
      for (const name of names) {
        placed.set(name, { card: cardNamed(name), column, x, y });
        y += cardNamed(name).height + CARD_GAP;
      }
    };
    stack(above, spineY - stackHeight(above));
    stack([spine], spineY);
    stack(below, belowY);
  }
  const missing = model.states.find(({ name }) => !placed.has(name));
  if (missing !== undefined) throw new Error(`${model.id}: ${missing.name} has no place.`);
  return placed;
}

function placeOf(cards: ReadonlyMap<string, PlacedCard>, name: string): PlacedCard {
  const place = cards.get(name);
  if (place === undefined) throw new Error(`An edge leads to ${name}, which is not a state.`);
  return place;
}

function columnX({ tracks }: ChartPlaces, column: number): number {
  const before = tracks.slice(0, column).reduce((sum, names) => sum + names.length, 0);
  return MARGIN + START_WIDTH + column * (CARD_WIDTH + GUTTER) + before * TRACK_GAP;
}

function stub({ x }: PlacedCard, exitY: number): readonly Point[] {
  const exitX = x + CARD_WIDTH;
  return [
    { x: exitX, y: exitY },
    { x: exitX + STUB, y: exitY },
  ];
}

/**
 * Leaves on the right, follows the target's track in the gap, and enters the target on the left, or on the right if
 * that is nearer.
 */
function route(from: PlacedCard, exitY: number, to: PlacedCard, places: ChartPlaces): readonly Point[] {
  const isNear = to.column === from.column || to.column === from.column + 1;
  const target = to.card.state.name;
  const track = places.tracks[from.column]?.indexOf(target) ?? -1;
  if (!isNear || track < 0) throw new Error(`${from.card.state.name} to ${target} has no track.`);
  const exitX = from.x + CARD_WIDTH;
  const trackX = exitX + GUTTER / 2 + TRACK_GAP * (track + 0.5) - 4;
  const entryY = to.y + ENTRY_Y;
  return [
    { x: exitX, y: exitY },
    { x: trackX, y: exitY },
    { x: trackX, y: entryY },
    { x: to.column > from.column ? to.x : to.x + CARD_WIDTH, y: entryY },
  ];
}
