import { describe, expect, test } from 'vitest';
import { asRunMs, type RunEvent } from '../../../src/simulator/index.ts';
import { Page } from '../../../src/simulator/report/page.ts';
import { timelineReport } from '../../../src/simulator/report/timeline.ts';
import { formatDuration } from '../../../src/text/index.ts';
import { countReads } from '../../support/count-reads.ts';

const rolloutId = 'stable@release-1';

function linesOf(events: readonly RunEvent[]): readonly string[] {
  const page = new Page({ width: 80, colour: false });
  timelineReport(page, { events, messageFaultStride: 1 }, formatDuration);
  return page.text.trimEnd().split('\n').slice(1);
}

const converged = (ms: number, hostname: string): RunEvent => ({
  runMs: asRunMs(ms),
  type: 'HostTransition',
  hostname,
  rolloutId,
  from: 'Soaking',
  to: 'Converged',
});
const failed = (ms: number, hostname: string): RunEvent => ({
  runMs: asRunMs(ms),
  type: 'HostTransition',
  hostname,
  rolloutId,
  from: 'Soaking',
  to: 'Failed',
});
const cutOff = (ms: number, hostname: string): RunEvent => ({
  runMs: asRunMs(ms),
  type: 'Fault',
  fault: 'partition',
  hostname,
  params: { forMs: 60_000 },
});
const list = <Item>(length: number, item: (at: number) => Item): readonly Item[] =>
  Array.from({ length }, (_, at) => item(at));

/** A day on which much is routine and one host fails in the middle of it. */
const LONG: readonly RunEvent[] = [
  { runMs: asRunMs(0), type: 'RolloutOpened', rolloutId, hosts: 200 },
  ...list(100, (at) => cutOff(1000 + at * 1000, `far-${at}`)),
  ...list(100, (at) => converged(200_000 + at * 1000, `web-${at}`)),
  { runMs: asRunMs(400_000), type: 'WaveAdvanced', rolloutId, fromWave: 0, toWave: 1 },
  {
    runMs: asRunMs(401_000),
    type: 'Fault',
    fault: 'probe-fails',
    hostname: 'api-080',
    params: { probeName: 'services' },
  },
  failed(402_000, 'api-080'),
  { runMs: asRunMs(403_000), type: 'RolloutTransition', rolloutId, from: 'Active', to: 'Failed' },
  { runMs: asRunMs(404_000), type: 'ClosureQuarantined', channel: 'stable', closure: 'bad' },
  ...list(37, (at) => converged(500_000 + at * 1000, `late-${at}`)),
];

describe('the timeline of a long run', () => {
  const lines = linesOf(LONG);

  test('shows a failure and what comes of it in order: it was in the gap between the first and the last lines', () => {
    const shown = [
      'opens with 200 hosts',
      'fault: partition (for 1m): far-0',
      '… 97 more faults',
      'converged: web-0',
      '… 99 more converged',
      'wave 0 is done; wave 1 may start',
      'fault: probe-fails (services): api-080',
      'failed: api-080',
      'is Failed and dispatches nothing more',
      'closure bad is quarantined',
      '… 37 more converged',
      'The event log has them all (--events FILE).',
    ];
    const places = shown.map((text) => lines.findIndex((line) => line.endsWith(text)));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    // The second and the third fault of their kind are shown, too.
    expect(lines).toHaveLength(shown.length + 2);
  });

  test('is bounded where everything fails, and keeps the first and the last', () => {
    const many = linesOf(list(5000, (at) => failed(at * 1000, `web-${at}`)));
    expect(many).toHaveLength(42);
    expect(many[0]).toMatch(/ failed: web-0$/);
    expect(many[30]).toMatch(/ … 4,960 more failed$/);
    expect(many[40]).toMatch(/ failed: web-4999$/);
  });

  test('says how many a fault stands for where others like it were not kept', () => {
    const page = new Page({ width: 80, colour: false });
    const lost = list(100, (at) => ({ ...cutOff(at, `far-${at}`), fault: 'request-lost' as const, params: {} }));
    timelineReport(page, { events: lost, messageFaultStride: 8 }, formatDuration);
    expect(page.text).toContain('… 776 more faults');
  });

  test('keeps to its columns', () => {
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  });
});

test('the timeline of a short run lists everything, and groups hosts of the same moment', () => {
  const lines = linesOf([
    ...list(70, (at) => converged(at * 1000, `web-${at}`)),
    converged(99_000, 'a'),
    converged(99_000, 'b'),
  ]);
  expect(lines).toHaveLength(71);
  expect(lines[70]).toMatch(/1m 39s {2}stable@release-1 {2}2 hosts converged: a, b$/);
});

test('reads each event of one moment a few times (regression: it took minutes for a large fleet)', () => {
  const skewed = (host: number): RunEvent => ({
    runMs: asRunMs(0),
    type: 'Fault',
    fault: 'clock-skew',
    hostname: `web-${host}`,
    params: { skewMs: host, driftPpm: 0 },
  });
  const events = list(90_000, skewed);
  const { counted, reads } = countReads(events);
  expect(linesOf(counted).length).toBeLessThan(80);
  expect(reads() / events.length).toBeLessThan(60);
});
