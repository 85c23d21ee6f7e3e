import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { OutboundEvent } from '../../src/machine/index.ts';
import { controlPlaneJsonSchema, sqliteStore } from '../../src/runtime/control-plane/index.ts';
import { manifest } from '../control-plane/support/manifests.ts';
import { AgentClient, goodLife } from '../runtime/support/agent-client.ts';
import { startBench, temporaryFolder } from '../runtime/support/control-plane-bench.ts';
import { repositoryRoot } from '../support/repository.ts';
import { runCli } from '../support/run-cli.ts';

/** A configuration in its own folder. */
function configuration(change: object = {}): string {
  const path = join(temporaryFolder(), 'control-plane.json');
  const complete = {
    database: 'control-plane.db',
    manifests: { from: join(repositoryRoot, 'examples/fleets/harbor.json') },
    listen: { port: 0 },
    operator: { port: 0 },
    ...change,
  };
  writeFileSync(path, JSON.stringify(complete));
  return path;
}

/** Runs a control plane, and calls back once its log says that it serves. */
async function serve(file: string, then: (line: Readonly<Record<string, unknown>>) => void | Promise<void>) {
  const interruption = new AbortController();
  let isServing = false;
  return runCli(['control-plane', file, '--unsigned'], {
    interruption: interruption.signal,
    onStdout: (text) => {
      const started = text.split('\n').find((line) => line.includes('"code":"rollout-opened"'));
      if (started === undefined || isServing) return;
      isServing = true;
      const serving = text.split('\n').find((line) => line.includes('"code":"started"'));
      void Promise.resolve(then(JSON.parse(serving ?? '{}') as Readonly<Record<string, unknown>>)).finally(() =>
        interruption.abort('SIGTERM'),
      );
    },
  });
}

/** A port occupied until the test ends. */
async function takenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  // Safe: it listens on a port.
  return (server.address() as AddressInfo).port;
}

describe('control-plane', () => {
  it('serves until it is stopped, and reports its status to operators', async () => {
    const file = configuration();
    let status = { status: -1, stdout: '', stderr: '' };
    const ended = await serve(file, async ({ operatorAddress }) => {
      status = await runCli(['status', '--url', String(operatorAddress)]);
    });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(ended.stdout).toContain('"code":"stopped"');
    expect(status.stdout).toMatch(/^edge@\S+ {2}Active, wave 0 \(2 waves\): 10 Pending$/m);
    expect(status.stdout).toMatch(/^Nothing is dispatched for another [\d ms]+: the hosts are heard first\.$/m);
    const verified = await runCli(['control-plane', file, '--unsigned', '--verify']);
    expect(verified).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^\d+ inputs? replayed; all decisions match the log/) as string,
    });
  });

  it('reads the fleet files again on SIGHUP', async () => {
    const folder = temporaryFolder();
    const fleet = join(folder, 'fleet.json');
    const harbor = readFileSync(join(repositoryRoot, 'examples/fleets/harbor.json'), 'utf8');
    writeFileSync(fleet, harbor);
    const interruption = new AbortController();
    const isOpen = (text: string, ref: string): boolean => text.includes(`"rolloutId":"edge@${ref}`);
    let isReleased = false;
    const ended = await runCli(
      ['control-plane', configuration({ manifests: { from: fleet, everySecs: 3600 } }), '--unsigned'],
      {
        interruption: interruption.signal,
        onStdout: (text) => {
          if (isOpen(text, 'second')) interruption.abort('SIGTERM');
          if (isReleased || !text.includes('"code":"rollout-opened"')) return;
          isReleased = true;
          writeFileSync(fleet, harbor.replace(/"ciCommit": "[^"]*"/, '"ciCommit": "second"'));
          process.emit('SIGHUP');
        },
      },
    );
    expect(ended.status).toBe(0);
  });

  it('only checks with --check, and leaves no database behind', async () => {
    const file = configuration();
    expect(await runCli(['control-plane', file, '--check', '--unsigned'])).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
    expect(existsSync(join(file, '../control-plane.db'))).toBe(false);
  });

  it('reports all problems in its configuration at once', async () => {
    const { status, stderr } = await runCli(['control-plane', configuration({ listen: { port: -1 }, colour: 'red' })]);
    expect(status).toBe(1);
    expect(stderr).toContain('2 problems');
    const second = configuration({
      database: 'missing/control-plane.db',
      manifests: { from: 'missing' },
      listen: { address: '0.0.0.0', tls: { certFile: 'no.pem', keyFile: 'no.key', clientCaFile: 'no.pem' } },
      operator: { address: '0.0.0.0' },
    });
    const all = await runCli(['control-plane', second]);
    expect(all.stderr).toContain('7 problems');
    for (const part of ['no.key', 'no key', 'ithout a token', 'ts folder does not exist', 'Correct $.manifests.from'])
      expect(all.stderr).toContain(part);
  });

  it('says which ports are taken, all at once, and opens no database', async () => {
    const [agents, operators] = await Promise.all([takenPort(), takenPort()]);
    const file = configuration({ listen: { port: agents }, operator: { port: operators } });
    const { status, stdout, stderr } = await runCli(['control-plane', file, '--unsigned']);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('2 problems');
    expect(stderr).toContain('Another process listens there.');
    // It was created, and reported as empty, before listening was tried.
    expect(existsSync(join(file, '../control-plane.db'))).toBe(false);
  });

  it.each([
    ['another file', 'hello', 'This is not a database of a control plane.'],
    ['nothing of the kind in JSON', '{}', 'This is not a database of a control plane.'],
  ])('leaves alone a database that is %s', async (_name, content, message) => {
    const file = configuration();
    const database = join(file, '../control-plane.db');
    writeFileSync(database, content.repeat(1000));
    const { status, stderr } = await runCli(['control-plane', file, '--unsigned']);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(readFileSync(database, 'utf8')).toBe(content.repeat(1000));
  });

  it('has a schema; if it differs: node scripts/write-schemas.mjs', () => {
    const published = readFileSync(join(repositoryRoot, 'schema/control-plane.schema.json'), 'utf8');
    expect(JSON.parse(published)).toEqual(controlPlaneJsonSchema());
  });
});

