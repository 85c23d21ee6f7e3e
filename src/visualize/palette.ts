import type { HostState } from '../machine/index.ts';
import type { RolloutState } from '../rollout/index.ts';

/** The two colours of a state on one background. */
export interface StateTones {
  /** For areas, such as cells, stripes and bands. */
  readonly fill: string;
  /** For text and thin lines: at least 4.5:1 against the background and the card. */
  readonly text: string;
}

/** How a state looks everywhere: chart, fleet, timelines, terminal. */
export interface StateLook {
  readonly light: StateTones;
  readonly dark: StateTones;
  /** Distinguishes the state without colour. One column wide in a terminal. */
  readonly glyph: string;
}

/**
 * Ordered by lightness, so that hue is a bonus: good is quiet, bad stands out most from the background. A test checks
 * that any two fills are distinct under each of the three colour vision deficiencies.
 */
const looks = {
  waiting: {
    light: { fill: '#a7b0bc', text: '#566070' },
    dark: { fill: '#748191', text: '#a3afbf' },
    glyph: '○',
  },
  moving: {
    light: { fill: '#f2b705', text: '#8a5a00' },
    dark: { fill: '#f5c451', text: '#f5c451' },
    glyph: '▸',
  },
  held: {
    light: { fill: '#7c5cbf', text: '#6443ab' },
    dark: { fill: '#8f6fe0', text: '#b49cf0' },
    glyph: '‖',
  },
  watched: {
    light: { fill: '#6ab7ea', text: '#1f6ba8' },
    dark: { fill: '#6cc0ff', text: '#6cc0ff' },
    glyph: '◔',
  },
  good: {
    light: { fill: '#00664a', text: '#00664a' },
    dark: { fill: '#1a6b53', text: '#4fc49c' },
    glyph: '✓',
  },
  bad: {
    light: { fill: '#e03a0a', text: '#b52a06' },
    dark: { fill: '#ff4d2e', text: '#ff7a5f' },
    glyph: '✕',
  },
  back: {
    light: { fill: '#4a0b29', text: '#5c0f33' },
    dark: { fill: '#ffd0e0', text: '#ffd0e0' },
    glyph: '↩',
  },
  gone: {
    light: { fill: '#5b6470', text: '#566070' },
    dark: { fill: '#4a5360', text: '#a3afbf' },
    glyph: '·',
  },
} as const satisfies Record<string, StateLook>;

/** Colour and glyph of each state of a host. */
export const hostStateLooks: { readonly [State in HostState]: StateLook } = {
  Pending: looks.waiting,
  Activating: looks.moving,
  Deferred: looks.held,
  Soaking: looks.watched,
  Converged: looks.good,
  Failed: looks.bad,
  Reverted: looks.back,
};

/** Colour and glyph of each state of a rollout. */
export const rolloutStateLooks: { readonly [State in RolloutState]: StateLook } = {
  Opening: looks.waiting,
  Active: looks.moving,
  Converging: looks.watched,
  Terminal: looks.good,
  Failed: looks.bad,
  Reverted: looks.back,
  Superseded: looks.held,
  Pruned: looks.gone,
};

const UNKNOWN: StateLook = looks.gone;

/** The look of a state of either chart, by name. */
export function lookOf(state: string): StateLook {
  const all: Readonly<Record<string, StateLook>> = { ...rolloutStateLooks, ...hostStateLooks };
  return Object.hasOwn(all, state) ? (all[state] ?? UNKNOWN) : UNKNOWN;
}

/** The colour of a glyph on a fill: dark or light, whichever has more contrast. */
export function inkOn(fill: string): string {
  const channel = (at: number) => (Number.parseInt(fill.slice(at, at + 2), 16) / 255) ** 2.2;
  const luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  return luminance > 0.18 ? '#12151a' : '#ffffff';
}
