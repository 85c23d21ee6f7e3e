import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createActor } from 'xstate';
import { getSimplePaths as fromFrozenPackage } from '@xstate/graph';
import { getSimplePaths } from 'xstate/graph';
import { recordOfSnapshot, snapshotOfRecord } from '../../src/machine/host-actor.ts';
import { hostRolloutMachine } from '../../src/machine/host-rollout.machine.ts';
import { newPendingHost } from '../../src/machine/record.ts';
import { generatePaths } from '../../src/testing/index.ts';
import { aDispatch, aHost, aSoakingHost, HALT, ROLLBACK } from '../support/a-host.ts';
import { hostRolloutState, rolloutPolicy } from '../support/arbitraries.ts';

const input = { ...aDispatch, policy: ROLLBACK };

describe('the host chart as an XState actor', () => {
  it('begins Pending, with the record that newPendingHost makes', () => {
    const snapshot = createActor(hostRolloutMachine, { input }).start().getSnapshot();
    expect(snapshot.value).toBe('Pending');
    expect(recordOfSnapshot(snapshot)).toEqual(newPendingHost(aDispatch));
    expect(snapshot.context.policy).toBe(ROLLBACK);
  });

  it('shows its effects the XState way, each under its name', () => {
    const actor = createActor(hostRolloutMachine, { input });
    const switched: string[] = [];
    actor.on('LocalFireSwitch', ({ target }) => switched.push(target));
    actor.start();
    actor.send({
      type: 'LocalActivate',
      currentClosureAtDispatch: 'old',
      targetClosure: 'new',
      soakDueAt: null,
      receivedAt: 2_000,
      seq: 1,
    });
    expect(switched).toEqual(['new']);
    expect(actor.getSnapshot().value).toBe('Activating');
  });

  it('can say what it would take', () => {
    const snapshot = snapshotOfRecord(aSoakingHost(), HALT);
    const converged = { type: 'LocalConvergedReached', convergedAt: 10_000, currentClosure: 'new', seq: 6 } as const;
    expect(snapshot.can(converged)).toBe(true);
    expect(snapshot.can({ ...converged, seq: 5 })).toBe(false);
    expect(snapshot.can({ ...converged, currentClosure: 'other' })).toBe(false);
  });

  it('starts from any record, and gives it back', () => {
    fc.assert(
      fc.property(hostRolloutState, rolloutPolicy, (record, policy) => {
        const snapshot = snapshotOfRecord(record, policy);
        const actor = createActor(hostRolloutMachine, { snapshot, input: { ...record, policy } }).start();
        expect(actor.getSnapshot().value).toBe(record.state);
        expect(recordOfSnapshot(actor.getSnapshot())).toEqual(record);
        actor.stop();
      }),
    );
  });

  it('says what it needs, when it is run without input', () => {
    // @ts-expect-error the input is missing
    const snapshot = createActor(hostRolloutMachine).getSnapshot();
    expect(snapshot).toMatchObject({ status: 'error', error: { message: expect.stringContaining('newPendingHost') } });
  });

  it('has its name, and describes every state in whole sentences', () => {
    expect(hostRolloutMachine.id).toBe('hostRollout');
    for (const { description } of Object.values(hostRolloutMachine.states)) expect(description).toMatch(/^[A-Z].*\.$/);
  });

  it('is done at the two ends that nothing leads away from', () => {
    const status = (state: 'Converged' | 'Reverted' | 'Failed') => snapshotOfRecord(aHost({ state }), HALT).status;
    expect([status('Converged'), status('Reverted'), status('Failed')]).toEqual(['done', 'done', 'active']);
  });
});

describe('the two packages that find paths', () => {
  it('find the same ones in the chart', () => {
    const [path] = generatePaths({
      criterion: { kind: 'full', name: 'validTransitions' },
      side: 'agent',
      onHealthFailure: 'halt',
    }).paths;
    const events = path?.steps.map(({ event }) => event) ?? [];
    const names = (paths: readonly { readonly steps: readonly { readonly event: { readonly type: string } }[] }[]) =>
      paths.map(({ steps }) => steps.map(({ event }) => event.type).join(' '));
    const options = {
      input,
      events,
      limit: 1_000,
      filterEvents: (snapshot: { can: (event: never) => boolean }, event: unknown) => snapshot.can(event as never),
    };
    const found = names(getSimplePaths(hostRolloutMachine, options));
    expect(names(fromFrozenPackage(hostRolloutMachine, options))).toEqual(found);
    expect(found.length).toBeGreaterThan(5);
  });
});
