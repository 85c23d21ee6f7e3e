import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { COMMENT_MARK } from '../../src/plan/index.ts';
import { runCli } from '../support/run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'plan-'));
afterAll(() => rmSync(folder, { recursive: true }));
const [MONDAY, TUESDAY] = ['examples/fleets/monday.json', 'examples/fleets/tuesday.json'];
const plan = (args: readonly string[]) => runCli(['plan', TUESDAY, '--from', MONDAY, '--runs', '1', ...args]);

test('the first screen has the end, the critical gates, the assumptions and the changes: assumptions came last', async () => {
  const { status, stdout } = await runCli(['plan', TUESDAY, '--from', MONDAY, '--runs', '1'], {
    env: { COLUMNS: '80' },
  });
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Done within .* All 6 hosts run the releases of 2 channels/);
  const screen = stdout.split('\n').slice(0, 24).join('\n');
  expect(screen).toMatch(/^What takes the time: soaks 36m, .* Longest holds:\n  channel-edges 20m, /m);
  expect(screen).toMatch(/^Assumptions\n  Pinned hosts keep their closure and are in no rollout: db-02\./m);
  expect(screen).toContain('  No faults occur: ');
  expect(screen).toMatch(
    /^What changes\n(?:.*\n){4,}  New closure for 5 hosts: bastion, db-01, web-01, web-02, web-03/m,
  );
  const places = ['Schedule', 'Critical path'].map((title) => stdout.indexOf(`\n${title}\n`));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places).not.toContain(-1);
});

test('without --from, the first line states the assumed running fleet', async () => {
  const { stdout } = await runCli(['plan', TUESDAY, '--runs', '1']);
  expect(stdout).toMatch(/^Every host is assumed to run an older closure./);
  expect(stdout).not.toContain('What changes');
});

test('--json is a document, and Markdown starts with the marker of its comment', async () => {
  const [json, markdown] = [await plan(['--json']), await plan(['--format', 'markdown'])];
  expect(JSON.parse(json.stdout)).toMatchObject({
    format: 'nixfleet-statechart-plan',
    version: 1,
    outcome: 'terminal',
  });
  expect(markdown.stdout.startsWith(COMMENT_MARK)).toBe(true);
});

test('all problems are reported at once', async () => {
  const args = [
    '--start',
    'soon',
    '--deadline',
    'later',
    '--fail-on',
    'trouble',
    '--what-if',
    'nothing=1',
    '--runs',
    '0',
  ];
  const { status, stdout, stderr } = await plan(args);
  expect([status, stdout]).toEqual([1, '']);
  for (const option of ['--start soon', '--deadline later', '--fail-on', '--runs']) expect(stderr).toContain(option);
});

test.each([
  ['--token-file', ['--token-file', 'token']],
  ['--from -', ['--from', '-']],
])('%s is refused where it means nothing', async (path, args) => {
  const { status, stderr } = await runCli(['plan', path === '--from -' ? '-' : TUESDAY, ...args]);
  expect([status, stderr.includes(`  ${path}\n`)]).toEqual([1, true]);
});

test('a missed deadline or too severe a lint gives exit code 4', async () => {
  const { status } = await plan(['--deadline', '1m', '--keep', 'soaks', '--keep', 'budgets', '--keep', 'edges']);
  expect(status).toBe(4);
});

test('continues from the log of a run, at the time in the log', async () => {
  const log = join(folder, 'log.jsonl');
  await runCli(['simulate', TUESDAY, '--from', MONDAY, '--events', log]);
  const lines = readFileSync(log, 'utf8').split('\n');
  writeFileSync(log, `${lines.slice(0, Math.floor(lines.length / 2)).join('\n')}\n`);
  const { status, stdout } = await runCli(['plan', TUESDAY, '--from', log, '--runs', '1']);
  expect(status).toBe(0);
  expect(stdout).toContain('The rollout continues from the end of the log:');
  writeFileSync(log, lines.join('\n'));
  const over = await runCli(['plan', TUESDAY, '--from', log]);
  expect(over.stdout, 'it was said to be done within 0s').toMatch(/Done already\. All 6 hosts run the releases/);
  const started = await runCli(['plan', TUESDAY, '--from', log, '--start', '22:00']);
  expect(started.status).toBe(1);
  expect(started.stderr).toContain('--start, --from');
});

