import { looks } from '../../film/looks.ts';
import type { FilmOfRun } from './film-of-run.ts';
import type { LaneSpan } from './river-view.tsx';

const isThrough = (look: number): boolean => looks[look] === 'Converged' || looks[look] === 'Deferred';

/** When each wave began, and when every host of it no longer held the next one back. */
export function laneSpans({ film, lanes, laneOf }: FilmOfRun): readonly LaneSpan[] {
  const began = lanes.map((): number | null => null);
  const through = lanes.map(() => 0);
  const throughAt = lanes.map((): number | null => null);
  const shown = new Uint8Array(laneOf.length);
  for (let change = 0; change < film.times.length; change += 1) {
    const [runMs, host, look] = [film.times[change] ?? 0, film.who[change] ?? 0, film.to[change] ?? 0];
    const lane = laneOf[host] ?? 0;
    began[lane] ??= runMs;
    const before = isThrough(shown[host] ?? 0) ? 1 : 0;
    through[lane] = (through[lane] ?? 0) + (isThrough(look) ? 1 : 0) - before;
    shown[host] = look;
    throughAt[lane] = through[lane] === lanes[lane]?.hosts ? (throughAt[lane] ?? runMs) : null;
  }
  return lanes.map((_, lane) => ({ beganRunMs: began[lane] ?? null, throughRunMs: throughAt[lane] ?? null }));
}
