import type { ChartLayout } from '../chart-layout.ts';
import type { ChartModel } from '../chart-model.ts';
import { chartStyle, themeProperties, type Theme } from '../chart-style.ts';
import { drawChart } from '../draw-chart.ts';
import { escapeXml, serialiseSvg } from '../svg-node.ts';

/**
 * A self-contained picture of the chart.
 *
 * @param theme by default the viewer's own, light or dark
 */
export function toSvg(model: ChartModel, layout: ChartLayout, theme: Theme | 'auto' = 'auto'): string {
  const names = model.states.map(({ name }) => name);
  const fixed = theme === 'auto' ? 'light' : theme;
  const dark = theme === 'auto' ? `@media (prefers-color-scheme:dark){svg{${themeProperties('dark', names)}}}` : '';
  const style = `svg{${themeProperties(fixed, names)}}${dark}.ground{fill:var(--ground)}${chartStyle(names)}`;
  const { width, height } = layout;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeXml(`${model.title} (${model.side})`)}</title>`,
    `<style>${style}</style>`,
    `<rect class="ground" width="${width}" height="${height}"/>`,
    `<g class="chart">${drawChart(model, layout).map(serialiseSvg).join('\n')}</g>`,
    '</svg>',
    '',
  ].join('\n');
}
