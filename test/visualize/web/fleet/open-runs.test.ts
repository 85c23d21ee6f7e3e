import { expect, it } from 'vitest';
import { MOST_RUNS, type DemoChoice } from '../../../../src/visualize/play/run-place.ts';
import { recordRun } from '../../../../src/visualize/run-file/record-run.ts';
import { demoScenario } from '../../../../src/visualize/web/fleet/demo-scenario.ts';
import { shownRun } from '../../../support/shown-run.ts';
import { filmOfRun } from '../../../../src/visualize/film/film-of-run.ts';
import { runsAtLink, type OpenRun } from '../../../../src/visualize/web/fleet/open-runs.ts';

const choice: DemoChoice = { hosts: 50, waves: 1, seed: 1, onHealthFailure: 'halt', trouble: 'none' };
const history = shownRun(recordRun(demoScenario(choice)));
const film = filmOfRun(history);
const ofFile: OpenRun = {
  id: 1,
  visits: 0,
  history,
  film,
  filter: null,
  source: null,
  choice: null,
  kept: null,
  time: 5,
  host: null,
  isExample: false,
};
const madeUp: OpenRun = { ...ofFile, id: 2, choice };

it('a link to no run leaves every run open, and one to a run leaves what there is room for', () => {
  const open = [ofFile, madeUp];
  expect(runsAtLink({ open, asked: [], pushedOut: null }, [])).toEqual({ open, asked: [], pushedOut: null });
  const place = { choice, kept: null, time: 9, host: 3 };
  expect(runsAtLink({ open, asked: [], pushedOut: null }, [place])).toEqual({
    open: [ofFile, { ...madeUp, ...place, visits: 1 }],
    asked: [],
    pushedOut: null,
  });
  const other = { ...place, choice: { ...choice, seed: 2 } };
  const asked = runsAtLink({ open, asked: [], pushedOut: null }, [other]);
  expect(asked).toEqual({ open: [ofFile], asked: [other], pushedOut: null });
  expect(asked.open.length + asked.asked.length).toBe(MOST_RUNS);
  expect(runsAtLink({ open, asked: [], pushedOut: null }, [other, { ...other, time: 1 }]).open).toEqual([]);
});
