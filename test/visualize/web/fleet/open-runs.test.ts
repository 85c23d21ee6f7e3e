import { expect, it } from 'vitest';
import { MOST_RUNS, wholeRun, type DemoChoice } from '../../../../src/visualize/play/run-place.ts';
import { recordRun } from '../../../../src/visualize/run-file/record-run.ts';
import { demoScenario } from '../../../../src/visualize/web/fleet/demo-scenario.ts';
import { shownRun } from '../../../support/shown-run.ts';
import { filmOfRun } from '../../../../src/visualize/film/film-of-run.ts';
import {
  answerWaiting,
  nextId,
  runsAtLink,
  withRun,
  type OpenRun,
  type Runs,
} from '../../../../src/visualize/web/fleet/open-runs.ts';

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
  ...wholeRun,
  time: 5,
  isExample: false,
};
const madeUp: OpenRun = { ...ofFile, id: 2, choice };

it('a link to no run leaves every run open, and one to a run leaves what there is room for', () => {
  const open = [ofFile, madeUp];
  expect(runsAtLink({ open, asked: [], waiting: [] }, [])).toEqual({ open, asked: [], waiting: [] });
  const place = { ...wholeRun, choice, kept: null, time: 9, host: 3, range: [2, 20] as const };
  expect(runsAtLink({ open, asked: [], waiting: [] }, [place])).toEqual({
    open: [ofFile, { ...madeUp, ...place, visits: 1 }],
    asked: [],
    waiting: [],
  });
  const other = { ...place, choice: { ...choice, seed: 2 } };
  const asked = runsAtLink({ open, asked: [], waiting: [] }, [other]);
  expect(asked).toEqual({ open: [ofFile], asked: [other], waiting: [] });
  expect(asked.open.length + asked.asked.length).toBe(MOST_RUNS);
  expect(runsAtLink({ open, asked: [], waiting: [] }, [other, { ...other, time: 1 }]).open).toEqual([]);
});

const both: Runs = { open: [ofFile, madeUp], asked: [], waiting: [] };
const third: OpenRun = { ...ofFile, id: 3 };
const fourth: OpenRun = { ...ofFile, id: 4 };

it('an example makes way for a run, and a third run waits until it is said what it replaces', () => {
  const example = { ...ofFile, isExample: true };
  expect(withRun({ ...both, open: [example] }, third).open).toEqual([third]);
  const asking = withRun(withRun(both, third), fourth);
  expect(asking).toEqual({ ...both, waiting: [third, fourth] });
  expect(nextId(asking)).toBe(5);
  const answered = answerWaiting(asking, ofFile.id);
  expect(answered).toEqual({ ...both, open: [third, madeUp], waiting: [fourth] });
  expect(answerWaiting(answered, null)).toEqual({ ...answered, waiting: [] });
});
