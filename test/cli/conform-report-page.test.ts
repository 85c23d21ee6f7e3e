import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeReportPage } from '../../src/cli/conform-report-page.ts';
import { processIo } from '../../src/cli/process-io.ts';
import { allExercises, answerQuestion, conform, sessionGroups } from '../../src/testing/node.ts';
import { sessionOfLink } from '../../src/visualize/play/link.ts';
import { startRecord } from '../../src/visualize/play/session.ts';
import { peerAnswering } from '../support/peer-answering.ts';

const folder = mkdtempSync(join(tmpdir(), 'report-'));
afterAll(() => rmSync(folder, { recursive: true }));

const PAGE = '<title>The page of visualize</title>';
const suite = { criteria: [{ kind: 'full', name: 'validTransitions' }], policies: ['halt'] } as const;
const peer = () =>
  peerAnswering((question) => {
    const isWrong = question.op === 'step' && question.event.type === 'LocalActivationCompleted';
    return isWrong ? { err: { kind: 'Invariant' } } : answerQuestion(question);
  });

const linkIn = (file: string): string => {
  const [, page = '', fragment = ''] =
    /<a href="([^"#]+)#([^"]+)">see it on the chart/.exec(readFileSync(file, 'utf8')) ?? [];
  expect(readFileSync(join(folder, page), 'utf8')).toBe(PAGE);
  return fragment;
};

test('a mistake opens the chart at the event that was answered wrongly', async () => {
  const report = await conform(allExercises(suite, ['host']), { peer, reduces: true });
  const file = join(folder, 'report.html');
  expect(writeReportPage(file, report, processIo(), PAGE)).toBe(null);
  const link = sessionOfLink(linkIn(file));
  if (!link.ok) throw new Error(link.message);
  expect(link.value.session).toMatchObject({ events: [{ type: 'LocalActivationCompleted' }], cursor: 1 });
  expect(startRecord(link.value.session)).toMatchObject({ state: 'Activating' });
});

test('a mistake of a session opens its shortest path', async () => {
  const report = await conform([], { peer, sessions: sessionGroups(suite), reduces: true });
  const file = join(folder, 'session.html');
  expect(writeReportPage(file, report, processIo(), PAGE)).toBe(null);
  const link = sessionOfLink(linkIn(file));
  if (!link.ok) throw new Error(link.message);
  expect(link.value.session.events.map(({ type }) => type)).toEqual(['LocalActivate', 'LocalActivationCompleted']);
});
