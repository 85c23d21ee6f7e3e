import type { ChartModel, ChartSide } from './chart-model.ts';
import { hostChart, rolloutChart } from './charts.ts';

/** The charts that there are pictures of. */
export const chartNames = ['host-agent', 'host-control-plane', 'host-both', 'rollout'] as const;
/** The name of a chart that can be drawn. */
export type ChartName = (typeof chartNames)[number];

/** Whether a text names a chart. */
export const isChartName = (text: string): text is ChartName => chartNames.some((name) => name === text);

const makers: { readonly [Name in ChartName]: () => ChartModel } = {
  'host-agent': () => hostChart('agent'),
  'host-control-plane': () => hostChart('control-plane'),
  'host-both': () => hostChart('both'),
  rollout: rolloutChart,
};

const made = new Map<ChartName, ChartModel>();

/** A chart never changes, and finding what its parts write takes a while: each is made once, when it is first asked for. */
export function chartNamed(name: ChartName): ChartModel {
  const chart = made.get(name) ?? makers[name]();
  made.set(name, chart);
  return chart;
}

/** The chart of a host as one side sees it. */
export const hostChartName = (side: ChartSide): ChartName => `host-${side}`;
