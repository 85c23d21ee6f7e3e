import type { ChartName } from './chart-catalogue.ts';

/**
 * The properties of `<host-rollout-chart>`. Its attributes are `chart`, `state` and `theme` (`light` or `dark`; by
 * default the system's preference).
 */
export interface HostRolloutChartElement {
  /** The chart to draw; `host-agent` by default. */
  chart: ChartName;
  /** The state to mark as the current one. */
  state: string | null;
}

/**
 * The properties of `<rollout-film>`. Its attributes are `src` (the address of a run file or event log), `time`,
 * `theme` and `autoplay`. It dispatches `load`, `error` (`detail` is a sentence), `timechange` (`detail` is `time`) and
 * `hostselect` (`detail` is the hostname).
 */
export interface RolloutFilmElement {
  /** The displayed time, in milliseconds since the start of the run. */
  time: number;
  /** Shows a run file or event log, given as text. */
  load(text: string): void;
  play(): void;
  pause(): void;
}