/** A database with a host in progress, and the answers to its first events. */
async function databaseOf(events: number, ...more: readonly OutboundEvent[]): Promise<string> {
  const path = join(temporaryFolder(), 'control-plane.db');
  const { running, address } = await startBench({ path });
  const rollout = manifest({ waves: [['web-01'], ['web-02']], soakMinutes: 0 });
  await running.release({ rollouts: [rollout], signedAt: null });
  const agent = new AgentClient(address, 'web-01');
  await agent.heartbeat();
  await agent.post(rollout.rolloutId, ...goodLife('web-01-r1').slice(0, events), ...more);
  await running.close();
  return path;
}

describe('trace', () => {
  it('shows the history of a host', async () => {
    const database = await databaseOf(3);
    const { status, stdout } = await runCli(['trace', 'web-01', '--database', database]);
    expect(status).toBe(0);
    expect(stdout).toContain('stable@r1  dispatched, to web-01-r1');
    expect(stdout).toContain('stable@r1  reported ActivationStarted');
    expect(stdout).toContain('stable@r1  Activating → Soaking');
  });

  it('asks one place: an address beside a database was ignored', async () => {
    const { stderr } = await runCli([
      'trace',
      'web-01',
      '--database',
      await databaseOf(0),
      '--url',
      'http://localhost',
    ]);
    expect(stderr).toContain('These cannot be combined.');
  });

  it('shows the history of a rollout', async () => {
    const { stdout } = await runCli(['trace', 'stable@r1', '--database', await databaseOf(1)]);
    expect(stdout).toMatch(/Z {2}opened with 2 hosts\n/);
    expect(stdout).toContain('web-02  held by wave-promotion: web-02 is in wave 1');
  });

  it('says that there is no history', async () => {
    const { status, stderr } = await runCli(['trace', 'web-09', '--database', await databaseOf(0)]);
    expect(status).toBe(1);
    expect(stderr).toContain('has nothing about a host or rollout of this name');
    const missing = join(temporaryFolder(), 'missing.db');
    expect((await runCli(['trace', 'web-09', '--database', missing])).stderr).toContain('There is no such file');
    expect(existsSync(missing)).toBe(false);
    expect((await runCli(['trace', 'web-09', '--url', 'http://127.0.0.1:1'])).stderr).toContain('cannot be reached');
  });
});

