import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allExercises, type ConformanceReport, type Question } from '../../src/testing/index.ts';
import { questionId } from '../../src/testing/node.ts';
import { repositoryRoot } from '../support/repository.ts';
import { runCli, type Ended } from '../support/run-cli.ts';

// Attempts to get a report that claims too much. Each has its exit code, and covers only what was shown.

const folder = mkdtempSync(join(tmpdir(), 'cheats-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The questions of a run over every transition, for which someone may have recorded the right answers. */
const table = join(folder, 'table');
const recorded = allExercises(
  { criteria: [{ kind: 'full', name: 'transitionPairs' }], sides: ['agent'], policies: ['halt'] },
  ['host'],
);
writeFileSync(table, [...recorded].map(({ question }) => JSON.stringify(question)).join('\n'));

/** What the peers use of this package, without the rest: there are many of them, and loading all of it takes long. */
const PEER_CODE = ['serve-peer', 'keep-records', 'answer-question'];

beforeAll(() =>
  build({
    configFile: false,
    root: repositoryRoot,
    logLevel: 'warn',
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: {
        input: PEER_CODE.map((name) => `src/testing/conformance/${name}.ts`),
        output: { entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' },
      },
    },
    ssr: { noExternal: true },
  }),
);

let peers = 0;

/** A peer that runs `body` for each question: `q` is the question, `right` our own answer, `n` their number so far. */
function peer(body: string): readonly string[] {
  peers += 1;
  const file = join(folder, `peer-${peers}.mjs`);
  writeFileSync(
    file,
    `import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';
import { answerLine } from './serve-peer.mjs';
import { keepRecords } from './keep-records.mjs';
import { answerQuestion } from './answer-question.mjs';
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

const honest = peer('say(right);');

const few = ['--machine', 'host', '-c', 'validTransitions', '--side', 'agent', '--policy', 'halt'];

/** The first question of the suite about an event. */
function firstStep(): Question {
  for (const { question } of allExercises({
    criteria: [{ kind: 'full', name: 'validTransitions' }],
    sides: ['agent'],
  })) {
    if (question.op === 'step') return question;
  }
  throw new Error('The suite asks about events.');
}

async function conform(args: readonly string[]): Promise<Ended & { readonly report: ConformanceReport }> {
  const file = join(folder, 'report.json');
  // A busy machine is slow to start a peer.
  const ended = await runCli(['conform', ...args, '--timeout', '60000', '--json', file]);
  // Safe: the output of `--json`.
  return { ...ended, report: JSON.parse(readFileSync(file, 'utf8')) as ConformanceReport };
}

describe('a run that', () => {
  it.each<[string, number, readonly string[], RegExp]>([
    ['starts where nothing can happen', 4, ['-c', 'validTransitions', '--start', 'Converged'], /nothing leads to/],
    ['is cut off at one path', 4, ['-c', 'simplePaths', '--max-paths', '1'], /stopped at its limit/],
    ['asks for coverage of what it leaves out', 4, ['-c', 'allStates', '--min', 'cells=100'], /Coverage of cells is/],
    [
      'leaves all steps out and asks for coverage',
      4,
      ['-c', 'allStates', '--without', 'step', '--min', 'states=50'],
      /Coverage of states is 0 %/,
    ],
  ])('%s', async (_, code, options, said) => {
    const { status, stderr, report } = await conform([...honest, ...few.slice(0, 2), ...few.slice(4), ...options]);
    expect({ status, verdict: report.verdict }).toEqual({ status: code, verdict: 'conforms' });
    expect(stderr).toMatch(said);
  });

  it.each([
    ['one question is asked by --only', 1],
    ['three questions are asked by --quick', 3],
  ])('%s covers no more than that', async (_, count) => {
    const options =
      count === 1
        ? [...few, '--only', questionId(firstStep())]
        : ['--machine', 'host', '--side', 'agent', '--policy', 'halt', '--quick', '3'];
    const { status, report } = await conform([...honest, ...options]);
    expect(status).toBe(0);
    expect(report.asked).toBeLessThanOrEqual(count);
    expect(report.coverage.dimensions.cells.covered).toBeLessThanOrEqual(count);
  });

  it('leaves something out says so in every report', async () => {
    const files = ['html', 'junit', 'summary'].map((kind) => ({ kind, file: join(folder, `restricted.${kind}`) }));
    const outputs = files.flatMap(({ kind, file }) => [`--${kind}`, file]);
    const options = [...few, '--only', questionId(firstStep())];
    const { stdout, report } = await conform([...honest, ...options, ...outputs]);
    const flags = ['--criterion validTransitions', '--side agent', '--policy halt', '--machine host'];
    expect(report.restrictions).toEqual([...flags, `--only ${questionId(firstStep())}`]);
    for (const text of [stdout, ...files.map(({ file }) => readFileSync(file, 'utf8'))]) {
      for (const restriction of report.restrictions) expect(text).toContain(restriction);
    }
  });

  it('misses its criteria is not shown as good in any report', async () => {
    const kinds = ['html', 'junit', 'summary', 'github', 'gitlab'];
    const files = kinds.map((kind) => ({ kind, file: join(folder, `missed.${kind}`) }));
    const outputs = files.flatMap(({ kind, file }) => [`--${kind}`, file]);
    const { status, report } = await conform([...honest, ...few, '--min', 'cells=100', ...outputs]);
    const missed = 'Coverage of cells is 16 % (14/84), and 100 % is asked for.';
    expect({ status, shortfalls: report.shortfalls }).toEqual({ status: 4, shortfalls: [missed] });
    for (const { file } of files) expect(readFileSync(file, 'utf8')).toContain(missed.split(' %')[0]);
    expect(readFileSync(join(folder, 'missed.html'), 'utf8')).toContain('<h1 class="bad">');
  });

  it('is interrupted says so in its report', async () => {
    const controller = new AbortController();
    const file = join(folder, 'interrupted.json');
    const silent = ['--exec', `'${process.execPath}' -e 'setInterval(() => {}, 1000)'`];
    const running = runCli(['conform', ...silent, ...few, '--json', file], { interruption: controller.signal });
    controller.abort('SIGTERM');
    expect((await running).status).toBe(143);
    // What `--json` writes.
    const report = JSON.parse(readFileSync(file, 'utf8')) as ConformanceReport;
    expect(report.verdict).not.toBe('conforms');
    expect(report.restrictions).toContain('interrupted');
  });
});

describe('a file that', () => {
  /** The paths of the suite, with the first accepted answer of each changed. */
  async function altered(): Promise<string> {
    const file = join(folder, 'altered.json');
    const paths = ['paths', ...few.slice(2), '--format', 'json', '--out', file];
    expect((await runCli(paths)).status).toBe(0);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('"durable": true', '"durable": false'));
    return file;
  }
  const liar = peer('say(JSON.stringify(right).replaceAll(`"durable":true`, `"durable":false`));');

  it('has wrong answers is refused', async () => {
    const { status, stderr } = await runCli(['conform', ...liar, '--fixtures', await altered()]);
    expect(status).toBe(1);
    expect(stderr).toContain('This chart answers otherwise');
  });

  it('has wrong answers but is trusted lets a wrong peer conform, and covers nothing of the chart', async () => {
    const { status, stderr, report } = await conform([...liar, '--trust-files', '--fixtures', await altered()]);
    expect({ status, verdict: report.verdict }).toEqual({ status: 0, verdict: 'conforms' });
    expect(stderr).toMatch(
      /answers differ from this chart\. They are trusted, but do not count towards its coverage\./,
    );
    // Events of probes are not durable, so these answers were not changed.
    expect(report.coverage.dimensions.transitions.covered).toBe(3);
  });

  it('expects any refusal is refused', async () => {
    const file = join(folder, 'any-refusal.jsonl');
    writeFileSync(file, `${JSON.stringify({ ...firstStep(), expect: { err: {} } })}\n`);
    const { status, stderr } = await runCli(['conform', ...honest, '--fixtures', file]);
    expect(status).toBe(1);
    expect(stderr).toContain('any-refusal.jsonl');
  });
});

const unsupported = '{ id, unsupported: true }';
const DIFFERS = 2;
const FAILED = 3;

// Peers that try to pass without being right. None gets exit code 0, or coverage of what it did not answer.
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
    `memory.table ??= new Set(readFileSync(${JSON.stringify(table)}, 'utf8').split('\\n'));
    say(memory.table.has(text) ? right : ${unsupported});`,
    ['--machine', 'host', '-c', 'random(transitionPairs(90))', '--seed', '7', '--side', 'agent', '--policy', 'halt'],
  ],
])('a peer that %s', async (_, code, body, options) => {
  const { status, report } = await conform([...peer(body), ...options]);
  expect({ status, verdict: report.verdict }).toEqual({
    status: code,
    verdict: code === DIFFERS ? 'differs' : expect.stringMatching(/^(peer-failed|nothing-asserted)$/),
  });
  expect(report.coverage.steps.right).toBeLessThanOrEqual(report.coverage.steps.asked);
});
