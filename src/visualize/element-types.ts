import type { ChartName } from './chart-catalogue.ts';

/**
 * What `<host-rollout-chart>` has beside the properties of every element. Its attributes are `chart`, `state` and `theme`
 * (`light`, `dark`; by default what the system prefers).
 */
export interface HostRolloutChartElement {
  /** Which chart is drawn; `host-agent` by default. */
  chart: ChartName;
  /** The state that is marked as the present one. */
  state: string | null;
}

/**
 * What `<rollout-film>` has beside the properties of every element. Its attributes are `src` (the address of a run file or an event
 * log), `time`, `theme` and `autoplay`. It dispatches `load`, `error` (`detail` is a sentence), `timechange` (`detail` is
 * `time`) and `hostselect` (`detail` is the hostname).
 */
export interface RolloutFilmElement {
  /** The moment that is shown, in milliseconds since the start of the run. */
  time: number;
  /** Shows the text of a run file or of an event log. */
  load(text: string): void;
  play(): void;
  pause(): void;
}
