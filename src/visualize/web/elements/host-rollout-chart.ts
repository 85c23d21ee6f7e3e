import { CARD_WIDTH } from '../../card.ts';
import { chartNamed, isChartName } from '../../chart-catalogue.ts';
import { lookOf } from '../../palette.ts';
import { layoutOf } from '../../layouts.ts';
import { toSvg } from '../../exports/svg.ts';
import { BaseElement } from './base-element.ts';
import { onThemeChange, themeOf } from './theme.ts';

const STYLE = `:host{display:block}:host([hidden]){display:none}svg{display:block;width:100%;height:auto}
.present{fill:none;stroke-width:4;rx:14px}`;

const DEFAULT_CHART = 'host-agent';

/** `<host-rollout-chart>`: a chart of the machine, with the current state marked. */
export class HostRolloutChart extends BaseElement {
  static readonly observedAttributes: readonly string[] = ['chart', 'state', 'theme'];
  readonly #shadow = this.attachShadow({ mode: 'open' });
  #ending: (() => void) | null = null;

  get chart(): string {
    return this.getAttribute('chart') ?? DEFAULT_CHART;
  }

  set chart(name: string) {
    this.setAttribute('chart', name);
  }

  get state(): string | null {
    return this.getAttribute('state');
  }

  set state(name: string | null) {
    if (name === null) this.removeAttribute('state');
    else this.setAttribute('state', name);
  }

  connectedCallback(): void {
    this.#ending = onThemeChange(() => this.#draw());
    this.#draw();
  }

  disconnectedCallback(): void {
    this.#ending?.();
    this.#ending = null;
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.#draw();
  }

  #draw(): void {
    const { chart, state } = this;
    const name = isChartName(chart) ? chart : DEFAULT_CHART;
    const theme = themeOf(this);
    const layout = layoutOf(name);
    const place = layout.states.find((each) => each.name === state);
    const style = document.createElement('style');
    style.textContent = STYLE;
    const drawing = document.createElement('div');
    // Drawn by this package from its own charts: nothing comes from the page.
    drawing.innerHTML = toSvg(chartNamed(name), layout, theme);
    const svg = drawing.firstElementChild;
    if (svg !== null && place !== undefined) {
      const mark = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
      const frame = { x: place.x - 4, y: place.y - 4, width: CARD_WIDTH + 8, height: place.height + 8 };
      for (const [key, value] of Object.entries(frame)) mark.setAttribute(key, String(value));
      mark.setAttribute('class', 'present');
      mark.setAttribute('stroke', lookOf(place.name)[theme].text);
      svg.append(mark);
    }
    this.#shadow.replaceChildren(style, ...drawing.children);
  }
}
