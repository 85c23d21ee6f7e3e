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
  withLive,
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

it('a link without runs leaves every run open, and one with a run leaves those that fit', () => {
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

it('a run replaces an example, and a third run waits until the user says what it replaces', () => {
  const example = { ...ofFile, isExample: true };
  expect(withRun({ ...both, open: [example] }, third).open).toEqual([third]);
  const asking = withRun(withRun(both, third), fourth);
  expect(asking).toEqual({ ...both, waiting: [third, fourth] });
  expect(nextId(asking)).toBe(5);
  const answered = answerWaiting(asking, ofFile.id);
  expect(answered).toEqual({ ...both, open: [third, madeUp], waiting: [fourth] });
  expect(answerWaiting(answered, null)).toEqual({ ...answered, waiting: [] });
});

it('a live run is the first, or asks if two runs are open, and continues there', () => {
  const shown = { history, film };
  const beside = withLive({ ...both, open: [madeUp] }, shown, true);
  expect(beside.open.map(({ id }) => id)).toEqual([0, madeUp.id]);
  const asking = withLive(both, shown, true);
  expect(asking.open).toEqual(both.open);
  expect(asking.waiting.map(({ id }) => id)).toEqual([0]);
  const later = { history: shownRun(recordRun(demoScenario(choice))), film };
  expect(withLive(asking, later, false).waiting).toMatchObject([{ id: 0 }]);
  expect(withLive(asking, later, false).waiting[0]?.history).toBe(later.history);
  const answered = withLive(answerWaiting(asking, madeUp.id), later, false);
  expect(answered.open.map(({ id }) => id)).toEqual([ofFile.id, 0]);
  expect(answered.open[1]?.history).toBe(later.history);
});

it('a closed live run stays closed unless a link asks for it', () => {
  const shown = { history, film };
  expect(withLive(both, shown, false)).toBe(both);
  const place = { ...wholeRun, choice: null, kept: null, time: 9 };
  const back = withLive({ open: [], asked: [place], waiting: [] }, shown, false);
  expect(back).toMatchObject({ open: [{ id: 0, time: 9 }], asked: [] });
});
