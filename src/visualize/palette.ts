import type { HostState } from '../machine/record.ts';
import type { RolloutState } from '../rollout/rollout-record.ts';

/** How a state looks, everywhere: chart, fleet, time lines, terminal. */
export interface StateLook {
  /** On a light ground. */
  readonly light: string;
  /** On a dark ground. */
  readonly dark: string;
  /** Says the same without colour. One column wide in a terminal. */
  readonly glyph: string;
}

/**
 * Chosen to stay apart with the usual kinds of colour blindness (after Okabe and Ito) and, where two hues come close,
 * by lightness. No meaning rests on colour alone: the glyph goes with it.
 */
const looks = {
  waiting: { light: '#8a94a3', dark: '#9aa5b5', glyph: '○' },
  moving: { light: '#d98e00', dark: '#f0b23c', glyph: '▸' },
  held: { light: '#7c5cbf', dark: '#a98be8', glyph: '‖' },
  watched: { light: '#3a9bd9', dark: '#63b8ee', glyph: '◔' },
  good: { light: '#00875f', dark: '#2bb98c', glyph: '✓' },
  bad: { light: '#cf4a0a', dark: '#ff7a42', glyph: '✕' },
  back: { light: '#8b2252', dark: '#d46a9c', glyph: '↩' },
  gone: { light: '#5b6470', dark: '#6f7885', glyph: '·' },
} as const satisfies Record<string, StateLook>;

export const hostStateLooks: { readonly [State in HostState]: StateLook } = {
  Pending: looks.waiting,
  Activating: looks.moving,
  Deferred: looks.held,
  Soaking: looks.watched,
  Converged: looks.good,
  Failed: looks.bad,
  Reverted: looks.back,
};

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
