import type { ChartModel } from '../chart-model.ts';
import { lookOf } from '../palette.ts';
import { sharedNote, transitionText } from './transition-text.ts';

/** The chart as a Graphviz graph. */
export function toDot(model: ChartModel): string {
  const lines = [
    `digraph ${quoted(model.id)} {`,
    `  label=${quoted(`${model.title} (${model.side}). ${sharedNote(model)}`)};`,
    '  rankdir=LR; node [shape=box, style=rounded, fontname="Helvetica"]; edge [fontname="Courier", fontsize=10];',
    '  start [shape=point, width=0.15];',
    `  start -> ${quoted(model.start)};`,
  ];
  for (const state of model.states) {
    const inPlace = state.events.flatMap((event) =>
      event.branches.filter(({ target }) => target === null).map((branch) => transitionText(model, event, branch)),
    );
    const label = [state.name, state.description, ...state.tags.map((tag) => `#${tag}`), ...inPlace].join('\n');
    const rings = state.isEnd ? ', peripheries=2' : '';
    lines.push(`  ${quoted(state.name)} [label=${quoted(label)}, color=${quoted(lookOf(state.name).light)}${rings}];`);
    for (const event of state.events) {
      for (const branch of event.branches) {
        if (branch.target === null) continue;
        const text = transitionText(model, event, branch);
        lines.push(`  ${quoted(state.name)} -> ${quoted(branch.target)} [label=${quoted(text)}];`);
      }
    }
  }
  return `${[...lines, '}'].join('\n')}\n`;
}

const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\l')}"`;
