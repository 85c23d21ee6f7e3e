import { describe, expect, it } from 'vitest';
import { Moment } from '../../../src/simulator/index.ts';
import { hostsCsv } from '../../../src/visualize/exports/hosts-csv.ts';
import { filmOfRun } from '../../../src/visualize/film/film-of-run.ts';
import { isBad } from '../../../src/visualize/film/looks.ts';
import { layOutPoster, POSTER, posterSvg, worstMoment } from '../../../src/visualize/poster/poster.ts';
import { recordRun } from '../../../src/visualize/run-file/record-run.ts';
import { demoScenario } from '../../../src/visualize/web/fleet/demo-scenario.ts';
import { shownRun } from '../../support/shown-run.ts';

const run = shownRun(
  recordRun(
    demoScenario({ hosts: 200, waves: 3, seed: 3, onHealthFailure: 'rollback-and-halt', trouble: 'a few bad hosts' }),
  ),
);
const film = filmOfRun(run);

describe('a poster', () => {
  const poster = layOutPoster(run, film);
  const moment = worstMoment(film);
  const picture = posterSvg(poster, moment, 'dark');

  it('shows the moment of the first failure, with every host inside the picture', () => {
    expect(film.film.looksAt(moment).some(isBad)).toBe(true);
    expect(film.film.looksAt(moment - 1).some(isBad)).toBe(false);
    for (const { y, height } of poster.river) expect(y + height).toBeLessThan(POSTER.height);
    expect(poster.riverBottom + poster.cells.height).toBeLessThan(POSTER.height);
    expect(picture).toContain('probe');
  });
  it('is SVG with a rectangle for each host, and a river merged where nothing changes', () => {
    for (const tag of ['svg', 'title', 'text']) {
      const [opened, closed] = [new RegExp(`<${tag}[ >]`, 'g'), new RegExp(`</${tag}>`, 'g')];
      expect(picture.match(opened)?.length).toBe(picture.match(closed)?.length);
    }
    const rectangles = picture.split('<rect').length - 1;
    expect(rectangles).toBeGreaterThanOrEqual(200 + poster.river.length);
    expect(poster.river.length).toBeLessThan(500);
    expect(posterSvg(poster, moment, 'dark')).toBe(picture);
  });
});

describe('the hosts as CSV', () => {
  const rowsOf = (text: string) => text.trimEnd().split('\r\n');
  it('have a row each, with the current state', () => {
    const rows = rowsOf(hostsCsv(run, new Moment(run.history, film.endRunMs), null));
    expect(rows).toHaveLength(201);
    expect(rows[0]).toBe('hostname,channel,rollout,wave,state,since,cause,target closure');
    const early = rowsOf(hostsCsv(run, new Moment(run.history, 0), null));
    expect(early.filter((row) => row.includes(',Not started,')).length).toBeGreaterThan(100);
  });
  it('are only those shown, with quotes around commas', () => {
    const matching = new Uint8Array(200);
    matching[7] = 1;
    const rows = rowsOf(hostsCsv(run, new Moment(run.history, film.endRunMs), matching));
    expect(rows).toHaveLength(2);
    expect(rows[1]).toContain(run.hosts[7]?.hostname);
    const failed = hostsCsv(run, new Moment(run.history, film.endRunMs), null);
    for (const row of rowsOf(failed)) expect(row.replaceAll(/"[^"]*"/g, '').split(',')).toHaveLength(8);
  });
});
