import { chartNamed, chartNames } from './chart-catalogue.ts';
import { layOutChart } from './chart-layout.ts';

/** The text of `layouts.ts`, as the charts of the built machines need it. */
export function layoutsText(): string {
  const entries = chartNames.map((name) => {
    const { width, height, states, edges } = layOutChart(chartNamed(name));
    return [
      `  '${name}': {`,
      `    width: ${width},`,
      `    height: ${height},`,
      '    states: [',
      ...states.map((state) => `      ${JSON.stringify(state)},`),
      '    ],',
      '    edges: [',
      ...edges.map((edge) => `      ${JSON.stringify(edge)},`),
      '    ],',
      '  },',
    ].join('\n');
  });
  return [
    "import type { ChartName } from './chart-catalogue.ts';",
    "import type { ChartLayout } from './chart-layout.ts';",
    '',
    '/** Where everything in the pictures of the charts goes. Made by `npm run layout`; do not edit. */',
    'export const layouts: { readonly [Name in ChartName]: ChartLayout } = {',
    ...entries,
    '};',
    '',
  ].join('\n');
}
