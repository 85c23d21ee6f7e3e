import { overviewSizes, sizes } from './card.ts';
import { inkOn, lookOf } from './palette.ts';

/** The two backgrounds of a drawing. */
export type Theme = 'light' | 'dark';

const SANS = "ui-sans-serif, system-ui, 'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif";
const MONO = "ui-monospace, 'SF Mono', Menlo, 'DejaVu Sans Mono', 'Liberation Mono', Consolas, monospace";

interface Tints {
  readonly ground: string;
  readonly card: string;
  readonly border: string;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly guard: string;
  readonly guardText: string;
  readonly effect: string;
  readonly effectText: string;
  readonly hover: string;
}

export const tints: { readonly [Name in Theme]: Tints } = {
  light: {
    ground: '#f6f7f9',
    card: '#ffffff',
    border: '#d9dee6',
    text: '#171b21',
    muted: '#566070',
    line: '#98a2b1',
    guard: '#fdf3dc',
    guardText: '#74520a',
    effect: '#e6eff9',
    effectText: '#1c4f86',
    hover: '#f0f4f9',
  },
  dark: {
    ground: '#12151a',
    card: '#1b2027',
    border: '#343c48',
    text: '#eef1f5',
    muted: '#a5afbd',
    line: '#66717f',
    guard: '#3a3018',
    guardText: '#f1cf85',
    effect: '#1d3149',
    effectText: '#a9cdf5',
    hover: '#242b35',
  },
};

/** The custom properties of one theme, for a rule's body. */
export function themeProperties(theme: Theme, states: readonly string[]): string {
  const own = Object.entries(tints[theme]).map(([name, value]) => `--${name}:${value};`);
  const byState = states.map((state) => {
    const { fill, text } = lookOf(state)[theme];
    return `--fill-${state}:${fill};--ink-${state}:${inkOn(fill)};--state-${state}:${text};`;
  });
  return [...own, ...byState].join('');
}

/** The styles of the classes of `drawChart`, using the custom properties of a theme. */
export const chartStyle = (states: readonly string[]): string => `
.chart text{font-family:${SANS};fill:var(--text)}
.chart .card{fill:var(--card);stroke:var(--border)}
.chart .stripe{fill:var(--fill)}
.chart .glyph{font-size:17px;fill:var(--tone);font-weight:700}
.chart .title{font-size:${sizes.title}px;font-weight:650;letter-spacing:-.01em}
.chart .description{font-size:${sizes.description}px;fill:var(--muted)}
.chart .caption{font-size:${sizes.caption}px;fill:var(--muted);letter-spacing:.02em}
.chart .shared-note{font-size:${sizes.description}px;fill:var(--muted)}
.chart .overview-name{font-size:${overviewSizes.name}px;font-weight:650;letter-spacing:-.02em}
.chart .overview-glyph{font-size:${overviewSizes.name}px;fill:var(--tone);font-weight:700}
.chart .overview-count{font-size:${overviewSizes.name}px;fill:var(--muted)}
.chart.detail-names .event-ground{stroke:var(--card);stroke-width:6;fill:var(--hover)}
.chart.detail-events .title{font-size:${overviewSizes.title}px}
.chart.detail-events .description{font-size:${overviewSizes.description}px}
.chart.detail-events .event-name{font-size:${overviewSizes.event}px}
.chart.detail-events .target{font-size:${overviewSizes.target}px}
.chart .rule{stroke:var(--border);fill:none}
.chart .event-name{font-family:${MONO};font-size:${sizes.event}px;font-weight:500}
.chart .target{font-size:12px;font-weight:600;fill:var(--tone)}
.chart .tag rect{fill:none;stroke:var(--border)}
.chart .tag text{font-size:${sizes.chip}px;fill:var(--muted)}
.chart .guard rect{fill:var(--guard)}
.chart .guard text{font-family:${MONO};font-size:${sizes.chip}px;fill:var(--guardText)}
.chart .otherwise rect{fill:none;stroke:var(--border);stroke-dasharray:3 2}
.chart .otherwise text{font-size:${sizes.chip}px;fill:var(--muted)}
.chart .policy{font-size:${sizes.chip}px;font-weight:600}
.chart.detail-events .policy{font-size:${overviewSizes.event}px;font-weight:500}
.chart .frame{fill:none;stroke:var(--line)}
.chart .note{font-size:${sizes.chip}px;fill:var(--muted)}
.chart .effect rect{fill:var(--effect)}
.chart .effect text{font-family:${MONO};font-size:${sizes.chip}px;fill:var(--effectText)}
.chart .event-ground{fill:transparent}
.chart .edge-line,.chart .start-line{fill:none;stroke:var(--tone,var(--line));stroke-width:1.5}
.chart .edge-hit{fill:none;stroke:transparent;stroke-width:12}
.chart .edge-head{fill:var(--tone,var(--line))}
.chart .state>.edge-head{fill:var(--line)}
.chart .start-line{stroke:var(--line)}
.chart .start-dot{fill:var(--text)}
.chart .end-ring{fill:none;stroke:var(--tone);stroke-width:1.5}
.chart .port{fill:var(--tone)}
${states.map((state) => `.chart .state-${state},.chart .to-${state}{--tone:var(--state-${state});--fill:var(--fill-${state})}`).join('\n')}
`;
