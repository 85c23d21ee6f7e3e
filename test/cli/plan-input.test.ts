import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { manifest } from '../control-plane/support/manifests.ts';
import { fleetText } from '../plan/support/plan-fleets.ts';
import { AgentClient, goodLife } from '../runtime/support/agent-client.ts';
import { startBench, temporaryFolder } from '../runtime/support/control-plane-bench.ts';
import { runCli } from '../support/run-cli.ts';

/** A control plane with one host soaking on the release and another waiting for it, and the fleet file. */
async function rolloutUnderWay() {
  const folder = temporaryFolder();
  const [database, fleet] = [join(folder, 'control-plane.db'), join(folder, 'fleet.json')];
  const { running, address } = await startBench({ path: database, operator: {} });
  const rollout = manifest({ waves: [['web-01'], ['web-02']], soakMinutes: 10 });
  await running.release({ rollouts: [rollout], signedAt: null });
  const agent = new AgentClient(address, 'web-01');
  await agent.heartbeat();
  await agent.post(rollout.rolloutId, ...goodLife('web-01-r1').slice(0, 3));
  writeFileSync(fleet, fleetText({ channels: { stable: [['web-01'], ['web-02']] }, release: 'r1' }));
  return { running, operator: running.operatorAddress ?? '', database, fleet, folder };
}

const CONTINUES = 'The rollout continues from what the control plane knows: 1 host Pending, 1 host Soaking.';

test('a plan continues alike from the address, the status or the database of a control plane', async () => {
  const { running, operator, database, fleet, folder } = await rolloutUnderWay();
  const planFrom = (from: string) => runCli(['plan', fleet, '--from', from, '--runs', '1']);
  const byAddress = await planFrom(operator);
  // Hosts already under way were switched by this rollout and have soaked.
  for (const wrong of ['0s of', 'it never gets', 'ran-it-already', 'deferred-canary'])
    expect(byAddress.stdout).not.toContain(wrong);
  expect(byAddress).toMatchObject({ status: 0, stderr: '' });
  expect(byAddress.stdout.replaceAll(/\s+/g, ' ')).toContain(CONTINUES);
  const file = join(folder, 'status.json');
  writeFileSync(file, (await runCli(['status', '--json', '--url', operator])).stdout);
  await running.close();
  expect((await planFrom(file)).stdout).toBe(byAddress.stdout);
  expect((await planFrom(database)).stdout).toBe(byAddress.stdout);
});

test('a scenario, a log and a picture are called what they are, and not a fleet file with mistakes', async () => {
  const folder = temporaryFolder();
  const fleet = 'examples/fleets/tuesday.json';
  const files: readonly (readonly [string, string, string])[] = [
    ['scenario.yaml', 'fleet: { hosts: 3 }\n', 'This is a scenario, not a fleet.'],
    ['log.jsonl', '{"format":"nixfleet-statechart-events","version":2}\n{}\n', 'This is an event log, not a fleet.'],
    ['picture.json', '\u0089PNG\0', 'This is not UTF-8 text.\n    Give a fleet.resolved.json.'],
  ];
  for (const [name, text, what] of files) {
    const file = join(folder, name);
    writeFileSync(file, text);
    const refused = await runCli(['plan', file, '--runs', '1']);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(`cannot be used: 1 problem.\n  ${file}\n    ${what}\n`);
    if (name === 'log.jsonl') continue;
    const from = await runCli(['plan', fleet, '--from', file, '--runs', '1']);
    expect(from.stderr).toContain(`  --from ${file}\n    ${what}\n`);
  }
  const typed = await runCli(['plan', '-', '--runs', '1'], { stdin: '{ "fleet": { "hosts": 3 } }' });
  expect(typed.stderr).toContain('  standard input\n    This is a scenario, not a fleet.\n');
});

test('a silent control plane and another kind of status are refused in a sentence', async () => {
  const fleet = 'examples/fleets/tuesday.json';
  const silent = await runCli(['plan', fleet, '--from', 'http://127.0.0.1:1', '--runs', '1']);
  expect(silent.status).toBe(1);
  expect(silent.stderr).toContain('--from http://127.0.0.1:1\n');
  const folder = temporaryFolder();
  const status = join(folder, 'status.json');
  for (const hosts of ['{}', '[{}]', '[{"record":{"state":"Lost"}}]']) {
    writeFileSync(status, `{"at":1,"hosts":${hosts}}`);
    const refused = await runCli(['plan', fleet, '--from', status, '--runs', '1']);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('status --json');
  }
});
