import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { allExercises, type ConformanceReport, type Question } from '../../src/testing/index.ts';
import { questionId } from '../../src/testing/node.ts';
import { runCli, type Ended } from '../support/run-cli.ts';

// Ways to get a report that claims more than was shown. Each has its exit code, and covers what it really showed.

const folder = mkdtempSync(join(tmpdir(), 'cheats-'));
afterAll(() => rmSync(folder, { recursive: true }));

let peers = 0;

/** A peer that answers each line with what `body` returns for it; `right` is our own answer. */
function peer(body: string): readonly string[] {
  peers += 1;
  const file = join(folder, `peer-${peers}.mjs`);
  writeFileSync(
    file,
    `import { createInterface } from 'node:readline';
import { answerLine } from ${JSON.stringify(new URL('../../dist/testing/node.js', import.meta.url).href)};
const answer = (right) => { ${body} };
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify({ ...answer(JSON.parse(answerLine(line))), id: JSON.parse(line).id }));
}
`,
  );
  return ['--exec', `'${process.execPath}' '${file}'`];
}
const honest = peer('return right;');

const few = ['--machine', 'host', '-c', 'validTransitions', '--side', 'agent', '--policy', 'halt'];

/** The first question about an event of the suite. */
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
  const ended = await runCli(['conform', ...args, '--json', file]);
  // What `--json` writes.
  return { ...ended, report: JSON.parse(readFileSync(file, 'utf8')) as ConformanceReport };
}

describe('a run that', () => {
  it.each<[string, number, readonly string[], RegExp]>([
    ['starts where nothing can happen', 4, ['-c', 'validTransitions', '--start', 'Converged'], /nothing leads to/],
    ['is cut off at one path', 4, ['-c', 'simplePaths', '--max-paths', '1'], /was cut off at its bound/],
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
    const options = count === 1 ? [...few, '--only', questionId(firstStep())] : ['--machine', 'host', '--quick', '3'];
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

  it('does not reach what it asks for is not shown as good in any report', async () => {
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
  /** The paths of the suite, in each of which the first accepted answer is changed. */
  async function altered(): Promise<string> {
    const file = join(folder, 'altered.json');
    const paths = ['paths', ...few.slice(2), '--format', 'json', '--out', file];
    expect((await runCli(paths)).status).toBe(0);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('"durable": true', '"durable": false'));
    return file;
  }
  const liar = peer('return JSON.parse(JSON.stringify(right).replaceAll(`"durable":true`, `"durable":false`));');

  it('has wrong answers is refused', async () => {
    const { status, stderr } = await runCli(['conform', ...liar, '--fixtures', await altered()]);
    expect(status).toBe(1);
    expect(stderr).toContain('This chart answers otherwise');
  });

  it('has wrong answers, and is trusted, makes a wrong peer conform to it, and covers nothing of the chart', async () => {
    const { status, stderr, report } = await conform([...liar, '--trust-files', '--fixtures', await altered()]);
    expect({ status, verdict: report.verdict }).toEqual({ status: 0, verdict: 'conforms' });
    expect(stderr).toMatch(/answers differ from this chart\. They are trusted, and count as no coverage of it\./);
    // Events of probes are not durable, so that these answers were not changed.
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
