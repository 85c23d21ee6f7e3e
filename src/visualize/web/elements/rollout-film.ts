import { Moment, verdictOf, verdictWords } from '../../../simulator/index.ts';
import { formatClock } from '../../../text/index.ts';
import { filmOfRun, isOngoing, laneSpans, looksInWords, type FilmOfRun } from '../../film/film-of-run.ts';
import { filmMsAt, paceOf, runMsAt, type Pace } from '../../film/pace.ts';
import { cellAt, packCells, type CellLayout } from '../../film/pack-cells.ts';
import { countRiver, stackLanes } from '../../film/river.ts';
import { timeAxis } from '../../film/time-axis.ts';
import { readRunFile } from '../../run-file/read-run-file.ts';
import { ShownRun } from '../../run-file/shown-run.ts';
import { coloursOf } from '../fleet/colours.ts';
import { changedHosts, drawCells, drawRings } from '../fleet/draw-cells.ts';
import { drawRiver } from '../fleet/draw-river.ts';
import { BaseElement } from './base-element.ts';
import { groundStyle, onThemeChange, themeOf } from './theme.ts';

const STYLE = `:host{display:grid;gap:10px;font:14px/1.4 ui-sans-serif,system-ui,sans-serif;color:var(--text);background:var(--ground);padding:14px}
:host([hidden]){display:none}.verdict{margin:0;font-size:18px;font-weight:600;overflow-wrap:anywhere}.counts{margin:0;color:var(--muted)}
.river{position:relative}canvas{display:block;width:100%}.now{position:absolute;top:0;bottom:0;width:2px;background:var(--text)}
.controls{display:flex;gap:12px;align-items:center}.controls input{flex:1;accent-color:var(--accent)}
button{font:inherit;color:inherit;background:var(--card);border:1px solid var(--border);border-radius:6px;padding:5px 14px;min-width:76px;cursor:pointer}
time{font-variant-numeric:tabular-nums;font-weight:600}`;

const CELLS_HEIGHT = 260;
const DEFAULT_LENGTH_MS = 30_000;

interface Loaded {
  readonly run: ShownRun;
  readonly film: FilmOfRun;
  readonly pace: Pace;
}

/** `<rollout-film>`: a run of a fleet as a film, from a run file or an event log. */
export class RolloutFilm extends BaseElement {
  static readonly observedAttributes: readonly string[] = ['src', 'time', 'theme'];
  readonly #shadow = this.attachShadow({ mode: 'open' });
  readonly #style = document.createElement('style');
  readonly #verdict = Object.assign(document.createElement('p'), { className: 'verdict' });
  readonly #counts = Object.assign(document.createElement('p'), { className: 'counts' });
  readonly #river = document.createElement('canvas');
  readonly #now = Object.assign(document.createElement('div'), { className: 'now' });
  readonly #cells = document.createElement('canvas');
  readonly #play = Object.assign(document.createElement('button'), { type: 'button', textContent: 'Play' });
  readonly #slider = Object.assign(document.createElement('input'), { type: 'range', min: '0', ariaLabel: 'Time' });
  readonly #clock = document.createElement('time');
  #loaded: Loaded | null = null;
  #layout: CellLayout | null = null;
  #time = 0;
  #frame = 0;
  #isPlaying = false;
  #endings: (() => void)[] = [];
  #asked = 0;

