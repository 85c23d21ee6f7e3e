import { CARD_GAP, CARD_WIDTH } from './card.ts';
import type { ChartModel } from './chart-model.ts';

/** A chart is looked at in a window of about this shape, so of two layouts the one that can be shown larger is better. */
const WIDTH_TO_HEIGHT = 4 / 3;
/** Lines from more states than this are not drawn to their end: each would have to pass all the cards between. */
const MOST_SOURCES = 3;
const COLUMN_GAP = 70;

/** What a line that comes back to its own column costs, in pixels of height: it is harder to follow. */
const TURN_COST = 40;
/** And what one costs that leads against the direction of reading. */
const BACK_COST = 120;
const MAX_CHOICES = 200_000;

interface Link {
  readonly from: string;
  readonly to: string;
}

/** The states that so many others lead to that they are named there, in place of a tangle of lines. */
export function hubsOf(model: ChartModel): ReadonlySet<string> {
  const links = linksOf(model);
  const sources = (name: string) => links.filter(({ from, to }) => to === name && from !== name).length;
  return new Set(model.states.map(({ name }) => name).filter((name) => sources(name) > MOST_SOURCES));
}

/**
 * The column of each state, left to right: the start in the first, and no line longer than from one column to the next
 * or back to its own; hubs in a column of their own at the end. Of all such choices the one that can be shown largest,
 * with few lines that turn or lead back.
 *
 * @throws Error when no such choice exists, or the chart is too large to look at them all
 */
export function chooseColumns(model: ChartModel, heightOf: (state: string) => number): readonly (readonly string[])[] {
  const hubs = hubsOf(model);
  const links = linksOf(model).filter(({ from, to }) => !hubs.has(from) && !hubs.has(to));
  let choices: readonly ReadonlyMap<string, number>[] = [new Map([[model.start, 0]])];
  for (const state of inReachingOrder(model, links).filter((name) => !hubs.has(name))) {
    choices = choices.flatMap((choice) => extend(choice, state, links));
    if (choices.length > MAX_CHOICES) throw new Error(`${model.id} is too large to lay out.`);
  }
  let best: { cost: number; choice: ReadonlyMap<string, number> } | null = null;
  for (const choice of choices) {
    const cost = costOf(choice, links, heightOf);
    if (best === null || cost < best.cost) best = { cost, choice };
  }
  if (best === null) throw new Error(`${model.id} cannot be laid out: some line would have to pass over a column.`);
  const { choice } = best;
  const last = Math.max(...choice.values());
  const names = model.states.map(({ name }) => name);
  const columns = Array.from({ length: last + 1 }, (_, column) => names.filter((name) => choice.get(name) === column));
  return hubs.size === 0 ? columns : [...columns, names.filter((name) => hubs.has(name))];
}

const linksOf = (model: ChartModel): readonly Link[] =>
  model.states.flatMap(({ name, events }) => {
    const targets = new Set(events.flatMap(({ branches }) => branches.map(({ target }) => target)));
    return [...targets].flatMap((to) => (to === null ? [] : [{ from: name, to }]));
  });

/** All states but the start, each after one that it hangs together with. */
function inReachingOrder(model: ChartModel, links: readonly Link[]): readonly string[] {
  const found = new Set([model.start]);
  // A set goes on to the items that are added while it is walked.
  for (const state of found) for (const { from, to } of links) if (from === state) found.add(to);
  for (const { name } of model.states) found.add(name);
  found.delete(model.start);
  return [...found];
}

function extend(
  choice: ReadonlyMap<string, number>,
  state: string,
  links: readonly Link[],
): ReadonlyMap<string, number>[] {
  const neighbours = links.flatMap(({ from, to }) => (from === state ? [to] : to === state ? [from] : []));
  const columns = neighbours.flatMap((name) => choice.get(name) ?? []);
  const [low, high] = columns.length === 0 ? [0, 0] : [Math.max(...columns) - 1, Math.min(...columns) + 1];
  const possible: ReadonlyMap<string, number>[] = [];
  for (let column = Math.max(0, low); column <= high; column += 1) possible.push(new Map([...choice, [state, column]]));
  return possible;
}

function costOf(
  choice: ReadonlyMap<string, number>,
  links: readonly Link[],
  heightOf: (state: string) => number,
): number {
  const heights: number[] = [];
  for (const [state, column] of choice) heights[column] = (heights[column] ?? 0) + heightOf(state) + CARD_GAP;
  const turns = links.filter(({ from, to }) => choice.get(from) === choice.get(to)).length;
  const backs = links.filter(({ from, to }) => (choice.get(from) ?? 0) > (choice.get(to) ?? 0)).length;
  const width = heights.length * (CARD_WIDTH + COLUMN_GAP);
  return Math.max(...heights, width / WIDTH_TO_HEIGHT) + turns * TURN_COST + backs * BACK_COST;
}
