import type { ChartBranch, ChartModel } from '../chart-model.ts';
import { escapeXml } from '../svg-node.ts';

/**
 * The chart as SCXML, which has no place for the code of guards and effects. A guard is read from the event's data
 * (`_event.data.guards.NAME`, set by the sender), and an effect is logged by name. With the same guard values, an
 * interpreter takes the same transitions as the chart.
 */
export function toScxml(model: ChartModel): string {
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<!-- ${model.title} (${model.side}). Each event carries the answers of the guards: { "guards": { "NAME": true } }. -->`,
    `<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" datamodel="ecmascript" name="${escapeXml(model.id)}" initial="${escapeXml(model.start)}">`,
  ];
  for (const state of model.states) {
    // A final state of SCXML ends the session. A final state of this chart refuses everything, which is equivalent.
    const tag = state.isEnd ? 'final' : 'state';
    lines.push(`  <!-- ${state.name}: ${state.description.replaceAll('--', '–')} -->`);
    if (state.events.length === 0) {
      lines.push(`  <${tag} id="${escapeXml(state.name)}"/>`);
      continue;
    }
    lines.push(`  <${tag} id="${escapeXml(state.name)}">`);
    for (const event of state.events) {
      for (const branch of event.branches) lines.push(...transition(event.type, branch, model.alwaysAsked));
    }
    lines.push(`  </${tag}>`);
  }
  return `${[...lines, '</scxml>'].join('\n')}\n`;
}

function transition(event: string, branch: ChartBranch, always: readonly string[]): readonly string[] {
  const asked = [...always, ...branch.guards].map((guard) => `_event.data.guards.${guard}`);
  const cond = asked.length === 0 ? '' : ` cond="${escapeXml(asked.join(' && '))}"`;
  const target = branch.target === null ? '' : ` target="${escapeXml(branch.target)}"`;
  const opening = `    <transition event="${escapeXml(event)}"${cond}${target}`;
  if (branch.effects.length === 0) return [`${opening}/>`];
  const effects = branch.effects.map(({ type }) => `      <log label="effect" expr="${escapeXml(`'${type}'`)}"/>`);
  return [`${opening}>`, ...effects, '    </transition>'];
}
