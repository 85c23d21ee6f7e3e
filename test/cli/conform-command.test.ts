import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCli, type Ended } from '../support/run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'conform-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A fixture file without its paths. */
const HEAD = { format: 'nixfleet-host-paths', version: 2, chart: 'any', reducer: 'any' };

const run = (...args: readonly string[]): Promise<Ended> => runCli(args);

/** Our own answers, but only to `step`. */
const stepsOnly = join(folder, 'steps-only.mjs');
writeFileSync(
  stepsOnly,
  `import { createInterface } from 'node:readline';
import { answerLine } from ${JSON.stringify(new URL('../../dist/testing/node.js', import.meta.url).href)};
for await (const line of createInterface({ input: process.stdin })) {
  const { id, op } = JSON.parse(line);
  console.log(op === 'step' ? answerLine(line) : JSON.stringify({ id, unsupported: true }));
}
`,
);

const few = ['--machine', 'host', '-c', 'allStates', '--side', 'agent', '--policy', 'halt'];
const ourPeer = `'${process.execPath}' dist/cli/main.js peer`;

describe('nixfleet-statechart conform exits with', () => {
  test('1 if --adequacy comes with options it does not support', async () => {
    const { status, stderr } = await run('conform', '--adequacy', '--exec', 'true', '--max-length', '9');
    expect(stderr).toContain('--exec, --max-length\n    These do not go with --adequacy.');
    expect(status).toBe(1);
  });

  test('1 and every problem of the command line at once', async () => {
    const fixtures = join(folder, 'broken.json');
    writeFileSync(fixtures, JSON.stringify({ ...HEAD, paths: [{}] }));
    const { status, stdout, stderr } = await run(
      'conform',
      '--fixtures',
      fixtures,
      '-c',
      'everything',
      '--min',
      'cell=5',
      '--batch',
      '0',
      '--without',
      'steps',
    );
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    for (const part of [
      '--exec',
      '--criterion everything',
      '"cell" is not counted',
      '--batch 0',
      '--without steps',
      '$.paths[0]\n    Without name, side, policy, start, steps.',
    ]) {
      expect(stderr).toContain(part);
    }
  });

  test.each(['', ' '])('1 if --exec is %j, and not with a stack trace', async (command) => {
    const { status, stdout, stderr } = await run('conform', '--exec', command, ...few);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe(
      `The command line cannot be used: 1 problem.
  --exec
    The command line is empty.
    Give a command, such as --exec './my-reducer --serve'.
`,
    );
  });

  const nothing = join(folder, 'nothing.json');
  writeFileSync(nothing, '');
  const report = join(folder, 'report.json');
  writeFileSync(report, '{ "format": "nixfleet-conformance-report", "version": 1 }');
  const noPaths = join(folder, 'no-paths.json');
  writeFileSync(noPaths, JSON.stringify({ ...HEAD, paths: [] }));

  const stuck = join(folder, 'stuck.mjs');
  writeFileSync(stuck, 'export default () => new Promise(() => {});');
  const stuckLater = join(folder, 'stuck-later.mjs');
  writeFileSync(stuckLater, 'export default { open: () => new Promise(() => {}), read: () => new Promise(() => {}) };');

  test('3 with a report if only an adapter that never returns keeps the process alive', async () => {
    const asked = ['--timeout', '1000', '--max-problems', '1', '-c', 'allStates', '--policy', 'halt'];
    const { status, stdout } = await run('conform', '--url', 'http://localhost', '--adapter', stuckLater, ...asked);
    expect(stdout).toContain('`open` took longer than 1000 ms');
    expect(status).toBe(3);
  });

  test.each([
    [
      'an adapter that is never made',
      ['--url', 'http://localhost', '--adapter', stuck, '--timeout', '50'],
      /stuck\.mjs\n    It cannot be loaded: it took longer than 50 ms\./,
    ],
    ['neither --exec nor --url', [], /--exec, --url\n    Expected exactly one of them\./],
    ['a directory for fixtures', ['--fixtures', folder], /This is a directory\.\n    Give a fixture file in it/],
    [
      'a report for fixtures',
      ['--fixtures', report],
      /report\.json: \$\n    This is not a fixture file, which has "format": "nixfleet-host-paths"\.\n/,
    ],
    ['an empty fixture file', ['--fixtures', nothing], /nothing\.json\n    The file is empty\.\n    Write one with/],
    [
      'a fixture file without paths',
      ['--fixtures', noPaths],
      /no-paths\.json\n    It has no events, so nothing to ask/,
    ],
    ['--fixtures and a criterion', ['--fixtures', noPaths, '-c', 'allStates'], /--criterion\n    With --fixtures, the/],
    [
      'two reports on standard output',
      ['--json', '-', '--junit', '-'],
      /--json -, --junit -\n    Standard output can hold/,
    ],
    ['--url without adapter', ['--url', 'http://localhost'], /--adapter\n    --url needs an adapter\./],
    ['no such adapter', ['--url', 'http://localhost', '--adapter', 'no.mjs'], /no\.mjs\n    There is no such file\./],
    ...[
      ['--fixtures', noPaths],
      ['--machine', 'host'],
      ['--repeat', '1'],
      ['--batch', '2'],
      ['--without', 'step'],
    ].map(([option = '', value = '']): [string, string[], RegExp] => [
      `${option} where it would be ignored`,
      ['--url', 'http://localhost', '--adapter', noPaths, option, value],
      new RegExp(`\n  ${option}\n    This only applies with --exec\\.`),
    ]),
    ['a timeout that no timer takes', ['--timeout', '2147483648'], /expected a whole number from 1 to 2147483647/i],
    [
      'everything left out',
      ['--machine', 'rollout', '--without', 'rollout_step', '--without', 'rollout_start'],
      /--without rollout_step, rollout_start\n    No questions are left\./,
    ],
  ])('1 for %s, and says so', async (_, args, message) => {
    const { status, stdout, stderr } = await run('conform', ...args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test('2 if an answer is wrong, and shows the smallest difference', async () => {
    // `cat` answers every question with the question.
    const { status, stdout } = await run('conform', '--exec', 'cat', ...few);
    expect(stdout).toMatch(/^It differs\./);
    expect(stdout).toContain('the question came back: an echo is no answer of the protocol');
    expect(status).toBe(2);
  });

  test('3 if the peer ends', async () => {
    const { status, stdout } = await run('conform', '--exec', 'echo no >&2; exit 9', ...few);
    expect(stdout).toMatch(/^It never answered\./);
    expect(stdout).toContain('It ended with exit code 9. It last wrote to standard error: no');
    expect(status).toBe(3);
  });

  test('3 if the peer cannot be started, in a few lines that say what to do', async () => {
    const { status, stdout, stderr } = await run('conform', '--exec', './there-is-no-such-program', ...few);
    expect(stdout).toMatch(/^It never answered\./);
    expect(stdout).toContain('there-is-no-such-program');
    expect(stdout.trim().split('\n').length).toBeLessThan(8);
    expect(stderr).toMatch(/^Run "\.\/there-is-no-such-program" by hand/);
    expect(status).toBe(3);
  });

  test('3 if a test is incomplete, and 0 if the rest was skipped on purpose', async () => {
    const adapter = `'${process.execPath}' '${stepsOnly}'`;
    const asked = await run('conform', '--exec', adapter, ...few);
    expect(asked.stdout).toMatch(/^2 of \d+ tests did not compare everything\./);
    expect(asked.stderr).toContain('skip it with --without start --without rehydrate');
    expect(asked.status).toBe(3);
    const leftOut = await run('conform', '--exec', adapter, ...few, '--without', 'start', '--without', 'rehydrate');
    expect(leftOut.stdout).toMatch(
      /^It conforms\.[\s\S]*\nThis run was restricted by:\n[\s\S]*--without start\n--without rehydrate\n/,
    );
    expect(leftOut.status).toBe(0);
  });

  test('4 if every answer is right, and coverage is too low', async () => {
    const { status, stdout, stderr } = await run('conform', '--exec', ourPeer, ...few, '--min', 'cells=100');
    expect(stdout).toMatch(/^It conforms\./);
    expect(stderr).toMatch(/Coverage of cells is \d+ % \(\d+\/84\), and 100 % is asked for/);
    expect(status).toBe(4);
  });

  test('0 if every answer is right, with only the report on standard output if requested', async () => {
    const { status, stdout } = await run('conform', '--exec', ourPeer, ...few, '--min', 'states=100', '--json', '-');
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'conforms', mismatched: 0, coverage: { version: 2 } });
    expect(status).toBe(0);
  });
});

describe('a hostile peer that', () => {
  /** A peer of one line of JavaScript, called with each request. */
  const peerThat = (name: string, answers: string): string => {
    const file = join(folder, `${name}.mjs`);
    writeFileSync(
      file,
      `import { createInterface } from 'node:readline';
import { spawn } from 'node:child_process';
for await (const line of createInterface({ input: process.stdin })) { const { id } = JSON.parse(line); ${answers} }
`,
    );
    return `'${process.execPath}' '${file}'`;
  };

  test('sends answers half a million levels deep is reported: it was a stack trace', async () => {
    const peer = peerThat('deep', `console.log('{"id":' + id + ',"ok":' + '['.repeat(5e5) + ']'.repeat(5e5) + '}');`);
    const { status, stdout, stderr } = await run('conform', '--exec', peer, ...few, '--max-problems', '1');
    expect(stdout).toContain('is nested deeper than 100 levels');
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(status).toBe(3);
  });

  test('sends escape characters does not move the cursor of the reader', async () => {
    const nasty = String.raw`\u001b[2J\u009b2J`;
    const peer = peerThat(
      'escapes',
      `console.log('{"id":' + id + ',"err":{"kind":"${nasty}"}}'); console.error('${nasty}');`,
    );
    const { stdout, stderr } = await run('conform', '--exec', peer, ...few);
    expect(stdout).toContain(String.raw`\u001b[2J`);
    // oxlint-disable-next-line no-control-regex
    expect(`${stdout}${stderr}`).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  test('leaves behind a process with open pipes does not hang the command', async () => {
    // Detached, so that it is outside the killed group. It ends by itself long after the test.
    const left = `spawn('sleep', ['30'], { detached: true, stdio: 'inherit' }).unref(); process.exit(7);`;
    const { status, stdout } = await run('conform', '--exec', peerThat('leaves', left), ...few, '--max-problems', '1');
    expect(stdout).toContain('It ended with exit code 7.');
    expect(status).toBe(3);
  });
});