const ACTION = z.object({
  runs: z.object({ steps: z.array(z.object({ name: z.string(), run: z.string() })) }),
});

test('the action uses existing options of the command, and fails with its exit code', async () => {
  const { steps } = ACTION.parse(parse(readFileSync('action.yml', 'utf8'))).runs;
  const output = join(folder, 'output');
  // Prints the arguments of the command, one per line.
  const command = join(folder, 'command.sh');
  writeFileSync(
    command,
    'case "$*" in *html*) echo page > plan.html ;; *) printf "%s\\n" "$@" > given; echo comment > plan-comment.md ;; esac; exit 4\n',
  );
  const env = {
    ...process.env,
    FLEET: resolve(TUESDAY),
    ARGS: '--runs 1',
    FAIL_ON: 'error',
    VERSION: 'latest',
    BASE: '',
    RUNS: 'https://forge/fleet/infra/actions/runs',
    RUN: '7',
    GITHUB_OUTPUT: output,
    PLAN_COMMAND: `sh ${command}`,
  };
  execFileSync('bash', ['-e', '-c', steps[0]?.run ?? ''], { cwd: folder, env });
  expect(readFileSync(output, 'utf8')).toBe('status=4\npage=plan.html\n');
  const comment = readFileSync(join(folder, 'plan-comment.md'), 'utf8');
  expect(comment).toContain('[the artefacts of this run](https://forge/fleet/infra/actions/runs/7)');
  const given = readFileSync(join(folder, 'given'), 'utf8').trim().split('\n');
  const { status, stderr } = await runCli(given.map((arg) => (arg === 'plan-comment.md' ? '-' : arg)));
  expect([status, stderr]).toEqual([0, '']);
});

/** An API of a forge with some comments, and the requests to write. */
async function commentApi(comments: readonly { readonly id: number; readonly body: string }[]) {
  const asked: { readonly method: string; readonly path: string; readonly token: string; readonly body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => {
      const { method = '', url: path = '' } = request;
      asked.push({ method, path, token: request.headers.authorization ?? '', body });
      const page = Number(new URL(path, 'http://forge').searchParams.get('page') ?? 1);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(method === 'GET' ? comments.slice((page - 1) * 100, page * 100) : {}));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  // Safe: it listens on a port.
  const { port } = server.address() as AddressInfo;
  return { asked, url: `http://127.0.0.1:${port}/repos/fleet/infra/issues` };
}

const OTHERS = Array.from({ length: 150 }, (_, id) => ({ id, body: 'Looks good.' }));

test.each([
  ['writes a new comment', OTHERS, 'POST', '/repos/fleet/infra/issues/7/comments'],
  [
    'updates its own, on whatever page',
    [...OTHERS, { id: 999, body: `${COMMENT_MARK}\nold` }],
    'PATCH',
    '/repos/fleet/infra/issues/comments/999',
  ],
])('the action %s', async (_, comments, method, path) => {
  const { steps } = ACTION.parse(parse(readFileSync('action.yml', 'utf8'))).runs;
  const api = await commentApi(comments);
  const work = mkdtempSync(join(folder, 'comment-'));
  const { stdout } = await plan(['--format', 'markdown']);
  writeFileSync(join(work, 'plan-comment.md'), stdout);
  const env = { ...process.env, TOKEN: 'secret', COMMENTS: api.url, NUMBER: '7' };
  const run = steps.find(({ name }) => name === 'Comment')?.run ?? '';
  await promisify(execFile)('bash', ['-e', '-c', run], { cwd: work, env });
  const [written] = api.asked.filter((each) => each.method !== 'GET');
  expect(written).toMatchObject({ method, path, token: 'token secret' });
  expect(JSON.parse(written?.body ?? '')).toEqual({ body: stdout });
});
