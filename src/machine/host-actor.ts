import { hostRolloutMachine, type HostContext } from './host-rollout.machine.ts';
import type { RolloutPolicy } from './events.ts';
import { draftOf, type HostRolloutState } from './record.ts';

/**
 * A snapshot from which an actor of the machine continues at `record`:
 * `createActor(hostRolloutMachine, { snapshot: snapshotOfRecord(record, policy), input })`.
 */
export const snapshotOfRecord = (record: HostRolloutState, policy: RolloutPolicy) =>
  hostRolloutMachine.resolveState({ value: record.state, context: { ...record, policy } });

/** The record in a snapshot of the machine: its context without the policy. */
export const recordOfSnapshot = (snapshot: { readonly context: HostContext }): HostRolloutState =>
  draftOf(snapshot.context);
