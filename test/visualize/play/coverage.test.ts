import { describe, expect, it } from 'vitest';
import { conform } from '../../../src/testing/conformance/conform.ts';
import { coverageOverlay } from '../../../src/testing/coverage/coverage-formats.ts';
import { expectedVisits, measureCoverage } from '../../../src/testing/coverage/measure-coverage.ts';
import type { CoverageReport } from '../../../src/testing/coverage/coverage-report.ts';
import { fixtureFile } from '../../../src/testing/fixtures/fixture-file.ts';
import { generatePaths } from '../../../src/testing/generate.ts';
import type { Side } from '../../../src/testing/side.ts';
import { pageWithFile } from '../../../src/visualize/page-file.ts';
import { chartNamed } from '../../../src/visualize/chart-catalogue.ts';
import { coverageShares, isCoverageOf, sessionFor, type Coverage } from '../../../src/visualize/play/coverage.ts';
import { newSession } from '../../../src/visualize/play/session.ts';
import { readOpenable } from '../../../src/visualize/read-openable.ts';

const pathsOf = (side: Side) =>
  generatePaths({ criterion: { kind: 'full', name: 'allStates' }, side, onHealthFailure: 'halt' }).paths;

function reportOf(side: Side): CoverageReport {
  const meter = measureCoverage({ sides: [side], policies: ['halt'] });
  for (const path of pathsOf(side)) {
    meter.begin(path.start);
    for (const visit of expectedVisits(path)) meter.run(visit);
  }
  return meter.report();
}

function opened(file: unknown): Coverage {
  const read = readOpenable(JSON.stringify(file));
  if (read.type !== 'coverage') throw new Error(`opened as ${read.type}`);
  return read.coverage;
}

describe('coverage in a file', () => {
  const report = reportOf('control-plane');

  it('says how much of the chart was exercised, and how much of what it refuses', () => {
    const model = chartNamed('host-control-plane');
    const { accepted, refused } = coverageShares(model, opened(report));
    const { transitions, cells } = report.dimensions;
    expect(accepted).toEqual({ covered: transitions.covered, all: transitions.total });
    expect(refused).toEqual({ covered: cells.covered - accepted.covered, all: cells.total - accepted.all });
    const nothing = coverageShares(model, { title: '', cells: new Map() });
    expect(nothing.accepted).toEqual({ covered: 0, all: accepted.all });
  });

  it('is opened as an overlay, as a report, and in the report of a conformance run', async () => {
    const overlay = opened(coverageOverlay(report));
    expect(overlay.cells.get('Pending.RemoteDispatchAck')).toBeGreaterThan(0);
    expect(overlay.cells.get('Pending.RemoteFailed')).toBe(0);
    expect(opened(report)).toEqual(overlay);
    const conformance = await conform([], {
      peer: () => ({
        ask: () => Promise.reject(new Error('nothing is asked')),
        close: () => Promise.resolve(undefined),
      }),
    });
    expect(opened({ ...conformance, coverage: report })).toEqual(overlay);
  });

  it.each(['nixfleet-coverage-overlay', 'nixfleet-coverage', 'nixfleet-conformance'])(
    'as %s of a newer version, or damaged, is a sentence',
    (format) => {
      expect(readOpenable(JSON.stringify({ format, version: 3 }))).toEqual({
        type: 'problem',
        message: 'The coverage report has version 3 and this page reads version 2: open it with a newer page.',
      });
      expect(readOpenable(JSON.stringify({ format, version: 1 }))).toMatchObject({ type: 'problem' });
    },
  );

  it('is shown on its own chart, and a session of that chart continues', () => {
    const remote = opened(report);
    expect(isCoverageOf(chartNamed('host-agent'), remote)).toBe(false);
    expect(sessionFor(newSession, remote)).toEqual({ ...newSession, side: 'control-plane' });
    const both = { ...newSession, side: 'both' } as const;
    expect(sessionFor(both, remote)).toBe(both);
    expect(sessionFor(newSession, opened(reportOf('agent')))).toBe(newSession);
    const nothing = { title: '', cells: new Map<string, number>() };
    expect(sessionFor(newSession, nothing)).toBe(newSession);
  });
});

it('a fixture file takes little space in a page, because it is repetitive', () => {
  const text = JSON.stringify(fixtureFile(pathsOf('agent')), null, 2);
  expect(pageWithFile('<body></body>', text).length).toBeLessThan(text.length / 5);
});
