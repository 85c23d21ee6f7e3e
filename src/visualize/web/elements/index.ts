import { HostRolloutChart } from './host-rollout-chart.ts';
import { RolloutFilm } from './rollout-film.ts';

export type { HostRolloutChartElement, RolloutFilmElement } from '../../element-types.ts';

/**
 * Defines `<host-rollout-chart>` and `<rollout-film>`, unless something else has taken their names. The module does so itself when
 * it is loaded in a browser.
 */
export function defineElements(): void {
  if (customElements.get('host-rollout-chart') === undefined)
    customElements.define('host-rollout-chart', HostRolloutChart);
  if (customElements.get('rollout-film') === undefined) customElements.define('rollout-film', RolloutFilm);
}

// On a server there are no elements to define.
if (typeof customElements !== 'undefined') defineElements();