  constructor() {
    super();
    const river = Object.assign(document.createElement('div'), { className: 'river' });
    river.append(this.#river, this.#now);
    const controls = Object.assign(document.createElement('div'), { className: 'controls' });
    controls.append(this.#play, this.#slider, this.#clock);
    this.#shadow.append(this.#style, this.#verdict, this.#counts, river, this.#cells, controls);
    this.#play.addEventListener('click', () => (this.#isPlaying ? this.pause() : this.play()));
    this.#slider.addEventListener('input', () => this.#goTo(Number(this.#slider.value)));
    this.#cells.addEventListener('click', (event) => this.#select(event));
  }

  /** The displayed time, in milliseconds since the start of the run. */
  get time(): number {
    return this.#time;
  }

  set time(runMs: number) {
    this.#goTo(runMs);
  }

  connectedCallback(): void {
    const observer = new ResizeObserver(() => this.#lay());
    observer.observe(this);
    this.#endings = [onThemeChange(() => this.#lay()), () => observer.disconnect()];
    this.#lay();
  }

  disconnectedCallback(): void {
    this.pause();
    for (const end of this.#endings) end();
    this.#endings = [];
  }

  attributeChangedCallback(name: string, _: string | null, value: string | null): void {
    if (name === 'src' && value !== null) void this.#fetch(value);
    else if (name === 'time' && value !== null) this.#goTo(Number(value));
    else if (name === 'theme') this.#lay();
  }

  /** Shows a run file or event log, given as text, or why it cannot be read. */
  load(text: string): void {
    this.pause();
    const read = readRunFile(text);
    if (!read.ok) return this.#fail(read.message);
    const run = new ShownRun(read);
    const film = filmOfRun(run);
    this.#loaded = { run, film, pace: paceOf(film.film, [0, film.endRunMs], DEFAULT_LENGTH_MS) };
    this.#slider.max = String(film.endRunMs);
    const asked = this.getAttribute('time');
    this.#time = asked === null ? film.endRunMs : Number(asked);
    this.#lay();
    this.dispatchEvent(new CustomEvent('load'));
    if (this.hasAttribute('autoplay')) this.play();
  }

  play(): void {
    if (this.#loaded === null || this.#isPlaying) return;
    const { film, pace } = this.#loaded;
    if (this.#time >= film.endRunMs) this.#time = 0;
    this.#isPlaying = true;
    this.#play.textContent = 'Pause';
    let filmMs = filmMsAt(pace, this.#time);
    let last = performance.now();
    const tick = (at: number) => {
      filmMs += Math.max(0, at - last);
      last = at;
      this.#goTo(runMsAt(pace, filmMs));
      if (this.#time >= film.endRunMs) this.pause();
      else this.#frame = requestAnimationFrame(tick);
    };
    this.#frame = requestAnimationFrame(tick);
  }

  pause(): void {
    cancelAnimationFrame(this.#frame);
    this.#isPlaying = false;
    this.#play.textContent = 'Play';
  }

  async #fetch(url: string): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const answer = await fetch(url);
      if (!answer.ok) throw new Error(`the answer was ${answer.status}`);
      const text = await answer.text();
      // The latest `src` wins, whichever arrives first.
      if (asked === this.#asked) this.load(text);
    } catch (error) {
      if (asked === this.#asked)
        this.#fail(`${url} could not be read: ${error instanceof Error ? error.message : String(error)}.`);
    }
  }

  #fail(message: string): void {
    this.#loaded = null;
    this.#verdict.textContent = message;
    this.#counts.textContent = '';
    this.dispatchEvent(new CustomEvent('error', { detail: message }));
  }

  #goTo(runMs: number): void {
    const end = this.#loaded?.film.endRunMs ?? 0;
    const time = Number.isFinite(runMs) ? Math.min(end, Math.max(0, runMs)) : end;
    if (time === this.#time) return;
    this.#time = time;
    this.#draw();
    this.dispatchEvent(new CustomEvent('timechange', { detail: time }));
  }

  /** Updates everything that depends on the size or theme. */
  #lay(): void {
    const theme = themeOf(this);
    this.#style.textContent = STYLE + groundStyle(theme);
    const width = this.#cells.clientWidth;
    if (this.#loaded === null || width === 0) return;
    const { film } = this.#loaded;
    const spans = laneSpans(film);
    const sizes = film.lanes.map(({ hosts }) => hosts);
    const lanes = stackLanes(sizes, (lane) => isOngoing(spans[lane]));
    const last = lanes.at(-1);
    const columns = Math.floor(width * devicePixelRatio);
    const river = sized(this.#river, width, last === undefined ? 0 : last.y + last.height);
    const counts = countRiver(film.film, film.laneOf, film.lanes.length, timeAxis([0, film.endRunMs]), columns);
    if (river !== null) drawRiver(river, counts, lanes, coloursOf(theme));
    this.#layout = packCells(sizes, width, CELLS_HEIGHT);
    sized(this.#cells, width, this.#layout.height);
    this.#draw();
  }

  #draw(): void {
    if (this.#loaded === null || this.#layout === null) return;
    const { run, film } = this.#loaded;
    const looks = film.film.looksAt(this.#time);
    const context = this.#cells.getContext('2d');
    const colours = coloursOf(themeOf(this));
    if (context !== null) {
      const waves = { ...film, order: null };
      drawCells(context, waves, this.#layout, changedHosts(looks, null), null, colours, true);
      drawRings(context, waves, this.#layout, looks, null, colours);
    }
    this.#now.style.left = `${(100 * this.#time) / Math.max(1, film.endRunMs)}%`;
    this.#slider.value = String(this.#time);
    this.#slider.ariaValueText = formatClock(this.#time);
    this.#clock.textContent = formatClock(this.#time);
    this.#verdict.textContent = verdictWords(verdictOf(new Moment(run.history, this.#time)), formatClock);
    this.#counts.textContent = looksInWords(looks).join(' · ');
  }

  #select({ offsetX, offsetY }: MouseEvent): void {
    const found = this.#layout === null ? null : cellAt(this.#layout, offsetX, offsetY);
    const lane = found === null ? undefined : this.#loaded?.film.lanes[found.block];
    const host =
      found === null || lane === undefined ? undefined : this.#loaded?.run.hosts[lane.firstHost + found.index];
    if (host !== undefined) this.dispatchEvent(new CustomEvent('hostselect', { detail: host.hostname }));
  }
}

function sized(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
  const ratio = globalThis.devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d');
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}
