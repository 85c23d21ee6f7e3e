import { useRef, useState } from 'react';
import { Moment } from '../../../simulator/index.ts';
import { hostsCsv } from '../../exports/hosts-csv.ts';
import { filmMsAt, paceOf, runMsAt } from '../../film/pace.ts';
import { hostsMatching } from '../../find/host-filter.ts';
import { drawPoster, layOutPoster, POSTER, posterSvg, worstMoment } from '../../poster/poster.ts';
import { CopyButton } from '../copy-button.tsx';
import { saveBlob, saveText } from '../save-text.ts';
import { themeNow } from '../theme-now.ts';
import { useMenu } from '../use-menu.ts';
import type { OpenRun } from './open-runs.ts';
import { POSTER_FONT, type Pen } from '../../poster/pen.ts';

const TYPES = ['video/webm;codecs=vp9', 'video/webm;codecs=vp8', 'video/webm', 'video/mp4'];
const FRAMES_PER_SECOND = 30;
const BITS_PER_SECOND = 8_000_000;

const typeOf = (): string | undefined =>
  typeof MediaRecorder === 'undefined' ? undefined : TYPES.find((type) => MediaRecorder.isTypeSupported(type));

/** Whether this browser can record a canvas as a video. */
const canRecord = (): boolean => typeOf() !== undefined && 'captureStream' in HTMLCanvasElement.prototype;

/**
 * Records a canvas while `draw` draws each frame, for `lengthMs` in real time.
 *
 * @returns the video; `null` if cancelled
 */
async function recordCanvas(
  canvas: HTMLCanvasElement,
  lengthMs: number,
  signal: AbortSignal,
  draw: (filmMs: number) => void,
): Promise<Blob | null> {
  const mimeType = typeOf();
  if (mimeType === undefined) return null;
  draw(0);
  const stream = canvas.captureStream(FRAMES_PER_SECOND);
  const recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: BITS_PER_SECOND });
  const parts: Blob[] = [];
  recorder.addEventListener('dataavailable', ({ data }) => parts.push(data));
  const stopped = new Promise<void>((resolve) => recorder.addEventListener('stop', () => resolve(), { once: true }));
  recorder.start();
  const from = performance.now();
  await new Promise<void>((resolve) => {
    const frame = (now: number) => {
      const filmMs = now - from;
      if (signal.aborted || filmMs >= lengthMs) return resolve();
      draw(filmMs);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  draw(lengthMs);
  recorder.stop();
  await stopped;
  for (const track of stream.getTracks()) track.stop();
  return signal.aborted ? null : new Blob(parts, { type: mimeType });
}

/** Draws a poster on a canvas. */
const canvasPen = (context: CanvasRenderingContext2D): Pen => ({
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

interface Props {
  readonly run: OpenRun;
  /** Saves the run file. */
  readonly onSave: () => void;
}

const FILM_MS = 30_000;

/** Exports what is shown: the hosts as a table, the moment as a picture, the film as a video. */
export function ExportRunMenu({ run, onSave }: Props) {
  const { menu, close } = useMenu();
  const ending = useRef<AbortController | null>(null);
  const [recorded, setRecorded] = useState<number | null>(null);
  const { history, film, filter } = run;
  const { seed, scenario } = history.file;
  const time = run.time ?? film.endRunMs;
  const name = `run-${seed ?? 'log'}`;
  const save = (act: () => void) => () => {
    act();
    close();
  };
  const saveCsv = () => {
    const matching = filter === null ? null : hostsMatching(filter, history, film, film.film.looksAt(time));
    saveText(`${name}.csv`, 'text/csv', hostsCsv(history, new Moment(history.history, time), matching));
  };
  const savePng = () => {
    const canvas = posterCanvas();
    const context = canvas.getContext('2d');
    // A failed run shows little at its end. At any other moment, the picture shows what the page does.
    const moment = run.time === null ? worstMoment(film) : time;
    if (context !== null) drawPoster(canvasPen(context), layOutPoster(history, film), moment, themeNow());
    canvas.toBlob((blob) => blob !== null && saveBlob(`${name}.png`, blob), 'image/png');
  };
  const saveFilm = async () => {
    const canvas = posterCanvas();
    const context = canvas.getContext('2d');
    if (context === null) return;
    const poster = layOutPoster(history, film);
    const pen = canvasPen(context);
    const pace = paceOf(film.film, [0, film.endRunMs], FILM_MS);
    ending.current = new AbortController();
    const blob = await recordCanvas(canvas, filmMsAt(pace, film.endRunMs), ending.current.signal, (filmMs) => {
      drawPoster(pen, poster, Math.min(film.endRunMs, runMsAt(pace, filmMs)), 'dark');
      setRecorded(Math.min(1, filmMs / FILM_MS));
    });
    setRecorded(null);
    if (blob !== null) saveBlob(`${name}.webm`, blob);
  };
  return (
    <>
      {recorded !== null && (
        <span className="row" role="status">
          Recording: {Math.round(100 * recorded)} %{' '}
          <button type="button" onClick={() => ending.current?.abort()}>
            Cancel the recording
          </button>
        </span>
      )}
      <details {...menu}>
        <summary>Export</summary>
        <div className="menu-items">
          <button type="button" onClick={save(onSave)}>
            Run file
          </button>
          <button type="button" onClick={save(saveCsv)}>
            Hosts as CSV
          </button>
          <button type="button" onClick={save(savePng)}>
            Poster, PNG
          </button>
          <button
            type="button"
            onClick={save(() =>
              saveText(`${name}.svg`, 'image/svg+xml', posterSvg(layOutPoster(history, film), time, themeNow())),
            )}
          >
            Poster, SVG
          </button>
          <button
            type="button"
            disabled={!canRecord() || recorded !== null}
            title={canRecord() ? 'Takes as long as the film: 30 seconds' : 'This browser cannot record a canvas'}
            onClick={save(() => void saveFilm())}
          >
            Film as video, 30 s
          </button>
          <hr />
          <CopyButton label="Copy link to this" text={() => globalThis.location.href} />
          {seed !== null && <CopyButton label="Copy seed" text={() => String(seed)} />}
          {scenario !== '' && <CopyButton label="Copy scenario" text={() => scenario} />}
        </div>
      </details>
    </>
  );
}

const posterCanvas = (): HTMLCanvasElement =>
  Object.assign(document.createElement('canvas'), { width: POSTER.width, height: POSTER.height });
