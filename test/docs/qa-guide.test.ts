import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newPendingHost, step, type HostRolloutState, type RolloutPolicy } from '../../src/index.ts';
import { decodeEnvelope, toHostEvent } from '../../src/wire/index.ts';
import {
  allExercises,
  answerQuestion,
  conformanceText,
  coverageTable,
  expectedVisits,
  healthFailurePolicies,
  measureCoverage,
  sides,
  suitePaths,
} from '../../src/testing/index.ts';
import { conform } from '../../src/testing/node.ts';
import { freePort } from '../support/free-port.ts';
import { peerAnswering } from '../support/peer-answering.ts';
import { readText, repositoryRoot } from '../support/repository.ts';

const guide = readText('docs/qa-guide.md');
/** A part of the suite represents all of it, except with NIGHTLY=1. */
const isNight = process.env['NIGHTLY'] === '1';
const PART = '-c validTransitions --side agent --policy halt';

const commands = [...guide.matchAll(/^ *```sh\n([\s\S]*?)\n *```$/gm)].map((match) => (match[1] ?? '').trim());
const texts = [...guide.matchAll(/^```text\n([\s\S]*?)```$/gm)].map((match) => match[1] ?? '');

/** Inside the repository, so that generated tests find the package by name. */
const folder = ((): string => {
  mkdirSync(join(repositoryRoot, 'out'), { recursive: true });
  return mkdtempSync(join(repositoryRoot, 'out', 'qa-guide-'));
})();

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line of the guide unchanged, with an `npx` that starts the built package. */
function run(command: string): Promise<Ended> {
  const path = `${join(folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`;
  const child = spawn(command, { shell: true, cwd: folder, env: { ...process.env, PATH: path } });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, stdout, stderr })));
}

const commandWith = (part: string): string => {
  const found = commands.filter((command) => command.includes(part));
  expect(found, part).toHaveLength(1);
  return found[0] ?? '';
};

const written = (name: string): string => readFileSync(join(folder, name), 'utf8');

