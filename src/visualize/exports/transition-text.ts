import {
  notableEffects,
  type ChartBranch,
  type ChartEvent,
  type ChartModel,
  type RoutineEffect,
} from '../chart-model.ts';

/** `EVENT [guards] / effects`, as UML writes a transition. */
export function transitionText(model: ChartModel, event: ChartEvent, branch: ChartBranch): string {
  const guards = branch.guards.length === 0 ? otherwise(event, branch) : ` [${branch.guards.join(' and ')}]`;
  const effects = notableEffects(model, branch)
    .map(({ type }) => type)
    .join(', ');
  return `${event.type}${guards}${effects === '' ? '' : ` / ${effects}`}`;
}

const otherwise = (event: ChartEvent, branch: ChartBranch): string =>
  event.branches.indexOf(branch) > 0 ? ' [otherwise]' : '';

/** The guards, writes and effects that all transitions share, to be stated once. */
export function sharedNote({ alwaysAsked, alwaysWritten, routineEffects }: ChartModel): string {
  const sentences: string[] = [];
  if (alwaysAsked.length > 0) sentences.push(`Every event is refused unless ${alwaysAsked.join(' and ')}.`);
  const written = alwaysWritten.map(({ field }) => field);
  if (written.length > 0) sentences.push(`Every accepted event writes ${written.join(', ')}.`);
  const emitted = (occurs: RoutineEffect['occurs']) => [
    ...new Set(routineEffects.filter((effect) => effect.occurs === occurs).map(({ type }) => type)),
  ];
  const always = emitted('always');
  if (always.length > 0) sentences.push(`Every accepted event emits ${always.join(' or ')}.`);
  const onChange = emitted('on change of state');
  if (onChange.length > 0) sentences.push(`Every change of state emits ${onChange.join(' and ')}.`);
  return sentences.join(' ');
}
