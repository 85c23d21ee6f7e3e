import type { ChartModel } from '../chart-model.ts';
import { inkOn, lookOf } from '../palette.ts';
import { sharedNote, transitionText } from './transition-text.ts';

/** The chart as a Mermaid state diagram. Comments at the top list what such a diagram cannot show. */
export function toMermaid(model: ChartModel): string {
  const lines = [
    `%% ${model.title} (${model.side}).`,
    '%% Mermaid cannot show tags, what a transition writes into the record, which guard refuses an event, or that the',
    '%% first branch whose guard holds is taken. Events that a state accepts without leaving it are lines in its box.',
    `%% ${sharedNote(model)}`,
    'stateDiagram-v2',
    '  direction LR',
    `  [*] --> ${model.start}`,
  ];
  for (const state of model.states) {
    lines.push(`  ${state.name} : ${state.name}. ${mermaidText(state.description)}`);
    for (const event of state.events) {
      for (const branch of event.branches) {
        const text = mermaidText(transitionText(model, event, branch));
        lines.push(
          branch.target === null ? `  ${state.name} : ${text}` : `  ${state.name} --> ${branch.target} : ${text}`,
        );
      }
    }
    if (state.isEnd) lines.push(`  ${state.name} --> [*]`);
  }
  for (const { name } of model.states) {
    const { fill } = lookOf(name).light;
    lines.push(`  classDef look${name} fill:${fill},color:${inkOn(fill)}`, `  class ${name} look${name}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Colons and semicolons end a text in Mermaid, so they are written as entities. */
const mermaidText = (text: string): string => text.replaceAll(/[:;]/g, (sign) => (sign === ':' ? '#58;' : '#59;'));
