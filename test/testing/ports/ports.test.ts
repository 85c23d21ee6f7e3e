import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, describe, expect, test } from 'vitest';

import { HttpTransport, systemClock, type Transport } from '../../../src/runtime/agent/index.ts';
import {
  activationConformance,
  outboxConformance,
  transportConformance,
  type PortCheck,
} from '../../../src/testing/node.ts';
import { repositoryRoot } from '../../support/repository.ts';

const root = mkdtempSync(join(tmpdir(), 'nixfleet-ports-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const makeFolder = () => mkdtempSync(join(root, 'port-'));

/** A module with a defective port, or the built-in one. */
function portsModule(wrong: string | null): URL {
  const path = join(makeFolder(), 'ports.mjs');
  const ports = pathToFileURL(join(repositoryRoot, 'test/runtime/support/agent-ports.mjs')).href;
  const text = `import { portsOf } from ${JSON.stringify(ports)};
export const { makeOutbox, makeActivation } = portsOf(${JSON.stringify(wrong)});
`;
  writeFileSync(path, text);
  return pathToFileURL(path);
}

/** Each starts dozens of processes, so only a sample without `NIGHTLY=1`. */
function sampleOf(names: readonly string[]): readonly string[] {
  return process.env['NIGHTLY'] === '1' ? names : names.slice(0, SAMPLE);
}

const SAMPLE = 1;
/** A busy machine starts processes slowly. */
const TIMEOUT_MS = 180_000;

const failuresOf = (checks: readonly PortCheck[]) => checks.filter(({ failure }) => failure !== null);

describe('the kit of outboxes', () => {
  test('passes the built-in one', { timeout: TIMEOUT_MS }, async () => {
    const checks = await outboxConformance({ module: portsModule(null), makeFolder });
    expect(failuresOf(checks)).toEqual([]);
    expect(checks.length).toBeGreaterThan(10);
  });

  const wrong = [
    'writes-at-close',
    'has-no-lock',
    'keeps-what-was-removed',
    'forgets-headers',
    'forgets-what-is-not-durable',
    'keeps-entries-of-a-forgotten-rollout',
  ];
  test.each(sampleOf(wrong))('finds one that %s', { timeout: TIMEOUT_MS }, async (wrong) => {
    const checks = await outboxConformance({ module: portsModule(wrong), makeFolder });
    expect(failuresOf(checks)).not.toEqual([]);
  });
});

describe('the kit of activations', () => {
  test('passes the built-in one', { timeout: TIMEOUT_MS }, async () => {
    expect(failuresOf(await activationConformance({ module: portsModule(null), makeFolder }))).toEqual([]);
  });

  const wrong = [
    'dies-with-its-agent',
    'has-no-lock',
    'never-forgets',
    'forgets-outcomes',
    'loses-exit-codes',
    'calls-everything-done',
  ];
  test.each(sampleOf(wrong))('finds one that %s', { timeout: TIMEOUT_MS }, async (wrong) => {
    const checks = await activationConformance({ module: portsModule(wrong), makeFolder });
    expect(failuresOf(checks)).not.toEqual([]);
  });
});

const shipped = (url: URL): Transport => new HttpTransport({ url, tls: null, clock: systemClock() });

/** The built-in transport with one answer changed. */
const changedPosts =
  (change: (deliveries: readonly { readonly outcome: string }[]) => readonly object[]) =>
  (url: URL): Transport => {
    const transport = shipped(url);
    return {
      postEvents: async (envelopes, signal) => {
        const posted = await transport.postEvents(envelopes, signal);
        return { ...posted, deliveries: change(posted.deliveries) as typeof posted.deliveries };
      },
      heartbeat: (heartbeat, signal) => transport.heartbeat(heartbeat, signal),
      poll: (hostname, signal) => transport.poll(hostname, signal),
      close: () => transport.close(),
    };
  };

const WRONG_TRANSPORTS: Readonly<Record<string, (url: URL) => Transport>> = {
  'takes everything as accepted': changedPosts((deliveries) => deliveries.map(() => ({ outcome: 'accepted' }))),
  'takes every failure as a refusal': changedPosts((deliveries) =>
    deliveries.map((each) =>
      each.outcome === 'accepted' ? each : { outcome: 'refused', refusal: { kind: 'Other', message: '' } },
    ),
  ),
  'never refuses': changedPosts((deliveries) =>
    deliveries.map((each) => (each.outcome === 'refused' ? { outcome: 'not-delivered', reason: '' } : each)),
  ),
  'says nothing of how long to wait': (url) => {
    const transport = shipped(url);
    return {
      postEvents: async (envelopes, signal) => ({
        ...(await transport.postEvents(envelopes, signal)),
        retryAfterMs: null,
      }),
      heartbeat: (heartbeat, signal) => transport.heartbeat(heartbeat, signal),
      poll: (hostname, signal) => transport.poll(hostname, signal),
      close: () => transport.close(),
    };
  },
  'polls for another host': (url) => {
    const transport = shipped(url);
    return {
      postEvents: (envelopes, signal) => transport.postEvents(envelopes, signal),
      heartbeat: (heartbeat, signal) => transport.heartbeat(heartbeat, signal),
      poll: (_, signal) => transport.poll('other', signal),
      close: () => transport.close(),
    };
  },
  'takes no answer to a heartbeat as an empty one': (url) => {
    const transport = shipped(url);
    return {
      postEvents: (envelopes, signal) => transport.postEvents(envelopes, signal),
      heartbeat: async (heartbeat, signal) => {
        const reply = await transport.heartbeat(heartbeat, signal);
        const answer = { replayFrom: null, bootstrapRollouts: [] };
        return reply.answered ? reply : { answered: true, answer, batchLimit: 1 };
      },
      poll: (hostname, signal) => transport.poll(hostname, signal),
      close: () => transport.close(),
    };
  },
};

describe('the kit of transports', () => {
  test('passes the built-in one', { timeout: TIMEOUT_MS }, async () => {
    expect(failuresOf(await transportConformance(shipped))).toEqual([]);
  });

  test.each(Object.keys(WRONG_TRANSPORTS))('finds one that %s', async (name) => {
    const make = WRONG_TRANSPORTS[name];
    if (make === undefined) throw new Error(name);
    expect(failuresOf(await transportConformance(make))).not.toEqual([]);
  });
});