describe('replay', () => {
  it('replays the log of a database, and says what each host waits for', async () => {
    const { status, stdout } = await runCli(['replay', await databaseOf(2)]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\d+ inputs replayed; all decisions match the log\.$/m);
    expect(stdout).toContain('gate: web-02 is in wave 1');
    expect(stdout).toContain('working: web-01 is Activating.');
  });

  it('says of a host in a failed rollout that nothing more is dispatched, not that it waits for a wave', async () => {
    const failed = { type: 'ActivationFailed', exitCode: 1, stderrTail: '', failedAt: 0, seq: 3 } as const;
    const { stdout } = await runCli(['replay', await databaseOf(2, failed)]);
    expect(stdout).toContain('stopped: web-02 is Pending: stable@r1 is Failed, and dispatches nothing more.\n');
    expect(stdout).not.toContain('gate:');
  });

  it('names the first input with another decision', async () => {
    const database = await databaseOf(2);
    const { default: Database } = await import('libsql');
    const raw = new Database(database);
    raw.exec(
      `DROP TRIGGER events_are_never_changed; UPDATE events SET body = replace(body, 'Activating', 'Soaking') WHERE type = 'RecordTransition'`,
    );
    raw.close();
    const { status, stdout } = await runCli(['replay', database]);
    expect(status).toBe(2);
    expect(stdout).toMatch(
      /Input 3, EventReceived at \S+, leads to another decision\.\n {2}recorded: .*"to":"Soaking".*\n {2}decided: {2}.*"to":"Activating"/,
    );
  });

  it('reads an input log of another control plane', async () => {
    const store = await sqliteStore(await databaseOf(2));
    const inputs = await store.inputsAfter(0, 100);
    await store.close();
    expect(inputs.length).toBeGreaterThan(3);
    const log = join(temporaryFolder(), 'log.jsonl');
    const header = { format: 'nixfleet-control-plane-log', version: 1, config: {}, effects: ['RecordTransition'] };
    const tick = { at: 1, input: { type: 'PlanTick' }, effects: [] };
    writeFileSync(log, [header, tick].map((line) => JSON.stringify(line)).join('\n'));
    expect(await runCli(['replay', log])).toMatchObject({
      status: 0,
      stdout: '1 input replayed; all decisions match the log.\n',
    });
    const wrong = { ...tick, effects: [{ type: 'RecordTransition', host: 'web-01' }] };
    writeFileSync(log, [header, tick, wrong].map((line) => JSON.stringify(line)).join('\n'));
    expect(await runCli(['replay', log])).toMatchObject({ status: 2 });
    writeFileSync(log, [header, { at: 1, input: {} }].map((line) => JSON.stringify(line)).join('\n'));
    expect((await runCli(['replay', log])).stderr).toContain('line 2');
  });

  it('checks the transitions of a simulated run against the chart', async () => {
    const events = join(temporaryFolder(), 'events.jsonl');
    const scenario = join(repositoryRoot, 'examples/scenarios/deferred-hosts-without-an-operator.yaml');
    await runCli(['simulate', scenario, '--events', events]);
    const replayed = await runCli(['replay', events]);
    expect(replayed).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('every transition matches the chart') as string,
    });
    const text = readFileSync(events, 'utf8');
    writeFileSync(events, text.replace(/("HostTransition".*"from":"Pending","to":)"Activating"/, '$1"Soaking"'));
    expect(await runCli(['replay', events])).toMatchObject({
      status: 2,
      stdout: expect.stringContaining('from Pending to Soaking') as string,
    });
  });

  it('says what it reads', async () => {
    const { status, stderr } = await runCli(['replay', join(repositoryRoot, 'package.json')]);
    expect(status).toBe(1);
    expect(stderr).toContain('Give the database of a control plane');
  });
});
