import type { ChartBranch, ChartEvent, ChartModel } from '../chart-model.ts';

/** `EVENT [guards] / effects`, the way in which UML writes a transition. */
export function transitionText(event: ChartEvent, branch: ChartBranch): string {
  const guards = branch.guards.length === 0 ? otherwise(event, branch) : ` [${branch.guards.join(' and ')}]`;
  const effects = branch.effects.map(({ type }) => type).join(', ');
  return `${event.type}${guards}${effects === '' ? '' : ` / ${effects}`}`;
}

const otherwise = (event: ChartEvent, branch: ChartBranch): string =>
  event.branches.indexOf(branch) > 0 ? ' [otherwise]' : '';

/** Guards and updates that every transition has, and that a picture would only repeat. */
export function sharedNote({ alwaysAsked, alwaysWritten }: ChartModel): string {
  const asked = alwaysAsked.length === 0 ? '' : `Every event is refused unless ${alwaysAsked.join(' and ')}. `;
  const written = alwaysWritten.map(({ field }) => field).join(', ');
  return written === '' ? asked : `${asked}Every accepted event writes ${written}.`;
}
