import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { agentSettings } from '../../../src/agent/index.ts';
import { FileOutbox } from '../../../src/runtime/agent/index.ts';
import { FAKE_SWITCH } from '../../../src/runtime/rehearse/fake-switch.ts';
import { RehearsedLink } from '../../../src/runtime/rehearse/host-link.ts';
import { RehearsedHost } from '../../../src/runtime/rehearse/rehearsed-host.ts';
import { RunClockDriver } from '../../../src/runtime/rehearse/run-clock.ts';
import type { OutboxEntry } from '../../../src/wire/index.ts';

function aHost(): RehearsedHost {
  const folder = mkdtempSync(join(tmpdir(), 'nixfleet-rehearsed-'));
  const clockPath = join(folder, 'clock');
  const clock = new RunClockDriver(clockPath, 1, 2, () => false);
  onTestFinished(() => {
    clock.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const setup = {
    hostname: 'web-01',
    time: { startAt: 0, speed: 1, clockPath, slot: 1, skewMs: 0, driftPpm: 0 },
    settings: agentSettings(),
    probes: [],
    requestTimeoutMs: 1000,
    longPollMs: 1000,
    workSecs: { switch: 1, rollback: 1, probe: 1 },
  };
  const nowhere = new RehearsedLink(() => null);
  return new RehearsedHost(
    clock,
    join(folder, 'host'),
    'old',
    setup,
    nowhere,
    () => {},
    () => {},
  );
}

function entryOf(seq: number, durable: boolean): OutboxEntry {
  const event = { type: 'DispatchAck', currentClosureAtDispatch: 'old', receivedAt: 0, seq } as const;
  return { rolloutId: 'stable@one', event, durable };
}

test('loses-tail leaves what was on disk, and half a line that the next agent tolerates', () => {
  const host = aHost();
  expect([host.atRisk, host.loseTail()]).toEqual([0, 0]);
  const outbox = new FileOutbox(join(host.folder, 'state'));
  outbox.open();
  for (const entry of [entryOf(1, false), entryOf(2, true), entryOf(3, false), entryOf(4, false)]) outbox.append(entry);
  outbox.close();
  expect(host.atRisk).toBe(2);
  expect(host.loseTail()).toBe(2);
  expect(host.atRisk).toBe(0);
  const next = new FileOutbox(join(host.folder, 'state'));
  expect(next.open().entries.map(({ event }) => event.seq)).toEqual([1, 2]);
  next.close();
});

// If a host's first release was deferred, so was the second, unlike in a simulation.
test('a switch fault strikes its own closure, as often as configured', () => {
  const host = aHost();
  host.plan('switch', 1, 'fail', '7', 'new-1');
  host.plan('rollback', null, 'fail', '9', null);
  host.plan('switch', 2, 'units', '4', null);
  // Nothing passes it the time here.
  const script = FAKE_SWITCH.replace('timeout 3600 cat', 'true');
  const exitCodeOf = (closure: string): number | null =>
    spawnSync('sh', ['-c', script, 'fake-switch', host.folder, closure, '1'], {
      env: { ...process.env, NIXFLEET_KIND: 'switch', NIXFLEET_ROLLOUT_ID: 'stable@r1' },
    }).status;
  expect(['new-2', 'new-1', 'new-1', 'new-1'].map(exitCodeOf)).toEqual([4, 7, 4, 0]);
  expect(
    host
      .switchLog()
      .map(([, what]) => what)
      .filter((what) => what?.startsWith('fault')),
  ).toEqual(['fault-units', 'fault-fail', 'fault-units']);
});
