/** The whole module, including what needs Node: forecasts of many runs on several threads. */
export * from './index.ts';
export { compareChanges, searchDeadline, withForecast, type ForecastOptions } from './forecast-plan.ts';
