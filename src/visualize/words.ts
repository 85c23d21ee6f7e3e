import type { GuardName, HealthFailurePolicy, HostEffect, HostTag } from '../machine/index.ts';
import type { HeldBy } from '../simulator/index.ts';
import type { RolloutGuardName, RolloutMachineEffect, RolloutTag } from '../rollout/index.ts';

const hostGuards: { readonly [Name in GuardName]: string } = {
  seqIsNewer: 'the event’s seq is greater than that of the last accepted event',
  policyRollsBack: 'the rollout policy is rollback-and-halt, and there is a closure to go back to',
  eventPolicyRollsBack: 'the policy in the event is rollback-and-halt, and there is a closure to go back to',
  closureIsTarget: 'the host runs the target closure',
  soakHasElapsed: 'the soak window is over, or there is none',
  enforceProbesPass: 'every enforce probe that has reported passes',
};

const rolloutGuards: { readonly [Name in RolloutGuardName]: string } = {
  hostFailed: 'the host is now Failed',
  hostReverted: 'the host is now Reverted',
  goesOn: 'it leads to a later wave',
  passesCursor: 'that wave is after the current one',
  clearanceIsDefined: 'the effect of a clearance is defined: never, so far',
};

const effects: { readonly [Type in (HostEffect | RolloutMachineEffect)['type']]: string } = {
  LocalFireSwitch: 'the agent starts the switch to the target closure',
  LocalFireRollbackTo: 'the agent rolls back to the closure at dispatch',
  LocalResetProbeCache: 'the agent discards all probe results and runs the probes again',
  LocalEmitEvent: 'the agent reports the event to the control plane',
  RemoteInsertQuarantine: 'the control plane never dispatches this closure on the channel again',
  RemoteAppendEventLog: 'the control plane appends the event to its log',
  RecordTransition: 'the change of state is recorded',
  RecordRolloutTransition: 'the change of state is recorded',
  UpdateCurrentWave: 'the current wave moves on',
};

const tags: { readonly [Name in HostTag | RolloutTag]: string } = {
  'ordering-eligible': 'does not hold others back',
  'in-flight': 'counts against a disruption budget',
  'at-end': 'the rollout is over for this host',
  'at-end-under-halt': 'under the policy halt, the rollout is over for this host',
  'terminal-for-ordering': 'dependent channels may start',
  dispatching: 'hosts may still be dispatched',
};

const policies: { readonly [Policy in HealthFailurePolicy]: string } = {
  'rollback-and-halt':
    'a failed host rolls back to its previous closure (unless it was Deferred), and the rollout dispatches nothing more',
  halt: 'a failed host stays on the release until someone acts, and the rollout dispatches nothing more',
};

/** What holds a host, as the heading of a list of hosts. */
const holds: { readonly [Held in HeldBy]: string } = {
  'rollout-stopped': 'The rollout stopped',
  heartbeat: 'Waits for its next heartbeat',
  'not-acknowledged': 'Has not acknowledged its dispatch',
  unreachable: 'Unreachable',
  activation: 'Switching',
  reboot: 'Waits for a reboot',
  soak: 'Soaking',
  probe: 'Waits for its probes',
  'wrong-closure': 'Runs another closure',
  'not-reported': 'Has not reported that it converged',
  rollback: 'Rolling back',
  quarantine: 'Its closure is quarantined',
  'channel-edges': 'Waits for another channel',
  'wave-promotion': 'Waits for an earlier wave',
  'wave-promotion-host-unstaged': 'Is in no wave',
  'host-edge': 'Waits for another host',
  'disruption-budget': 'Waits for room in a budget',
  'compliance-wave': 'Waits for probes of an earlier wave',
  extension: 'Held by an extension',
};

/** How a run ended, by the outcome in its file. */
const outcomes: Readonly<Record<string, string>> = {
  terminal: 'finished',
  'not-terminal': 'not finished',
  'invariant-broken': 'an invariant is broken',
  live: 'live',
};

const find = (words: Readonly<Record<string, string>>, name: string): string =>
  Object.hasOwn(words, name) ? (words[name] ?? name) : name;

/** Names in the charts, explained for newcomers. An unknown name is shown unchanged. */
export const guardWords = (name: string): string => find({ ...hostGuards, ...rolloutGuards }, name);
export const effectWords = (type: string): string => find(effects, type);
/** Short names of the effects that only one policy has. */
export const effectInShort = (type: string): string => find({ LocalFireRollbackTo: 'rolls back' }, type);
export const policyWords = (policy: HealthFailurePolicy): string => policies[policy];
export const tagWords = (name: string): string => find(tags, name);
export const heldByWords = (heldBy: HeldBy): string => holds[heldBy];
export const outcomeWords = (outcome: string): string => find(outcomes, outcome);
