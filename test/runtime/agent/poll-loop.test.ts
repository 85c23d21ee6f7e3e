import { expect, test } from 'vitest';
import type { AgentInputOf } from '../../../src/agent/index.ts';
import { agentManifest } from '../../../src/fleet/index.ts';
import { HostLink } from '../../../src/runtime/agent/link.ts';
import { pollForWork } from '../../../src/runtime/agent/poll-loop.ts';
import type { Clock } from '../../../src/runtime/shared/clock.ts';
import type { Dispatch } from '../../../src/wire/index.ts';
import { aRollout } from '../support/a-rollout.ts';

/** A clock whose pauses end immediately. */
const clock: Clock = {
  now: () => 1_000,
  elapsedMs: () => 1_000,
  after: (_, callback) => {
    queueMicrotask(callback);
    return () => {};
  },
};

/** Polls until each of these dispatches was answered. Returns the agent's inputs and the log. */
async function poll(dispatches: readonly Dispatch[]) {
  const rollout = aRollout({ targetClosure: 'signed' });
  const end = new AbortController();
  const fed: AgentInputOf<'Dispatch'>[] = [];
  const logged: string[] = [];
  const log = ({ code }: { readonly code: string }): unknown => logged.push(code);
  const left = [...dispatches];
  const notAsked = () => Promise.reject(new Error('only polls'));
  await pollForWork(
    {
      hostname: 'web-01',
      transport: {
        poll: () => {
          const dispatch = left.shift();
          if (dispatch === undefined) end.abort();
          return Promise.resolve({ answered: true, dispatch: dispatch ?? null });
        },
        postEvents: notAsked,
        heartbeat: notAsked,
        close: () => {},
      },
      manifests: {
        manifestOf: (rolloutId) => (rolloutId === rollout.rolloutId ? agentManifest(rollout, 'web-01') : null),
        all: () => [],
      },
      link: new HostLink(clock, log, () => 0),
      clock,
      log,
      retry: { firstMs: 1, capMs: 1, factor: 2 },
      feed: (dispatch) => fed.push(dispatch),
    },
    end.signal,
  );
  return { fed, logged };
}

const { rolloutId } = aRollout({ targetClosure: 'signed' });
const dispatch = { rolloutId, targetClosure: 'signed', soakDueAt: 9, dispatchedAt: 5 };

test('acts on a dispatch that matches the signed manifest', async () => {
  const { fed, logged } = await poll([dispatch]);
  expect(fed).toMatchObject([
    { type: 'Dispatch', manifest: { targetClosure: 'signed' }, soakDueAt: 9, dispatchedAt: 5 },
  ]);
  expect(logged).toEqual([]);
});

test('ignores a dispatch of another closure or an unsigned rollout, and logs each once', async () => {
  const other = { ...dispatch, targetClosure: 'another' };
  const unknown = { ...dispatch, rolloutId: 'stable@unsigned' };
  const { fed, logged } = await poll([other, other, unknown, unknown]);
  expect(fed).toEqual([]);
  expect(logged).toEqual(['dispatch-not-signed', 'dispatch-not-signed']);
});
