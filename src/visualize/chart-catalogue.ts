import type { ChartModel, ChartSide } from './chart-model.ts';
import { hostChart, rolloutChart } from './charts.ts';

/** The charts that can be drawn. */
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

/** Charts never change, and finding what their parts write takes a while, so each is made once, on first use. */
export function chartNamed(name: ChartName): ChartModel {
  const chart = made.get(name) ?? makers[name]();
  made.set(name, chart);
  return chart;
}

/** The chart of a host, as one side runs it. */
export const hostChartName = (side: ChartSide): ChartName => `host-${side}`;
