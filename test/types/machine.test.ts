import { expect, test } from 'vitest';
import { createActor } from 'xstate';
import type { effects, updates } from '../../src/machine/actions.ts';
import type { Effect, HostEffect, LocalEffect, SharedEffect } from '../../src/machine/effects.ts';
import type { EventOf, HostEvent, OutboundEvent } from '../../src/machine/events.ts';
import { guardRefusals, guards } from '../../src/machine/guards.ts';
import { hostRolloutMachine } from '../../src/machine/host-rollout.machine.ts';
import type { PartFor } from '../../src/machine/parts.ts';
import { newPendingHost, type HostRolloutState, type HostState } from '../../src/machine/record.ts';
import type { Refusal } from '../../src/machine/refusals.ts';
import { step } from '../../src/machine/step.ts';
import { stepRollout, type RolloutEvent, type RolloutRecord } from '../../src/rollout/index.ts';

type ActionFor<Type extends HostEvent['type']> =
  | PartFor<typeof updates, EventOf<Type>>
  | PartFor<typeof effects, EventOf<Type>>;

/** A handler for each effect that an agent performs: one that is missing, or one too many, does not compile. */
type AgentHandlers = { readonly [E in LocalEffect | SharedEffect as E['type']]: (effect: E) => void };

/** Wrong programs, kept to prove that they do not compile. None is ever run. */
export function wrongPrograms(
  record: HostRolloutState,
  event: HostEvent,
  rollout: RolloutRecord,
  happened: RolloutEvent,
) {
  const policy = { onHealthFailure: 'halt' } as const;

  // @ts-expect-error an event without seq
  const unnumbered: HostEvent = { type: 'LocalActivationStarted', startedAt: 1, switchMethod: 'switch' };
  // @ts-expect-error an event that lacks one of its own fields
  const incomplete: HostEvent = { type: 'RemoteConverged', convergedAt: 1, seq: 1 };
  const ack = { type: 'RemoteDispatchAck', currentClosureAtDispatch: '', receivedAt: 1, seq: 1 } as const;
  // @ts-expect-error a field that only the agent's own event has
  const foreign: HostEvent = { ...ack, soakDueAt: 1 };
  // @ts-expect-error an event that does not exist
  const unknown: HostEvent = { type: 'LocalRebooted', seq: 1 };
  // @ts-expect-error an absent value is null, and never left out
  const absent: HostEvent = {
    type: 'LocalProbeResult',
    probeName: 'a',
    mode: 'enforce',
    status: 'pass',
    observedAt: 1,
    subResults: null,
    seq: 1,
  };
  // @ts-expect-error a mode that does not exist
  const mode: EventOf<'LocalProbeObservedFirst'>['mode'] = 'warn';

  // @ts-expect-error a record's field is never assigned to
  record.state = 'Failed';
  // @ts-expect-error nor is what it holds
  record.probes['http'] = { status: 'pass', mode: 'enforce', lastObservedAt: 1, lastPassAt: 1, failureReason: null };
  // @ts-expect-error nor a field of a rollout
  rollout.currentWave = 2;
  // @ts-expect-error a state that does not exist
  const state: HostState = 'Rebooting';
  // @ts-expect-error a host begins with all that its dispatch fixes
  newPendingHost({ rolloutId: 'a@b', hostname: 'h', channel: 'a', targetClosure: 't', dispatchedAt: 1 });

  // @ts-expect-error an action on a row whose event does not have what it needs
  const converge: ActionFor<'LocalActivationStarted'> = 'converge';
  // @ts-expect-error an effect on a row whose event does not move the host
  const transition: ActionFor<'LocalProbeResult'> = 'recordTransition';
  // @ts-expect-error an action that does not exist
  const reboot: ActionFor<'LocalActivate'> = 'reboot';

  const result = step(record, event, 0, policy);
  // @ts-expect-error the new record, without asking whether there is one
  const next: HostRolloutState = result.state;
  // @ts-expect-error the refusal of an event that was accepted
  const error = result.ok ? result.error : null;
  // @ts-expect-error the effects are not the caller's to change
  if (result.ok) result.effects.push({ type: 'LocalResetProbeCache', rolloutId: 'a@b' });
  // @ts-expect-error a step without a policy
  step(record, event, 0);
  // @ts-expect-error a rollout's event on a host
  step(record, happened, 0, policy);
  // @ts-expect-error a host's event on a rollout
  stepRollout(rollout, event, 0);

  const handlers: AgentHandlers = {
    LocalFireSwitch: ({ target }) => target,
    LocalFireRollbackTo: ({ closure }) => closure,
    LocalResetProbeCache: () => {},
    LocalEmitEvent: ({ payload }) => payload,
    RecordTransition: ({ from, to }) => [from, to],
    EmitMetric: () => {},
    EmitLog: () => {},
  };
  const { LocalFireRollbackTo: _, ...withoutRollback } = handlers;
  // @ts-expect-error a handler that is missing
  const missing: AgentHandlers = withoutRollback;
  // @ts-expect-error a handler of the other side's effect
  const both: AgentHandlers = { ...withoutRollback, LocalFireRollbackTo: () => {}, RemoteInsertQuarantine: () => {} };
  // @ts-expect-error an effect that only the control plane's runtime uses is none of the machine's
  const queue: HostEffect['type'] = 'RemoteQueueDispatch';
  // @ts-expect-error a quarantine without its channel
  const quarantine: Effect = { type: 'RemoteInsertQuarantine', closure: 't' };
  // @ts-expect-error a report that is not one
  const report: OutboundEvent = { type: 'LocalActivate', seq: 1 };
  // @ts-expect-error a condition of converging that does not exist
  const refusal: Refusal = { kind: 'Invariant', invariant: 'too-warm', rolloutId: 'a@b', hostname: 'h', message: '' };

  // @ts-expect-error a guard asked about an event that it does not read
  guards.closureIsTarget(record, { type: 'LocalActivationStarted', startedAt: 1, switchMethod: '', seq: 1 });
  // @ts-expect-error a guard without a refusal, asked for one
  const silent = guardRefusals.policyRollsBack;
  // @ts-expect-error an actor without input
  createActor(hostRolloutMachine);
  // @ts-expect-error an actor whose input lacks the policy
  createActor(hostRolloutMachine, { input: record });
  // @ts-expect-error an event that the chart does not know
  createActor(hostRolloutMachine, { input: { ...record, policy } }).send({ type: 'Reboot' });

  const kept = [
    unnumbered,
    incomplete,
    foreign,
    unknown,
    absent,
    mode,
    state,
    converge,
    transition,
    reboot,
    next,
    error,
  ];
  return [kept, missing, both, queue, quarantine, report, refusal, silent];
}

/** An exhaustive switch: with a case less, the last line does not compile. */
export function nameOf(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'SeqRegression':
    case 'IllegalForState':
      return refusal.kind;
    default:
      // @ts-expect-error the case of Invariant is missing
      return refusal satisfies never;
  }
}

test('the wrong programs are kept, for the compiler to refuse', () => {
  expect(wrongPrograms).toBeTypeOf('function');
});
