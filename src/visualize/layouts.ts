import { chartNamed, type ChartName } from './chart-catalogue.ts';
import { layOutChart, type ChartLayout } from './chart-layout.ts';
import { hostPlaces, rolloutPlaces } from './chart-places.ts';

const layouts = new Map<ChartName, ChartLayout>();

/** Where everything in the picture of a chart goes; worked out when the chart is first asked for. */
export function layoutOf(name: ChartName): ChartLayout {
  const layout = layouts.get(name) ?? layOutChart(chartNamed(name), name === 'rollout' ? rolloutPlaces : hostPlaces);
  layouts.set(name, layout);
  return layout;
}
