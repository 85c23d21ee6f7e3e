import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generatePaths } from '../../../src/testing/generate.ts';
import { readFixtureFile } from '../../../src/testing/fixtures/fixture-file.ts';
import { fixtureOfSession, sessionOfPath } from '../../../src/visualize/play/fixture-of-session.ts';
import { linkOfSession, sessionOfLink } from '../../../src/visualize/play/link.ts';
import {
  MOST_RUNS,
  MOST_WAVES,
  fleetSizes,
  troubles,
  type RunPlace,
  wholeRun,
} from '../../../src/visualize/play/run-place.ts';
import { jump, newSession, presentRecord, replaySession, restart } from '../../../src/visualize/play/session.ts';
import { chartNamed } from '../../../src/visualize/chart-catalogue.ts';

const paths = generatePaths({
  criterion: { kind: 'full', name: 'guardOutcomes' },
  side: 'agent',
  onHealthFailure: 'rollback-and-halt',
}).paths;

describe('a link', () => {
  it('restores every session, with complete events', () => {
    for (const path of paths) {
      const session = jump(sessionOfPath(path), path.steps.length);
      const link = sessionOfLink(`#${linkOfSession('paths', session)}`);
      expect(link).toEqual({ ok: true, value: { view: 'paths', session, runs: [] } });
    }
  });

  const place = fc.record({
    time: fc.option(fc.nat()),
    host: fc.option(fc.nat()),
    range: fc.option(fc.tuple(fc.nat(), fc.nat()).map(([from, length]) => [from, from + length + 1] as const)),
    isSkippingSoaks: fc.boolean(),
  });
  const choice = fc.record({
    hosts: fc.constantFrom(...fleetSizes),
    waves: fc.integer({ min: 1, max: MOST_WAVES }),
    seed: fc.nat(),
    onHealthFailure: fc.constantFrom('halt' as const, 'rollback-and-halt' as const),
    trouble: fc.constantFrom(...troubles),
  });
  const run = fc.tuple(place, fc.option(choice)).map(([own, made]): RunPlace => ({ ...own, choice: made, kept: null }));
  const kept = place.map((own): RunPlace => ({ ...own, choice: null, kept: '0123456789ab' }));

  it('restores the runs, and their views', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(run, kept), { minLength: 1, maxLength: MOST_RUNS }), (runs) => {
        const link = sessionOfLink(linkOfSession('fleet', newSession, runs));
        expect(link).toEqual({ ok: true, value: { view: 'fleet', session: newSession, runs } });
        // They are also restored together with a played session.
        const played = { ...newSession, side: 'both' } as const;
        expect(sessionOfLink(linkOfSession('fleet', played, runs))).toEqual({
          ok: true,
          value: { view: 'fleet', session: played, runs },
        });
      }),
    );
  });

  it('to a moment of a run is short enough for a chat', () => {
    const link = linkOfSession('fleet', newSession, [
      { choice: null, ...wholeRun, kept: '0123456789ab', time: 2_305_000, host: 31 },
    ]);
    expect(link.length).toBeLessThan(60);
  });

  it('does not name runs that the page does not offer', () => {
    const made: RunPlace = {
      choice: { hosts: 50, waves: 2, seed: 1, onHealthFailure: 'halt', trouble: 'none' },
      ...wholeRun,
      kept: null,
      time: 5,
    };
    for (const bad of [
      { ...made, choice: { ...made.choice, hosts: 7_000_000 } },
      { ...made, time: -1 },
      { ...made, choice: null, kept: '../x' },
      { ...made, host: 'a' },
      { ...made, range: [5, 5] },
      { ...made, range: [5] },
      3,
    ]) {
      // Safe: this tests invalid places.
      const link = sessionOfLink(linkOfSession('fleet', newSession, [bad as RunPlace]));
      expect(link).toEqual({ ok: false, message: 'The link names runs that this page cannot show.' });
    }
  });

  it('that cannot be read gives a sentence', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const link = sessionOfLink(text);
        expect(link.ok).toBe(false);
        expect(!link.ok && link.message).toMatch(/^[A-Z].*[.)]$/);
      }),
    );
  });

  it('to an invalid session names the wrong field', () => {
    const link = sessionOfLink(linkOfSession('chart', { ...newSession, cursor: -1 }));
    expect(!link.ok && link.message).toMatch(/^The link does not contain a session: \$\.cursor: .+/);
  });

  it('that is damaged is refused or holds a whole session', () => {
    fc.assert(
      fc.property(fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (at, character) => {
        const whole = linkOfSession('chart', newSession);
        const place = at % whole.length;
        const link = sessionOfLink(whole.slice(0, place) + character + whole.slice(place + 1));
        if (link.ok) expect(presentRecord(link.value.session).state).not.toBe('');
        else expect(link.message).not.toBe('');
      }),
    );
  });
});

describe('a session', () => {
  it('starts in the requested state', () => {
    for (const name of ['host-agent', 'host-control-plane', 'rollout'] as const) {
      const machine = name === 'rollout' ? 'rollout' : 'host';
      const side = name === 'host-agent' ? 'agent' : 'control-plane';
      for (const { name: state } of chartNamed(name).states) {
        const session = restart(newSession, { machine, side, start: { kind: 'state', state, soak: 'none' } });
        expect(presentRecord(session).state).toBe(state);
      }
    }
  });

  it('of a generated path has the expected results', () => {
    for (const path of paths) {
      const session = jump(sessionOfPath(path), path.steps.length);
      const answers = replaySession(session).map(({ after, result }) => [after.state, result.ok]);
      let before = path.start;
      const wanted = path.steps.map(({ expected }) => {
        if (expected.ok) before = expected.state;
        return [before.state, expected.ok];
      });
      expect(answers).toEqual(wanted);
    }
  });

  it('is copied as a fixture that can be read', () => {
    const [path] = paths.filter(({ steps }) => steps.length > 3);
    if (path === undefined) throw new Error('There is no path of that length.');
    const session = jump(sessionOfPath(path), path.steps.length);
    const read = readFixtureFile(JSON.parse(fixtureOfSession(session)) as unknown);
    if (!read.ok) throw new Error(read.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
    expect(read.paths[0]?.steps.map(({ event }) => event)).toEqual(session.events);
  });
});
