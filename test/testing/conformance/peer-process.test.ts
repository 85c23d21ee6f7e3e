import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  conformanceJUnit,
  conformanceText,
  recordIn,
  type ConformanceReport,
  type Exercise,
} from '../../../src/testing/index.ts';
import type { StartTimer } from '../../../src/testing/conformance/in-time.ts';
import { conform } from '../../../src/testing/node.ts';
import { collectAnswers } from '../../../src/testing/conformance/collect-answers.ts';
import { lineSplitter } from '../../../src/testing/conformance/line-splitter.ts';

/**
 * Five questions with the same right answer, distinguished by `lastEventSeq`, so that a peer of one line can be right.
 */
const exercises: readonly Exercise[] = [1, 2, 3, 4, 5].map((number) => ({
  group: `test ${number}`,
  place: `question ${number}`,
  question: { op: 'rehydrate', state: { ...recordIn('Pending'), lastEventSeq: number } },
  expected: { ok: { effects: [] } },
  within: null,
  visit: null,
  showsMemory: 'repetition',
}));

/** The first of them. */
const question = exercises[0]?.question as Exercise['question'];

/**
 * A peer in node: `body` sees each request `q`, its `number`, and may call `right(q)`, `say(line)` and `exit(code)`.
 * What it does when there is nothing more to read comes after its last answer for certain: `lines.on("close", …)`.
 */
const peer = (body: string): string => {
  const program = `
    const say = (text) => process.stdout.write(text + "\\n");
    const right = (q) => say(JSON.stringify({ id: q.id, ok: { effects: [] } }));
    const exit = (code) => process.exit(code);
    const lines = require("node:readline").createInterface({ input: process.stdin });
    lines.on("line", (line) => {
      const q = JSON.parse(line), number = q.state.lastEventSeq;
      ${body}
    });`;
  return `'${process.execPath}' -e '${program}'`;
};

/** Long enough for a peer to start on a busy machine, if the test does not wait for it. */
const PATIENT_MS = 8_000;

const ask = (command: string, timeoutMs = PATIENT_MS, maxProblems = 10): Promise<ConformanceReport> =>
  conform(exercises, { peer: command, timeoutMs, maxProblems });

