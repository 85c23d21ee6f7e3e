import { POSTER_FONT, type Pen } from '../../poster/pen.ts';

/** Draws a poster on a canvas. */
export const canvasPen = (context: CanvasRenderingContext2D): Pen => ({
  rect: (x, y, width, height, fill) => {
    context.fillStyle = fill;
    context.fillRect(x, y, width, height);
  },
  frame: (x, y, width, height, stroke) => {
    context.strokeStyle = stroke;
    context.lineWidth = 2;
    context.strokeRect(x, y, width, height);
  },
  text: (x, y, size, text, fill, { isBold, anchor }) => {
    context.fillStyle = fill;
    context.font = `${isBold ? 600 : 400} ${size}px ${POSTER_FONT}`;
    context.textAlign = anchor;
    context.fillText(text, x, y);
  },
});
