import { and, setup } from 'xstate';
import { effects, updates } from './actions.ts';
import type { HostEffect } from './effects.ts';
import type { HostEvent, RolloutPolicy } from './events.ts';
import { guards, type GuardName } from './guards.ts';
import { chartParts, type Rows } from './parts.ts';
import { draftOf, newPendingHost, type HostRolloutState, type HostState, type PendingHost } from './record.ts';

/** What a state means for the rest of the fleet. */
export type HostTag =
  /** It no longer blocks others. */
  | 'ordering-eligible'
  /** It counts against a disruption budget. */
  | 'in-flight'
  /** The rollout is over for this host. */
  | 'at-end'
  /** The rollout is over for this host when the policy is `halt`. */
  | 'at-end-under-halt';

/** The record of the host, and the policy of its rollout. */
export type HostContext = HostRolloutState & { readonly policy: RolloutPolicy };

/** The input of a machine: a dispatch, and the policy. */
export type HostInput = PendingHost & { readonly policy: RolloutPolicy };

/** Created once, because creating an error takes longer than a transition. */
const INPUT_MISSING = new Error(
  'hostRolloutMachine needs input: the fields that newPendingHost takes, and the policy.',
);

const parts = chartParts<HostContext, HostEvent, HostState, HostEffect>(draftOf, (context) => context.policy);

type HostRows = Rows<HostState, HostEvent, typeof updates & typeof effects>;
type ActionName = keyof typeof updates | keyof typeof effects;

/** The event is accepted and the host moves to `to`: the record first, then the effects in order. */
const go = <const To extends HostState, const Names extends readonly ActionName[]>(to: To, ...names: Names) => ({
  target: to,
  guard: 'seqIsNewer' as const,
  actions: [...names, 'accept' as const].map((type: Names[number] | 'accept') => ({ type, params: { to } })),
});

/** The event is accepted and the host stays in its state. */
const stay = <const Names extends readonly ActionName[]>(...names: Names) => ({
  guard: 'seqIsNewer' as const,
  actions: [...names, 'accept' as const].map((type: Names[number] | 'accept') => ({ type, params: { to: null } })),
});

/** `branch`, but only if these guards hold too. */
const when = <const Target extends HostState, Action>(
  names: readonly GuardName[],
  branch: { readonly target: Target; readonly actions: Action },
) => ({ target: branch.target, guard: and(['seqIsNewer', ...names]), actions: branch.actions });

/** In the order of checking; the first that fails determines the refusal. */
const mayConverge = ['closureIsTarget', 'soakHasElapsed', 'enforceProbesPass'] as const;

/**
 * The life of one host in one rollout (specification: host-machine). Agent and control plane run the same chart: the
 * agent with what happens (`Local…`), the control plane with what is reported (`Remote…`).
 *
 * Each row reads: event, target, fields written, then the effects in order. Events without a row are refused.
 */
