import { useRef, useState } from 'react';
import { Moment } from '../../../simulator/index.ts';
import { hostsCsv } from '../../exports/hosts-csv.ts';
import { filmMsAt, paceOf, runMsAt } from '../../film/pace.ts';
import { hostsMatching } from '../../find/host-filter.ts';
import { drawPoster, layOutPoster, POSTER, posterSvg, worstMoment } from '../../poster/poster.ts';
import { CopyButton } from '../copy-button.tsx';
import { saveBlob, saveText } from '../save-text.ts';
import { themeNow } from '../theme-now.ts';
import { canvasPen } from './canvas-pen.ts';
import type { OpenRun } from './open-runs.ts';
import { canRecord, recordCanvas } from './record-canvas.ts';

interface Props {
  readonly run: OpenRun;
}

const FILM_MS = 30_000;

/** What is shown, to be taken away: the hosts as a table, the moment as a picture, the film as a video. */
export function ExportRunMenu({ run }: Props) {
  const menu = useRef<HTMLDetailsElement>(null);
  const ending = useRef<AbortController | null>(null);
  const [recorded, setRecorded] = useState<number | null>(null);
  const close = () => menu.current?.removeAttribute('open');
  const { history, film, filter } = run;
  const time = run.time ?? film.endRunMs;
  const name = `run-${history.file.seed ?? 'log'}`;
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
    // At its end a run that failed shows little; the page shows what it shows at any other moment.
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
    const pace = paceOf(film.film, film.endRunMs, FILM_MS);
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
      <details className="menu" ref={menu} onKeyDown={(event) => event.key === 'Escape' && close()}>
        <summary>Export</summary>
        <div className="menu-items">
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
        </div>
      </details>
    </>
  );
}

const posterCanvas = (): HTMLCanvasElement =>
  Object.assign(document.createElement('canvas'), { width: POSTER.width, height: POSTER.height });
