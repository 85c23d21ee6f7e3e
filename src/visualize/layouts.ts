import { chartNamed, type ChartName } from './chart-catalogue.ts';
import { layOutChart, type ChartLayout } from './chart-layout.ts';
import { hostPlaces, rolloutPlaces } from './chart-places.ts';

const layouts = new Map<ChartName, ChartLayout>();

/** The layout of a chart, computed on first use. */
export function layoutOf(name: ChartName): ChartLayout {
  const layout = layouts.get(name) ?? layOutChart(chartNamed(name), name === 'rollout' ? rolloutPlaces : hostPlaces);
  layouts.set(name, layout);
  return layout;
}