export const hostRolloutMachine = setup({
  types: {
    context: {} as HostContext,
    events: {} as HostEvent,
    input: {} as HostInput,
    emitted: {} as HostEffect,
    tags: {} as HostTag,
  },
  guards: parts.guards(guards),
  actions: { ...parts.updates(updates), ...parts.effects(effects) },
}).createMachine({
  id: 'hostRollout',
  context: ({ input }) => {
    // The types require input, but XState's own `transition()` starts an actor without it on every call.
    if ((input as HostInput | undefined) === undefined) throw INPUT_MISSING;
    return { ...newPendingHost(input), policy: input.policy };
  },
  initial: 'Pending',
  states: {
    Pending: {
      description: 'A dispatch was issued; the agent has not acknowledged it.',
      on: {
        LocalActivate: go('Activating', 'acknowledgeDispatch', 'recordTransition', 'emitDurably', 'fireSwitch'),
        RemoteDispatchAck: go('Activating', 'acknowledgeDispatch', 'appendToLog', 'recordTransition'),
      } satisfies HostRows,
    },
    Activating: {
      description: 'The dispatch is acknowledged; the switch to the new closure is running or awaits confirmation.',
      tags: ['in-flight'],
      on: {
        LocalActivationStarted: stay('startActivation', 'emitDurably'),
        RemoteActivationStarted: stay('startActivation', 'appendToLog'),
        LocalActivationCompleted: go('Soaking', 'completeActivation', 'resetProbes', 'emitDurably', 'recordTransition'),
        RemoteActivationCompleted: go('Soaking', 'completeActivation', 'appendToLog', 'recordTransition'),
        LocalActivationDeferred: go('Deferred', 'emitDurably', 'recordTransition'),
        RemoteActivationDeferred: go('Deferred', 'appendToLog', 'recordTransition'),
        LocalActivationFailed: [
          when(
            ['policyRollsBack'],
            go('Failed', 'failActivation', 'applyPolicy', 'emitDurably', 'recordTransition', 'fireRollback'),
          ),
          go('Failed', 'failActivation', 'applyPolicy', 'emitDurably', 'recordTransition'),
        ],
        RemoteActivationFailed: go('Failed', 'failActivation', 'applyPolicy', 'appendToLog', 'recordTransition'),
      } satisfies HostRows,
    },
    Deferred: {
      description:
        'Profile and boot loader point at the new closure, but a running component could not be swapped. A reboot ' +
        'finishes it. Others may proceed; nothing has been health-checked yet.',
      tags: ['ordering-eligible'],
      on: {
        LocalActivationCompleted: go('Soaking', 'completeActivation', 'resetProbes', 'emitDurably', 'recordTransition'),
        RemoteActivationCompleted: go('Soaking', 'completeActivation', 'appendToLog', 'recordTransition'),
        LocalActivationFailed: go('Failed', 'failActivation', 'emitDurably', 'recordTransition'),
        RemoteActivationFailed: go('Failed', 'failActivation', 'appendToLog', 'recordTransition'),
      } satisfies HostRows,
    },
    Soaking: {
      description: 'The switch succeeded; probes run; the soak window is open.',
      tags: ['in-flight'],
      on: {
        LocalProbeTopologyDeclared: stay('emitDurably'),
        RemoteProbeTopologyDeclared: stay('appendToLog'),
        LocalProbeObservedFirst: stay('observeFirstProbe', 'emitLossily'),
        RemoteProbeObservedFirst: stay('observeFirstProbe', 'appendToLog'),
        LocalProbeResult: stay('storeProbeResult', 'emitLossily'),
        RemoteProbeResult: stay('storeProbeResult', 'appendToLog'),
        LocalProbeFailureFirst: stay('observeFirstFailure', 'emitLossily'),
        RemoteProbeFailureFirst: stay('observeFirstFailure', 'appendToLog'),
        LocalSustainedFailureCrossed: [
          when(['eventPolicyRollsBack'], go('Failed', 'failProbes', 'emitDurably', 'recordTransition', 'fireRollback')),
          go('Failed', 'failProbes', 'emitDurably', 'recordTransition'),
        ],
        RemoteFailed: go('Failed', 'failProbes', 'appendToLog', 'recordTransition'),
        LocalConvergedReached: when(mayConverge, go('Converged', 'converge', 'emitDurably', 'recordTransition')),
        RemoteConverged: when(mayConverge, go('Converged', 'converge', 'appendToLog', 'recordTransition')),
      } satisfies HostRows,
    },
    Converged: {
      description: 'The soak has elapsed, the enforce probes pass, and the host runs the target.',
      tags: ['ordering-eligible', 'at-end'],
      type: 'final',
    },
    Failed: {
      description: 'Activation failed, or enforce probes failed for long enough. The agent acts on the policy alone.',
      tags: ['at-end-under-halt'],
      on: {
        LocalRollbackCompleted: go('Reverted', 'revert', 'emitDurably', 'recordTransition'),
        RemoteRollbackComplete: go('Reverted', 'revert', 'appendToLog', 'insertQuarantine', 'recordTransition'),
      } satisfies HostRows,
    },
    Reverted: {
      description: 'The host is back on the closure that it had at dispatch; the bad closure is quarantined.',
      tags: ['at-end'],
      type: 'final',
    },
  },
});
