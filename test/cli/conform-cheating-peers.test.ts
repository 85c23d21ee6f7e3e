import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { ConformanceReport } from '../../src/testing/index.ts';
import { runCli, type Ended } from '../support/run-cli.ts';

// Peers that try to pass without being right. None of them gets exit code 0, or coverage of what it did not answer.

const folder = mkdtempSync(join(tmpdir(), 'cheating-peers-'));
afterAll(() => rmSync(folder, { recursive: true }));

let peers = 0;

/** A peer that runs `body` for each question: `q` is the question, `right` our own answer, `n` how many there were. */
function peer(body: string): readonly string[] {
  peers += 1;
  const file = join(folder, `peer-${peers}.mjs`);
  writeFileSync(
    file,
    `import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';
import { keepRecords, answerLine, answerQuestion } from ${JSON.stringify(new URL('../../dist/testing/node.js', import.meta.url).href)};
const say = (answer) => process.stdout.write((typeof answer === 'string' ? answer : JSON.stringify(answer)) + '\\n');
const kept = new Map(), memory = {};
let n = 0;
createInterface({ input: process.stdin }).on('line', (line) => {
  const q = JSON.parse(line);
  const { id, ...asked } = q;
  const text = JSON.stringify(asked);
  const right = JSON.parse(answerLine(line));
  n += 1;
  ${body}
});
`,
  );
  return ['--exec', `'${process.execPath}' '${file}'`];
}

const few = ['--machine', 'host', '-c', 'validTransitions', '--side', 'agent', '--policy', 'halt'];

async function conform(args: readonly string[]): Promise<Ended & { readonly report: ConformanceReport }> {
  const file = join(folder, 'report.json');
  const ended = await runCli(['conform', ...args, '--json', file]);
  // What `--json` writes.
  return { ...ended, report: JSON.parse(readFileSync(file, 'utf8')) as ConformanceReport };
}

const unsupported = '{ id, unsupported: true }';
const DIFFERS = 2;
const FAILED = 3;

it.each<[string, number, string, readonly string[]]>([
  [
    'copies each record from the next question of the batch',
    DIFFERS,
    `const last = memory.last;
    memory.last = right;
    if (last !== undefined) say(last.ok?.state && q.state ? { ...last, ok: { ...last.ok, state: q.state } } : last);
    clearImmediate(memory.timer);
    memory.timer = setImmediate(() => { say(memory.last); memory.last = undefined; });`,
    few,
  ],
  ['supports only the events that come first', FAILED, `say(q.event?.seq > 1 ? ${unsupported} : right);`, few],
  ['supports nothing after some questions', FAILED, `say(n > 20 ? ${unsupported} : right);`, few],
  [
    'has sessions, and forgets every third event',
    DIFFERS,
    `memory.answer ??= keepRecords(answerQuestion);
    const { rolloutId, hostname } = q.state ?? q, key = rolloutId + hostname;
    if (q.op === 'open') kept.set(key, asked);
    if (q.op === 'event' && q.event.seq === 3) memory.answer(kept.get(key));
    say({ ...memory.answer(asked), id });`,
    [...few, '--session'],
  ],
  [
    'opens sessions, and supports no event',
    FAILED,
    `say(q.op === 'open' ? { id, ok: {} } : q.op === 'event' ? ${unsupported} : right);`,
    [...few, '--session'],
  ],
  ['says that it does not support what it answers', FAILED, `say({ ...right, unsupported: true });`, few],
  ['ends well in the middle', FAILED, `say(right); if (n === 20) process.exit(0);`, few],
  ['corrects its answer', FAILED, `say(right); say({ id, ok: {} });`, few],
  ['answers what comes next as well', FAILED, `say(right); if (n === 5) say({ id: id + 500, ok: {} });`, few],
  ['fills its answers up', DIFFERS, `say({ ...right, filler: 'x'.repeat(1e5) });`, few],
  [
    'refuses, and has an effect all the same',
    DIFFERS,
    `say(right.err ? { ...right, effects: [{ type: 'LocalFireSwitch' }] } : right);`,
    ['--machine', 'host', '-c', 'allTransitions', '--side', 'agent', '--policy', 'halt'],
  ],
  [
    'has each field twice, one of them behind a space',
    FAILED,
    `say(JSON.stringify(right).replace('"effects":', '"effects" :[],"effects":'));`,
    few,
  ],
  [
    'hides its answer in a prototype',
    DIFFERS,
    `const { ok } = right; say(ok ? '{"id":' + id + ',"__proto__":' + JSON.stringify({ ok }) + '}' : right);`,
    few,
  ],
  [
    'answers from a table of another run',
    FAILED,
    `memory.table ??= new Set(readFileSync(${JSON.stringify(join(folder, 'table'))}, 'utf8').split('\\n'));
    say(memory.table.has(text) ? right : ${unsupported});`,
    ['--machine', 'host', '-c', 'random(transitionPairs(90))', '--seed', '7', '--side', 'agent', '--policy', 'halt'],
  ],
])('a peer that %s', async (_, code, body, options) => {
  writeFileSync(join(folder, 'table'), '');
  const { status, report } = await conform([...peer(body), ...options]);
  expect({ status, verdict: report.verdict }).toEqual({
    status: code,
    verdict: code === DIFFERS ? 'differs' : expect.stringMatching(/^(peer-failed|nothing-asserted)$/),
  });
  expect(report.coverage.steps.right).toBeLessThanOrEqual(report.coverage.steps.asked);
});
