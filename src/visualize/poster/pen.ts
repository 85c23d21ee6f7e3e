import { escapeXml } from '../svg-node.ts';

/** Draws a poster, on a canvas for a film or as text for a picture. */
export interface Pen {
  readonly rect: (x: number, y: number, width: number, height: number, fill: string) => void;
  readonly frame: (x: number, y: number, width: number, height: number, stroke: string) => void;
  readonly text: (x: number, y: number, size: number, text: string, fill: string, look: TextLook) => void;
}

export interface TextLook {
  readonly isBold: boolean;
  readonly anchor: 'start' | 'end';
}

export const POSTER_FONT =
  "ui-sans-serif, system-ui, 'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif";

const short = (value: number): string => String(Math.round(value * 100) / 100);

/** Draws as SVG. `done` returns the whole picture. */
export function svgPen(width: number, height: number, title: string): Pen & { readonly done: () => string } {
  const parts: string[] = [];
  return {
    rect: (x, y, w, h, fill) =>
      void parts.push(
        `<rect x="${short(x)}" y="${short(y)}" width="${short(w)}" height="${short(h)}" fill="${fill}"/>`,
      ),
    frame: (x, y, w, h, stroke) =>
      void parts.push(
        `<rect x="${short(x)}" y="${short(y)}" width="${short(w)}" height="${short(h)}" fill="none" stroke="${stroke}" stroke-width="2"/>`,
      ),
    text: (x, y, size, text, fill, { isBold, anchor }) =>
      void parts.push(
        `<text x="${short(x)}" y="${short(y)}" font-size="${size}" fill="${fill}"${isBold ? ' font-weight="600"' : ''}${anchor === 'end' ? ' text-anchor="end"' : ''}>${escapeXml(text)}</text>`,
      ),
    done: () =>
      [
        `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="${escapeXml(POSTER_FONT)}">`,
        `<title>${escapeXml(title)}</title>`,
        ...parts,
        '</svg>',
        '',
      ].join('\n'),
  };
}
