import type { ChartModel } from '../chart-model.ts';
import { lookOf } from '../palette.ts';
import { sharedNote, transitionText } from './transition-text.ts';

/** The chart as a PlantUML state diagram. */
export function toPlantUml(model: ChartModel): string {
  const lines = [
    '@startuml',
    `title ${model.title} (${model.side})`,
    'left to right direction',
    'hide empty description',
  ];
  for (const state of model.states) {
    lines.push(`state ${state.name} ${lookOf(state.name).light.fill}22;line:${lookOf(state.name).light.fill}`);
    lines.push(`${state.name} : ${state.description}`);
    if (state.tags.length > 0) lines.push(`${state.name} : tags ${state.tags.join(', ')}`);
  }
  lines.push(`[*] --> ${model.start}`);
  for (const state of model.states) {
    for (const event of state.events) {
      for (const branch of event.branches) {
        const text = transitionText(model, event, branch);
        lines.push(branch.target === null ? `${state.name} : ${text}` : `${state.name} --> ${branch.target} : ${text}`);
      }
    }
    if (state.isEnd) lines.push(`${state.name} --> [*]`);
  }
  const shared = sharedNote(model);
  if (shared !== '') lines.push(`note "${shared}" as shared`);
  return `${[...lines, '@enduml'].join('\n')}\n`;
}