const folder = mkdtempSync(join(tmpdir(), 'peers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Long enough to read the answers in the pipe before the time runs out, even when every core is busy. */
const SLACK_MS = 80;

/**
 * Asks a peer whose `wait()` makes the time run out, however slow the machine is: it leaves a file, and the clock of
 * this test runs out when it finds that.
 */
function askByClock(name: string, body: string): Promise<ConformanceReport> {
  const flag = join(folder, name);
  const startTimer: StartTimer = (run) => {
    let due: NodeJS.Timeout | undefined;
    const runOut = () => {
      // Two timers may have seen the same file, but the time runs out once.
      due = undefined;
      if (!existsSync(flag)) return;
      clearInterval(poll);
      rmSync(flag, { force: true });
      run();
    };
    const poll = setInterval(() => {
      if (!existsSync(flag)) return;
      // What the peer wrote before creating the file is in the pipe, and is read before this.
      due ??= setTimeout(() => setImmediate(runOut), SLACK_MS);
    }, 5);
    return () => {
      clearInterval(poll);
      clearTimeout(due);
    };
  };
  const command = peer(`
    const fs = require("node:fs");
    const wait = () => fs.writeFileSync("${flag}", "");
    const once = (then) => fs.existsSync("${flag}") ? setTimeout(once, 5, then) : then();
    ${body}`);
  return conform(exercises, { peer: command, timeoutMs: 300, startTimer });
}

/** The expected report of a peer that fails only at the third question. */
function expectBlameOnThird(report: ConformanceReport, kind: string, message: RegExp): void {
  expect(report).toMatchObject({ verdict: 'peer-failed', asked: 5, matched: 4, mismatched: 0, failed: 1, notAsked: 0 });
  expect(report.failures).toEqual([
    expect.objectContaining({
      place: 'question 3',
      count: 1,
      problem: { kind, message: expect.stringMatching(message) },
    }),
  ]);
  expect(report.unexplained).toEqual([]);
  expect(conformanceText(report)).toMatch(/^It could not answer everything\./);
  expect(conformanceText(report)).toMatch(message);
  expect(conformanceJUnit(report)).toMatch(/name="test 3">\s*<error/);
}

describe.concurrent('a peer that', { timeout: 30_000 }, () => {
  it('answers immediately conforms, and is ended after the last question', async () => {
    const report = await ask(peer('right(q)'));
    expect(report).toMatchObject({ verdict: 'conforms', asked: 5, matched: 5, failed: 0, restarts: 0 });
  });

  it('is slow gets the timeout for each answer, not for all together', async () => {
    // The time runs out once between any two answers, which come in order.
    const report = await askByClock(
      'slow',
      `globalThis.before = (globalThis.before ?? Promise.resolve()).then(() => new Promise((done) => {
        once(() => { right(q); if (number < 5) wait(); done(); });
      }));`,
    );
    expect(report).toMatchObject({ verdict: 'conforms', matched: 5 });
  });

  it('is silent from the start is abandoned, and the rest counts as not asked', async () => {
    const report = await askByClock('silent', 'if (!globalThis.begun) wait(); globalThis.begun = true;');
    expect(report).toMatchObject({ verdict: 'peer-failed', matched: 0, failed: 1, notAsked: 4, restarts: 1 });
    expect(conformanceText(report)).toContain('It did not answer within 300 ms.');
    const text = conformanceText(report);
    expect(text).toMatch(/^It never answered\..* 4 not asked after that/);
    expect(text).toMatch(/No host event was answered, so nothing is covered\.$/);
    expect(text).not.toContain('Not covered');
  });

  it('is silent at one question is blamed only for that one', async () => {
    const report = await askByClock(
      'third',
      'if (number !== 3) right(q); if (number === 5 || q.id > 5) { wait(); once(wait); }',
    );
    expectBlameOnThird(report, 'silent', /did not answer within 300 ms/);
  });

  it('prints commands for build servers has them prefixed', async () => {
    const report = await ask(peer('console.error("one\\n::error::two\\r::stop-commands::x"); exit(7)'));
    expect(conformanceText(report)).toContain('standard error: one\n   | ::error::two\n   | ::stop-commands::x');
    const refused = 'say(JSON.stringify({ id: q.id, err: { kind: "a\\n::error::b", message: "c\\r::d" } }))';
    expect(conformanceText(await ask(peer(refused)))).toContain('was refused (a ::error::b: c ::d)');
  });

  it('dies at one question is blamed for that one, with its last output', async () => {
    const report = await ask(peer('if (number === 3) { console.error("no such closure"); exit(7) } right(q)'));
    expectBlameOnThird(report, 'ended', /ended with exit code 7\. It last wrote to standard error: no such closure/);
  });

  it('is killed is reported with the signal', async () => {
    const report = await ask(`exec ${peer('if (number === 3) process.kill(process.pid, "SIGTERM"); else right(q)')}`);
    expectBlameOnThird(report, 'ended', /ended by SIGTERM/);
  });

  it('dies once, but not again when asked one by one, has still failed', async () => {
    const report = await ask(peer('if (q.id === 3) exit(1); right(q)'));
    expect(report).toMatchObject({ verdict: 'peer-failed', matched: 5, failed: 0, restarts: 1 });
    const message = 'It ended with exit code 1. This did not come again when each question was asked alone.';
    expect(report.unexplained).toEqual([{ kind: 'ended', message }]);
    expect(conformanceText(report)).toContain(`Failures not caused by a single question:\n- ${message}\n`);
    expect(conformanceJUnit(report)).toContain('name="nothing fails beside the questions"');
  });

  it('always dies is abandoned at the limit of problems', async () => {
    const report = await ask(peer('if (number > 1) exit(1); right(q)'), PATIENT_MS, 3);
    expect(report).toMatchObject({ verdict: 'peer-failed', matched: 1, failed: 2, notAsked: 2, givenUpAfter: 3 });
    expect(conformanceText(report)).toContain('It was abandoned after 3 problems, the limit set by --max-problems.');
  });

  it('cannot be started is reported as such', async () => {
    const report = await ask('exec ./there-is-no-such-program');
    expect(report).toMatchObject({ verdict: 'peer-failed', matched: 0 });
    expect(report.failures[0]?.problem.message).toMatch(/ended with exit code 127.*there-is-no-such-program/s);
  });

  it.each([
    ['empty', ''],
    ['longer than the system takes', `: ${'x'.repeat(1 << 21)}`],
  ])('has a command line that is %s could not be started', async (_, command) => {
    const report = await ask(command);
    expect(report).toMatchObject({ verdict: 'peer-failed', matched: 0 });
    expect(report.failures[0]?.problem).toEqual({
      kind: 'ended',
      message: expect.stringMatching(/^It could not be started: /),
    });
  });

  it('has a name twice in one object is blamed, because parsers disagree on which counts', async () => {
    const twice = 'JSON.stringify({ id: q.id, ok: { state: 1, other: 2 } }).replace("other", "state")';
    const report = await ask(peer(`if (number === 3) say(${twice}); else right(q)`));
    expectBlameOnThird(report, 'garbage', /has "state" twice in one object/);
  });

  it.each(['{ "effects": [1] , "effects" :[] }', '{"effects":[],"eff\\u0065cts":[]}'])(
    'has a name twice, however it is written: %s',
    (ok) => {
      const collector = collectAnswers([{ id: 1, ...question }], { first: null, last: null });
      collector.take(`{"id":1,"ok":${ok}}`);
      expect(collector.end().problem?.message).toMatch(/has "effects" twice/);
    },
  );

  it('prints garbage at one question is blamed for that one, with what it printed', async () => {
    const report = await ask(peer('if (number === 3) say("TypeError: x is undefined"); else right(q)'));
    expectBlameOnThird(report, 'garbage', /is not JSON .*TypeError: x is undefined/);
  });

  it.each([
    ['without an id', 'say(JSON.stringify({ ok: { effects: [] } }))'],
    ['with another kind of id', 'say(JSON.stringify({ id: String(q.id), ok: { effects: [] } }))'],
    ['that is no object', 'say("42")'],
  ])('answers %s has printed garbage', async (_, body) => {
    expectBlameOnThird(
      await ask(peer(`if (number === 3) ${body}; else right(q)`)),
      'garbage',
      /does not repeat the id/,
    );
  });

  it('answers out of order is compared and fails', async () => {
    const body = 'globalThis.all ??= []; all.unshift(q); if (all.length === 5) all.forEach(right)';
    const report = await ask(peer(body));
    expect(report).toMatchObject({ verdict: 'peer-failed', matched: 5, failed: 0, disorder: { count: 1 } });
    expect(conformanceText(report)).toContain('It answered 5 before 1.');
    expect(conformanceJUnit(report)).toContain('name="answers in order"');
  });

  it.each([1, 64])('answers twice is blamed for that question (%i open at once)', async (open) => {
    const command = peer('right(q); if (number === 3) right(q)');
    const report = await conform(exercises, { peer: command, timeoutMs: PATIENT_MS, batchSize: open });
    expect(report).toMatchObject({ verdict: 'peer-failed', matched: 5, failed: 0, unexplained: [] });
    expect(report.failures).toEqual([
      expect.objectContaining({
        place: 'question 3',
        problem: { kind: 'unasked', message: 'It answered 3 (question 3) a second time.' },
      }),
    ]);
    const blamed = report.tests.filter(({ problem }) => problem !== null);
    expect(blamed).toEqual([expect.objectContaining({ name: 'test 3', fault: 'peer' })]);
  });

  it('answers the very last question twice is caught, too', async () => {
    const report = await ask(peer('right(q); if (number === 5) lines.on("close", () => right(q))'));
    expect(report).toMatchObject({ verdict: 'peer-failed', matched: 5, failed: 0, unexplained: [] });
    expect(report.failures).toEqual([
      expect.objectContaining({
        place: 'question 5',
        problem: { kind: 'unasked', message: 'It answered 5 (question 5) a second time.' },
      }),
    ]);
  });

  it('prints something after its last answer is caught, without blaming a question or abandoning it', async () => {
    const command = peer('right(q); if (number === 5) lines.on("close", () => say("bye"))');
    const report = await ask(command, PATIENT_MS, 1);
    expect(report).toMatchObject({ verdict: 'peer-failed', matched: 5, failed: 0, notAsked: 0, givenUpAfter: null });
    const message = 'It printed a line while nothing was asked: bye';
    expect(report.unexplained).toEqual([{ kind: 'unasked', message }]);
    expect(conformanceText(report)).toContain(`Failures not caused by a single question:\n- ${message}\n`);
  });

  it('is abandoned at its first problem is reported with that problem', async () => {
    const report = await ask(peer('if (number === 3) exit(1); right(q)'), PATIENT_MS, 1);
    expect(report).toMatchObject({ verdict: 'peer-failed', matched: 2, notAsked: 3, givenUpAfter: 1 });
    expect(report.unexplained).toEqual([{ kind: 'ended', message: 'It ended with exit code 1.' }]);
  });

  it('prints a lot is quoted in part: the end of standard error, the start of a line', async () => {
    const long = '"<" + "x".repeat(5000) + ">"';
    const words = await ask(peer(`if (number === 3) { require("node:fs").writeSync(2, ${long}); exit(7) } right(q)`));
    expect(words.failures[0]?.problem.message).toMatch(/last wrote to standard error: x{1999}>$/);
    const line = await ask(peer(`right(q); if (number === 5) lines.on("close", () => say(${long}))`));
    expect(line.unexplained[0]?.message).toMatch(/while nothing was asked: <x{159}$/);
  });

  it('answers everything twice is abandoned in the end', async () => {
    const report = await ask(peer('right(q); right(q)'), PATIENT_MS, 3);
    expect(report).toMatchObject({ verdict: 'peer-failed', givenUpAfter: 3 });
    expect(report.failures.map(({ place }) => place)).toEqual(['question 1', 'question 2', 'question 3']);
  });

  it('skips an answer is not blamed for the order of the next ones', async () => {
    const report = await askByClock(
      'left-out',
      'if (number !== 3) right(q); if (number === 5 || q.id > 5) { wait(); once(wait); }',
    );
    expect(report).toMatchObject({ failed: 1, matched: 4, disorder: { count: 0, example: null } });
    expect(conformanceText(report)).not.toContain('in the order of the questions');
  });

  it('floods with a line that never ends is stopped', async () => {
    const flood = 'if (number === 3) setInterval(() => process.stdout.write("x".repeat(1 << 20)), 1); else right(q)';
    expectBlameOnThird(await ask(peer(flood)), 'unasked', /more than 4 MiB without ending the line/);
  });

  it('floods with answers to nothing is stopped', async () => {
    const flood = 'if (number === 3) for (;;) say(JSON.stringify({ id: 1e6 + number, ok: {} })); else right(q)';
    expectBlameOnThird(await ask(peer(flood)), 'unasked', /answered 1000003, which was not asked/);
  });

  it('keeps running after the last question is ended', async () => {
    const report = await ask(peer('right(q); setInterval(() => {}, 1000)'));
    expect(report).toMatchObject({ verdict: 'conforms', matched: 5 });
  });

  it('supports nothing fails, because nothing was compared', async () => {
    const report = await ask(peer('say(JSON.stringify({ id: q.id, unsupported: true }))'));
    expect(report).toMatchObject({ verdict: 'nothing-asserted', matched: 0, unsupported: { rehydrate: 5 } });
    expect(conformanceText(report)).toContain('The peer does not support: rehydrate (5 times).');
    expect(conformanceText(report)).toContain(
      'Nothing was compared, so nothing is known. 5 asked = 0 right + 0 wrong + 5 unsupported.',
    );
    expect(conformanceJUnit(report)).toMatch(/tests="5" failures="5" errors="0" skipped="0"/);
  });

  it('supports one question of five has four incomplete tests, and does not conform', async () => {
    const report = await ask(peer('number === 3 ? right(q) : say(JSON.stringify({ id: q.id, unsupported: true }))'));
    expect(report).toMatchObject({ verdict: 'nothing-asserted', matched: 1, mismatched: 0, untested: 4 });
    expect(report.tests.filter(({ problem }) => problem === null).map(({ name }) => name)).toEqual(['test 3']);
    const text = conformanceText(report);
    expect(text).toContain('4 of 5 tests did not compare everything.');
    expect(text).toContain('- test 1: nothing was compared: the peer does not support rehydrate');
    expect(conformanceJUnit(report)).toMatch(/failures="4" errors="0" skipped="0"/);
  });

  it('supports only a part of a test has not passed it', async () => {
    const together = exercises.map((exercise) => ({ ...exercise, group: 'one test' }));
    const command = peer('number === 3 ? right(q) : say(JSON.stringify({ id: q.id, unsupported: true }))');
    const report = await conform(together, { peer: command, timeoutMs: PATIENT_MS });
    expect(report).toMatchObject({ verdict: 'nothing-asserted', untested: 1 });
    expect(conformanceJUnit(report)).toContain(
      'only 1 of 5 answers were compared: the peer does not support rehydrate',
    );
  });

  it('is abandoned fails the tests that were not asked', async () => {
    const report = await ask(peer('if (number > 1) exit(1); right(q)'), PATIENT_MS, 2);
    expect(report.tests.map(({ problem }) => problem)).toEqual([
      null,
      expect.stringContaining('exit code 1'),
      ...Array<string>(3).fill('nothing was compared: the peer had been abandoned'),
    ]);
  });

  it('is asked nothing has not been tested', async () => {
    const report = await conform([], { peer: peer('right(q)') });
    expect(report).toMatchObject({ verdict: 'nothing-asserted', asked: 0, tests: [] });
    expect(conformanceJUnit(report)).toContain(
      '<testcase classname="conformance" time="0.000" name="something is compared">',
    );
  });

  it('answers wrongly is shown the smallest difference', async () => {
    const wrong =
      'say(JSON.stringify({ id: q.id, ok: { effects: number === 3 ? [{ type: "LocalFireSwitch" }] : [] } }))';
    const report = await ask(peer(wrong));
    expect(report).toMatchObject({ verdict: 'differs', matched: 4, mismatched: 1, restarts: 0 });
    expect(conformanceText(report)).toContain('$.ok.effects: expected [], got ["LocalFireSwitch"]');
  });
});

describe('answers', () => {
  /** What happens to an answer with this id, if 5 to 2^53 - 1 were asked and the last of them is open. */
  const problemOf = (id: number): string | undefined => {
    const asked = { first: 5, last: Number.MAX_SAFE_INTEGER - 1 };
    const collector = collectAnswers([{ id: Number.MAX_SAFE_INTEGER, ...question }], asked);
    collector.take(JSON.stringify({ id, ok: { effects: [] } }));
    return collector.end().problem?.message.slice(0, -': {"id":,"ok":{"effects":[]}}'.length - String(id).length);
  };

  it('are distinguished from earlier and unrequested ones, however many were asked', () => {
    expect([5, 2 ** 24 + 1, Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER].map(problemOf)).toEqual([
      'It answered 5 a second time',
      'It answered 16777217 a second time',
      'It answered 9007199254740990 a second time',
      undefined,
    ]);
    expect([4, -1, 5.5].map(problemOf)).toEqual([
      'It answered 4, which was not asked',
      'It answered -1, which was not asked',
      'It answered 5.5, which was not asked',
    ]);
    const collector = collectAnswers([], { first: null, last: null });
    collector.take('{"id":1}');
    expect(collector.end().problem?.message).toBe('It answered 1, which was not asked: {"id":1}');
  });
});

describe('lines', () => {
  const take = (chunks: readonly (string | Buffer)[]): readonly (readonly string[] | null)[] => {
    const splitter = lineSplitter();
    return chunks.map((chunk) => splitter.take(Buffer.from(chunk)));
  };

  it('are assembled from chunks, without blank ones and carriage returns', () => {
    expect(take(['{"a"', ':1}\r\n\n{"b":2}\n{', '}\n'])).toEqual([[], ['{"a":1}', '{"b":2}'], ['{}']]);
  });

  it('may share a character between two chunks', () => {
    const bytes = Buffer.from('"ü€"\n');
    expect(take([bytes.subarray(0, 2), bytes.subarray(2, 5), bytes.subarray(5)])).toEqual([[], [], ['"ü€"']]);
  });
});
