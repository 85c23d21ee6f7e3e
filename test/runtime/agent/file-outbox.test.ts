import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { FileOutbox, agentMetricsOf, RuntimeProblem } from '../../../src/runtime/agent/index.ts';
import { agentCore, agentSettings } from '../../../src/agent/index.ts';
import type { OutboxEntry } from '../../../src/wire/index.ts';

const root = mkdtempSync(join(tmpdir(), 'nixfleet-outbox-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const newFolder = () => mkdtempSync(join(root, 'outbox-'));
const fileIn = (folder: string) => join(folder, 'outbox.jsonl');

function entryOf(seq: number, durable = true): OutboxEntry {
  const event = { type: 'DispatchAck', currentClosureAtDispatch: 'old', receivedAt: 0, seq } as const;
  return { rolloutId: 'stable@one', event, durable };
}

/** The numbers of the events in an outbox when opened. */
function seqsIn(folder: string): readonly number[] {
  const outbox = new FileOutbox(folder);
  const { entries } = outbox.open();
  outbox.close();
  return entries.map(({ event }) => event.seq);
}

function written(entries: readonly OutboxEntry[]): string {
  const folder = newFolder();
  const outbox = new FileOutbox(folder);
  outbox.open();
  for (const entry of entries) outbox.append(entry);
  outbox.close();
  return folder;
}

function problemOf(folder: string): string {
  try {
    new FileOutbox(folder).open();
  } catch (error) {
    if (error instanceof RuntimeProblem) return error.message;
    throw error;
  }
  throw new Error('it could be opened');
}

describe('an outbox in a file', () => {
  test('loses only its half-written last line, wherever that was cut', () => {
    const folder = written([entryOf(1), entryOf(2)]);
    const whole = readFileSync(fileIn(folder));
    const lastLine = whole.lastIndexOf('\n', whole.length - 2) + 1;
    for (let cut = lastLine; cut < whole.length; cut += 7) {
      writeFileSync(fileIn(folder), whole.subarray(0, cut));
      expect(seqsIn(folder)).toEqual([1]);
    }
  });

  test('continues after the cut-off line', () => {
    const folder = written([entryOf(1)]);
    appendFileSync(fileIn(folder), '00000000 {"entry":');
    const outbox = new FileOutbox(folder);
    outbox.open();
    outbox.append(entryOf(2));
    outbox.close();
    expect(seqsIn(folder)).toEqual([1, 2]);
  });

  test('does not open if something durable follows the damage', () => {
    const folder = written([entryOf(1), entryOf(2)]);
    const text = readFileSync(fileIn(folder), 'utf8');
    writeFileSync(fileIn(folder), text.replace('"seq":1', '"seq":7'));
    expect(problemOf(folder)).toMatch(/line 2 is damaged, and durable events follow it/);
    expect(readFileSync(fileIn(folder), 'utf8')).toContain('"seq":2');
  });

  test('of a newer version is left unchanged', () => {
    const folder = written([]);
    const text = readFileSync(fileIn(folder), 'utf8');
    expect(text).toContain('"version":1');
    const newer = '{"format":"nixfleet-statechart-outbox","version":2}';
    // The checksum of that line, by zlib.
    writeFileSync(fileIn(folder), `5a940cf8 ${newer}\n`);
    expect(problemOf(folder)).toMatch(/it has version 2, but this program only reads versions up to 1/);
  });

  test('says in one sentence that its folder cannot be used', () => {
    const folder = newFolder();
    mkdirSync(fileIn(folder));
    expect(problemOf(folder)).toMatch(/this is a folder/);
    writeFileSync(join(folder, 'file'), '');
    expect(problemOf(join(folder, 'file', 'below'))).toMatch(/not a folder/);
  });

  test('is compacted when nearly all of it is obsolete', () => {
    const folder = newFolder();
    const outbox = new FileOutbox(folder);
    outbox.open();
    for (let seq = 1; seq <= 600; seq += 1) {
      outbox.append(entryOf(seq, false));
      if (seq > 1) outbox.remove('stable@one', seq - 1);
    }
    outbox.close();
    expect(readFileSync(fileIn(folder), 'utf8').split('\n').length).toBeLessThan(400);
    expect(seqsIn(folder)).toEqual([600]);
  });
});

test('the metrics of an agent', () => {
  const agent = agentCore().start({ hostname: 'web-01', runningClosure: 'old', probes: [], settings: agentSettings() });
  const none = { count: 0, sumMs: 0, lastMs: 0 };
  const metrics = agentMetricsOf({
    agent,
    deliveries: { accepted: 3, refused: 0, 'not-delivered': 1 },
    jobs: { switch: { count: 1, sumMs: 4500, lastMs: 4500 }, rollback: none },
    probes: new Map([['http', { status: 'fail', latencyMs: 20 }]]),
    oldestUndeliveredMs: null,
    sinceAnswerMs: 1500,
  });
  const shown = metrics.map(({ name, labels, value }) => `${name} ${Object.values(labels).join()} ${value}`);
  expect(shown).toContain('nixfleet_agent_deliveries_total not-delivered 1');
  expect(shown).toContain('nixfleet_agent_job_last_seconds switch 4.5');
  expect(shown).toContain('nixfleet_agent_probe_passes http 0');
  expect(shown).toContain('nixfleet_agent_silence_seconds  1.5');
});
