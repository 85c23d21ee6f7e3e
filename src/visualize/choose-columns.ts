import type { ChartModel } from './chart-model.ts';

/** What a line that comes back to its own column costs, in pixels of height: it is harder to follow. */
const TURN_COST = 40;
const MAX_CHOICES = 200_000;

interface Link {
  readonly from: string;
  readonly to: string;
}

/**
 * The column of each state, left to right: the start in the first, and no line longer than from one column to the next
 * or back to its own. Of all such choices the one with the lowest tallest column and the fewest turning lines.
 *
 * @throws Error when no such choice exists, or the chart is too large to look at them all
 */
export function chooseColumns(model: ChartModel, heightOf: (state: string) => number): readonly (readonly string[])[] {
  const links = linksOf(model);
  let choices: readonly ReadonlyMap<string, number>[] = [new Map([[model.start, 0]])];
  for (const state of inReachingOrder(model, links)) {
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
  return Array.from({ length: last + 1 }, (_, column) =>
    model.states.map(({ name }) => name).filter((name) => choice.get(name) === column),
  );
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
  for (const [state, column] of choice) heights[column] = (heights[column] ?? 0) + heightOf(state) + 30;
  const turns = links.filter(({ from, to }) => choice.get(from) === choice.get(to)).length;
  return Math.max(...heights) + turns * TURN_COST;
}