beforeAll(() => {
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(repositoryRoot, join(folder, 'node_modules/nixfleet-statechart'));
  const main = join(repositoryRoot, 'dist/cli/main.js');
  writeFileSync(join(folder, 'bin', 'npx'), `#!/bin/sh\nshift\nexec '${process.execPath}' '${main}' "$@"\n`);
  chmodSync(join(folder, 'bin', 'npx'), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.concurrent('the commands of the guide for QA', () => {
  test('are all tried here', () => {
    expect(commands).toHaveLength(14);
  });

  test('promise a coverage that the thorough criteria reach', () => {
    const meter = measureCoverage({ sides, policies: healthFailurePolicies });
    const criteria = (['transitionPairs', 'allTransitions', 'guardOutcomes', 'values'] as const).map(
      (name) => ({ kind: 'full', name }) as const,
    );
    for (const path of suitePaths({ criteria })) {
      meter.begin(path.start);
      for (const { step: _, ...visit } of expectedVisits(path)) meter.run(visit);
    }
    const [, ...table] = coverageTable(meter.report()).split('\n');
    expect(`${table.join('\n')}\n`).toBe(texts[0]);
  });

  test('list the paths by name', async () => {
    const { status, stdout } = await run(commandWith('--format names'));
    expect(status).toBe(0);
    expect(
      stdout
        .trim()
        .split('\n')
        .every((line) => /^transitionPairs \d+ \(agent, halt\): Pending/.test(line)),
    ).toBe(true);
  });

  test('write tables to walk through', async () => {
    expect(await run(commandWith('--format markdown'))).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(written('agent.md')).toMatch(/^### validTransitions 1 \(agent, halt\)/);
  });

  test('write fixtures, and test a peer with them', async () => {
    expect(await run(commandWith('--format json'))).toEqual({ status: 0, stdout: '', stderr: '' });
    const { status, stdout } = await run(commandWith('--fixtures'));
    expect(stdout).toMatch(/^It conforms\. 340 asked = 340 right \+ 0 wrong\./);
    expect(status).toBe(0);
    expect(written('report.xml')).toContain('<property name="coverage.cells" value="168/168"/>');
    expect(JSON.parse(written('report.json'))).toMatchObject({ format: 'nixfleet-conformance', verdict: 'conforms' });
  });

  test('write a vitest file that runs, and passes', async () => {
    expect((await run(commandWith('--format vitest'))).status).toBe(0);
    // Has its own configuration, because vitest would otherwise use the nearest one above.
    writeFileSync(join(folder, 'vitest.config.mjs'), 'export default {};\n');
    const vitest = join(repositoryRoot, 'node_modules/vitest/vitest.mjs');
    const { status, stdout } = await run(`'${process.execPath}' '${vitest}' run --root . --reporter=json`);
    expect(JSON.parse(stdout.slice(stdout.indexOf('{')))).toMatchObject({ numPassedTests: 8, numFailedTests: 0 });
    expect(status).toBe(0);
  }, 120_000);

  test('write a trace for each path', async () => {
    expect((await run(commandWith('--format itf'))).status).toBe(0);
    const name = join('traces', '0001-allStates-1-agent-halt.itf.json');
    expect(JSON.parse(written(name))).toMatchObject({ '#meta': { format: 'ITF' } });
  });

  test.each(["conform --exec 'npx nixfleet-statechart peer'\n", '--seed 7', '--quick\n', '--session\n'])(
    'ask a peer: %s',
    async (part) => {
      const command = commands.find((each) => `${each}\n`.includes(part) && each.includes('conform')) ?? '';
      const isWhole = isNight || part.includes('--seed');
      const { status, stdout } = await run(isWhole ? command : `${command} ${PART}`);
      expect(stdout).toMatch(/^It conforms\./);
      expect(stdout).not.toMatch(/^.{81}/m);
      expect(status).toBe(0);
    },
    180_000,
  );

  // All criteria against all bugs take a minute. `measure-adequacy.test.ts` covers the two that matter.
  test.runIf(isNight)(
    'show what the criteria catch',
    async () => {
      const { status, stdout } = await run(commandWith('--adequacy'));
      expect(stdout).toMatch(/^\d{3} bugs were planted/);
      expect(stdout).toMatch(/default +\d+ questions +(\d+) of \1 bugs/);
      expect(status).toBe(0);
    },
    180_000,
  );

  test('write coverage for the visualizer', async () => {
    expect((await run(commandWith('--overlay'))).status).toBe(0);
    expect(JSON.parse(written('coverage.json'))).toMatchObject({ format: 'nixfleet-coverage-overlay' });
  });
});

describe('the report that the guide shows', () => {
  test('is the one for a peer with that fault', async () => {
    const peer = () =>
      peerAnswering((question) => {
        const answer = JSON.stringify(answerQuestion(question));
        const isWrong = question.op === 'step' && question.event.type === 'LocalActivate';
        // Safe: each line is a JSON object.
        return JSON.parse(isWrong ? answer.replace('"durable":true', '"durable":false') : answer) as object;
      });
    const suite = {
      criteria: [{ kind: 'full', name: 'validTransitions' }],
      sides: ['agent'],
      policies: ['halt'],
    } as const;
    const report = await conform(allExercises(suite, ['host']), { peer });
    expect(conformanceText(report).startsWith(texts[1] ?? '-')).toBe(true);
  });
});

describe.concurrent('a running control plane', () => {
  interface Given {
    readonly status: number;
    readonly body?: unknown;
  }
  type Spoil = (record: HostRolloutState) => HostRolloutState;

  /** The smallest possible one: our own machine behind the event endpoint, and two endpoints for the adapter. */
  function controlPlane(spoil: Spoil): Server {
    const mirror = new Map<string, { record: HostRolloutState; readonly policy: RolloutPolicy }>();

    function open(json: unknown): Given {
      // Safe: sent by the adapter.
      const { policy, number } = json as { policy: RolloutPolicy; number: number };
      const record = newPendingHost({ ...dispatch, rolloutId: `stable@${number}` });
      mirror.set(record.rolloutId, { record, policy });
      return { status: 200, body: record };
    }

    function take(json: unknown): Given {
      const envelope = decodeEnvelope(json);
      const host = envelope.ok ? mirror.get(envelope.value.rolloutId) : undefined;
      if (!envelope.ok || host === undefined) return { status: 400 };
      const result = step(host.record, toHostEvent(envelope.value.event), 0, host.policy);
      if (result.ok) host.record = spoil(result.state);
      return { status: result.ok || result.error.kind !== 'Invariant' ? 204 : 409 };
    }

    function answer({ pathname, searchParams }: URL, body: string): Given {
      if (pathname === '/test/mirror') {
        return { status: 200, body: mirror.get(searchParams.get('rolloutId') ?? '')?.record };
      }
      if (pathname === '/test/rollouts') return open(JSON.parse(body));
      return pathname === '/v1/agent/events' ? take(JSON.parse(body)) : { status: 404 };
    }

    async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
      let sent = '';
      for await (const chunk of request) sent += String(chunk);
      const { status, body } = answer(new URL(request.url ?? '/', 'http://localhost'), sent);
      response.writeHead(status).end(body === undefined ? undefined : JSON.stringify(body));
    }
    return createServer((request, response) => void serve(request, response));
  }

  const dispatch = {
    hostname: 'web-01',
    channel: 'stable',
    targetClosure: 'new',
    dispatchedAt: 1_778_925_600_000,
    soakDueAt: 1_778_925_900_000,
  };

  /** The guide's command line. */
  const asking =
    commandWith('--url')
      .split('\n')
      .find((line) => line.includes('--url'))
      ?.trim() ?? '';

  async function askIt(spoil: Spoil, more = ''): Promise<Ended> {
    const adapter = /^```js\n([\s\S]*?)\n```$/m.exec(readText('docs/conformance-protocol.md'))?.[1] ?? '';
    expect(readText('examples/conformance/adapter.mjs')).toBe(`${adapter}\n`);
    writeFileSync(join(folder, 'adapter.mjs'), adapter);
    const server = controlPlane(spoil);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // Safe: a server that listens on a port has this kind of address.
    const { port } = server.address() as AddressInfo;
    try {
      return await run(asking.replace('http://127.0.0.1:8080', `http://127.0.0.1:${port}`) + more);
    } finally {
      server.close();
    }
  }

  test('comes with the package, and conforms if the guide is followed exactly', async () => {
    const port = await freePort();
    const { status, stdout, stderr } = await run(commandWith('--url').replaceAll('8080', String(port)));
    expect({ stderr, stdout: stdout.split('\n')[0] }).toEqual({
      stderr: '',
      stdout: expect.stringMatching(/^It conforms\. 36 asked = 36 right/),
    });
    expect(status).toBe(0);
  });

  test("conforms with the guide's command and the protocol's adapter", async () => {
    const { status, stdout, stderr } = await askIt((record) => record, ' --min transitions=100');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^It conforms\. 36 asked = 36 right/);
    expect(status).toBe(0);
  });

  test('that writes a wrong field is reported, and each path ends at that event', async () => {
    const { status, stdout } = await askIt((record) => ({ ...record, currentClosure: null }));
    expect(stdout).toMatch(/^It differs\./);
    expect(stdout).toMatch(/\$\.mirror\.currentClosure: expected ".*", got null/);
    expect(stdout).toMatch(/not asked after that/);
    expect(status).toBe(2);
  });

  test('that is down is reported', async () => {
    const { status, stdout } = await run(asking.replace('8080', '1'));
    expect(stdout).toMatch(/The control plane or its adapter did not answer: fetch failed/);
    expect(status).toBe(3);
  });
});
