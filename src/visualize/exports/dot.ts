import type { ChartModel } from '../chart-model.ts';
import { lookOf } from '../palette.ts';
import { sharedNote, transitionText } from './transition-text.ts';

const LABEL_COLUMNS = 32;
const NOTE_COLUMNS = 100;

/** The chart as a Graphviz graph. */
export function toDot(model: ChartModel): string {
  const lines = [
    `digraph ${quoted(model.id)} {`,
    `  label=${quoted(wrapped(`${model.title} (${model.side}). ${sharedNote(model)}`, NOTE_COLUMNS))};`,
    '  rankdir=TB; node [shape=box, style=rounded, penwidth=2, fontname="Helvetica"];',
    '  edge [fontname="Helvetica", fontsize=11];',
    '  start [shape=point, width=0.15];',
    `  start -> ${quoted(model.start)};`,
  ];
  for (const state of model.states) {
    const inPlace = state.events.flatMap((event) =>
      event.branches.filter(({ target }) => target === null).map((branch) => transitionText(model, event, branch)),
    );
    const text = [state.name, state.description, ...state.tags.map((tag) => `#${tag}`), ...inPlace];
    const label = `${text.map((line) => wrapped(line, LABEL_COLUMNS)).join('\n')}\n`;
    const rings = state.isEnd ? ', peripheries=2' : '';
    lines.push(
      `  ${quoted(state.name)} [label=${quoted(label)}, color=${quoted(lookOf(state.name).light.fill)}${rings}];`,
    );
    for (const event of state.events) {
      for (const branch of event.branches) {
        if (branch.target === null) continue;
        const text = transitionText(model, event, branch);
        lines.push(
          `  ${quoted(state.name)} -> ${quoted(branch.target)} [label=${quoted(wrapped(text, LABEL_COLUMNS))}];`,
        );
      }
    }
  }
  return `${[...lines, '}'].join('\n')}\n`;
}

const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\l')}"`;

/** Breaks text at spaces into lines of at most `columns` characters. A longer word stays whole. */
function wrapped(text: string, columns: number): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join('\n');
}
