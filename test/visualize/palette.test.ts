import { describe, expect, it } from 'vitest';
import { tints } from '../../src/visualize/chart-style.ts';
import { hostStateLooks, inkOn, lookOf, rolloutStateLooks } from '../../src/visualize/palette.ts';

type Colour = readonly [number, number, number];

/** Machado, Oliveira and Fernandes (2009), severity 1, in linear RGB. */
const deficiencies = {
  none: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protan: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deutan: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritan: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
} as const;
type Deficiency = keyof typeof deficiencies;

const linear = (hex: string): Colour => {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
};

const seenBy = ([r, g, b]: Colour, deficiency: Deficiency): Colour => {
  const m = deficiencies[deficiency];
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  return [
    clip(m[0] * r + m[1] * g + m[2] * b),
    clip(m[3] * r + m[4] * g + m[5] * b),
    clip(m[6] * r + m[7] * g + m[8] * b),
  ];
};

const lab = ([r, g, b]: Colour): Colour => {
  const f = (value: number) => (value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
};

/** CIE76. */
const difference = (one: string, other: string, deficiency: Deficiency): number => {
  const [a, b] = [lab(seenBy(linear(one), deficiency)), lab(seenBy(linear(other), deficiency))];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
};

const luminance = (hex: string): number => {
  const [r, g, b] = linear(hex);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

const contrast = (one: string, other: string): number => {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};

const hostStates = Object.entries(hostStateLooks);

describe.each(['light', 'dark'] as const)('the palette on a %s background', (theme) => {
  it.each(['none', 'protan', 'deutan', 'tritan'] as const)('distinguishes any two states (%s)', (deficiency) => {
    for (const [index, [name, look]] of hostStates.entries()) {
      for (const [other, otherLook] of hostStates.slice(index + 1)) {
        const apart = difference(look[theme].fill, otherLook[theme].fill, deficiency);
        expect(apart, `${name} and ${other}`).toBeGreaterThanOrEqual(14);
      }
    }
  });

  it('has legible text on the background and on a card', () => {
    for (const [name, look] of [...hostStates, ...Object.entries(rolloutStateLooks)]) {
      for (const ground of [tints[theme].ground, tints[theme].card]) {
        expect(contrast(look[theme].text, ground), `${name} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
    }
    for (const [text, ground] of [
      ['text', 'ground'],
      ['muted', 'ground'],
      ['muted', 'card'],
      ['guardText', 'guard'],
      ['effectText', 'effect'],
    ] as const) {
      expect(contrast(tints[theme][text], tints[theme][ground]), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('has legible glyphs on their fill', () => {
    for (const [name, look] of hostStates) {
      expect(contrast(look[theme].fill, inkOn(look[theme].fill)), name).toBeGreaterThanOrEqual(4);
    }
  });

  it('makes a failure stand out more than a success', () => {
    const { ground } = tints[theme];
    const from = (state: string) => difference(lookOf(state)[theme].fill, ground, 'none');
    expect(from('Failed')).toBeGreaterThan(from('Converged'));
  });
});

it('has a glyph of one character for each state', () => {
  expect(new Set(hostStates.map(([, { glyph }]) => glyph)).size).toBe(hostStates.length);
  for (const [, { glyph }] of hostStates) expect([...glyph]).toHaveLength(1);
});
