import { HostRolloutChart } from './host-rollout-chart.ts';
import { RolloutFilm } from './rollout-film.ts';

export type { HostRolloutChartElement, RolloutFilmElement } from '../../element-types.ts';

/**
 * Defines `<host-rollout-chart>` and `<rollout-film>`, unless these names are taken. In a browser, loading the module
 * is enough.
 */
export function defineElements(): void {
  if (customElements.get('host-rollout-chart') === undefined)
    customElements.define('host-rollout-chart', HostRolloutChart);
  if (customElements.get('rollout-film') === undefined) customElements.define('rollout-film', RolloutFilm);
}

// A server has no custom elements.
if (typeof customElements !== 'undefined') defineElements();
