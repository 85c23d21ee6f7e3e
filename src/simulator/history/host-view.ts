import {
  isOrderingEligible,
  type HostState,
  type OutboundEvent,
  type ProbeMode,
  type ProbeStatus,
} from '../../machine/index.ts';
import { isDispatching, type RolloutState } from '../../rollout/index.ts';
import { enforceFailures } from '../enforce-failures.ts';
import type { RunEvent, RunHold } from '../run-events.ts';
import { asRunMs, type RunMs } from '../run-ms.ts';

/** The time for which a gate held a host; `untilRunMs` is `null` if it still does. */
export interface HeldBack {
  readonly hold: RunHold;
  readonly fromRunMs: RunMs;
  readonly untilRunMs: RunMs | null;
}

/** Why a host is in its state, if the state does not say everything. */
export type HostCause =
  | { readonly type: 'activation-failed'; readonly exitCode: number }
  | { readonly type: 'deferred'; readonly component: string }
  /** `failedRuns` counts the runs in a row that the first failing probe failed; `sustainedSecs` is the time since. */
  | {
      readonly type: 'probes-failed';
      readonly failingProbes: readonly string[];
      readonly failedRuns: number;
      readonly sustainedSecs: number;
    }
  /** It ran the target before it was dispatched. */
  | { readonly type: 'ran-it-already' }
  | { readonly type: 'rebooted'; readonly component: string }
  /** Its report of a failure could no longer be applied: a synthesized event had taken its number. */
  | { readonly type: 'failure-came-late'; readonly of: 'activation' | 'probes' }
  /** The reboot that its deferred activation waited for did not bring the target. */
  | { readonly type: 'boot-fell-back'; readonly component: string }
  /** The rollout stopped before the host was dispatched. */
  | { readonly type: 'not-dispatched'; readonly rolloutState: RolloutState };

/** The latest known result of a declared probe on the running closure. */
export interface ProbeView {
  readonly probeName: string;
  readonly mode: ProbeMode;
  readonly status: ProbeStatus | null;
  /** How many runs in a row have failed. */
  readonly failedRuns: number;
  /** How many failures the compliance gate counts in its last result. */
  readonly enforceFailures: number;
}

export interface DispatchView {
  readonly runMs: RunMs;
  readonly soakDueRunMs: RunMs | null;
}

/** A host in a rollout at some moment, according to the event log. `applyToHost` is the only writer. */
export interface HostView {
  /** In the control plane's copy of the host's machine. */
  state: HostState;
  sinceRunMs: RunMs;
  /**
   * The dispatch that is outstanding or in progress; `null` before, and after the control plane lost or withdrew it.
   */
  dispatch: DispatchView | null;
  /** The last dispatch, whatever its outcome. */
  dispatchedRunMs: RunMs | null;
  soakDueRunMs: RunMs | null;
  eligibleRunMs: RunMs | null;
  cause: HostCause | null;
  /** What it runs after a rollback. */
  revertedTo: string | null;
  /** Its rollback reported success and changed nothing. */
  rollbackLied: boolean;
  closureAtDispatch: string | null;
  /**
   * The closure that the last activation reported, or that the host was booted or switched to since; `null` before the
   * first activation.
   */
  observedClosure: string | null;
  observedSinceRunMs: RunMs;
  probes: readonly ProbeView[];
  heldBack: readonly HeldBack[];
  /** Since when the control plane has considered it unreachable. */
  unreachableSinceRunMs: RunMs | null;
  /** Since when its machine has been off. */
  offSinceRunMs: RunMs | null;
  hasJoined: boolean;
  rollbackFailures: number;
  /** When its current soak began, according to the host. */
  soakingSinceRunMs: RunMs | null;
  /** How long it actually soaked; `null` if it did not converge, or had nothing to do. */
  soakedMs: number | null;
}

/** Limit on the holds kept for a host; beyond it, only the newest are kept. */
const MAX_HELD_BACK = 64;

const NONE: readonly never[] = [];

export function newHostView(): HostView {
  return {
    state: 'Pending',
    sinceRunMs: asRunMs(0),
    dispatch: null,
    dispatchedRunMs: null,
    soakDueRunMs: null,
    eligibleRunMs: null,
    cause: null,
    revertedTo: null,
    rollbackLied: false,
    closureAtDispatch: null,
    observedClosure: null,
    observedSinceRunMs: asRunMs(0),
    probes: NONE,
    heldBack: NONE,
    unreachableSinceRunMs: null,
    offSinceRunMs: null,
    hasJoined: true,
    rollbackFailures: 0,
    soakingSinceRunMs: null,
    soakedMs: null,
  };
}

/** The gate that holds the host at this moment. */
export function openHold({ heldBack }: HostView): HeldBack | null {
  const last = heldBack.at(-1);
  return last === undefined || last.untilRunMs !== null ? null : last;
}

/** Applies an event about this host or its rollout. Other events change nothing. */
export function applyToHost(view: HostView, event: RunEvent): void {
  const { runMs } = event;
  switch (event.type) {
    case 'RolloutOpened':
      // Reopened: the control plane has lost its database, and every host is Pending until it reports.
      letGo(view, runMs);
      view.dispatch = null;
      view.state = 'Pending';
      view.sinceRunMs = runMs;
      return;
    case 'RolloutTransition':
      if (isDispatching(event.to)) return;
      letGo(view, runMs);
      if (view.state === 'Pending' && view.dispatch === null)
        view.cause = { type: 'not-dispatched', rolloutState: event.to };
      return;
    case 'HostDispatched':
      letGo(view, runMs);
      view.dispatchedRunMs = runMs;
      view.rollbackLied = false;
      view.soakDueRunMs = event.soakDueRunMs;
      view.dispatch = { runMs, soakDueRunMs: event.soakDueRunMs };
      return;
    case 'DispatchWithdrawn':
      view.dispatch = null;
      return;
    case 'HostHeld':
      letGo(view, runMs);
      view.dispatch = null;
      // Not a spread, after which V8 reserves room for 16 more.
      view.heldBack = view.heldBack
        .slice(1 - MAX_HELD_BACK)
        .concat({ hold: event.hold, fromRunMs: runMs, untilRunMs: null });
      return;
    case 'HostTransition':
      return move(view, event.to, runMs);
    case 'RecordTakenOver':
      return move(view, event.state, runMs);
    case 'EventAccepted':
      return applyAccepted(view, event.event, runMs);
    case 'EventDropped':
      if (event.outcome !== 'duplicate' && (event.eventType === 'ActivationFailed' || event.eventType === 'Failed'))
        view.cause = { type: 'failure-came-late', of: event.eventType === 'Failed' ? 'probes' : 'activation' };
      return;
    case 'AgentTransition':
      if (event.to === 'Soaking') view.soakingSinceRunMs = runMs;
      else if (event.to === 'Converged' && event.from !== 'Pending')
        view.soakedMs = event.from === 'Soaking' ? runMs - (view.soakingSinceRunMs ?? runMs) : 0;
      return;
    case 'HostUnreachable':
      view.unreachableSinceRunMs ??= runMs;
      return;
    case 'HostReachable':
      view.unreachableSinceRunMs = null;
      return;
    case 'AgentBooted':
      view.hasJoined = true;
      // A reboot may start a closure other than the one that was activated.
      if (view.observedClosure !== null) observe(view, event.closure, runMs);
      view.offSinceRunMs = null;
      return;
    case 'Fault':
      if (event.fault === 'offline' || event.fault === 'reboot') view.offSinceRunMs ??= runMs;
      else if (event.fault === 'late-host') view.hasJoined = false;
      else if (event.fault === 'rollback-fails') view.rollbackFailures += 1;
      else if (event.fault === 'rollback-lies') view.rollbackLied ||= !isAtRest(view.state);
      else if (event.fault === 'switched-by-hand' && view.observedClosure !== null)
        observe(view, event.params.closure, runMs);
      return;
    default:
      return;
  }
}

/** Nothing of this rollout is under way on the host. */
const isAtRest = (state: HostState): boolean => state === 'Pending' || state === 'Converged' || state === 'Reverted';

function letGo(view: HostView, runMs: RunMs): void {
  const open = openHold(view);
  if (open === null) return;
  const { hold, fromRunMs } = open;
  view.heldBack = view.heldBack.with(view.heldBack.length - 1, { hold, fromRunMs, untilRunMs: runMs });
}

function move(view: HostView, to: HostState, runMs: RunMs): void {
  if (view.state === 'Pending') letGo(view, runMs);
  if (to === 'Converged') {
    view.cause = whyConverged(view);
    view.rollbackLied = false;
  }
  // After a lost database, a host that was reverted may converge.
  if (to !== 'Failed' && to !== 'Reverted') view.revertedTo = null;
  view.state = to;
  view.sinceRunMs = runMs;
  if (isOrderingEligible(to)) view.eligibleRunMs ??= runMs;
}

function whyConverged({ dispatchedRunMs, cause }: HostView): HostCause | null {
  if (dispatchedRunMs === null) return { type: 'ran-it-already' };
  return cause?.type === 'deferred' ? { type: 'rebooted', component: cause.component } : null;
}

function observe(view: HostView, closure: string, runMs: RunMs): void {
  if (view.observedClosure !== closure) view.observedSinceRunMs = runMs;
  view.observedClosure = closure;
}

function applyAccepted(view: HostView, event: OutboundEvent, runMs: RunMs): void {
  switch (event.type) {
    case 'DispatchAck':
      view.closureAtDispatch = event.currentClosureAtDispatch;
      return;
    case 'ActivationCompleted':
      observe(view, event.observedCurrentClosure, runMs);
      view.probes = view.probes.map((probe) => ({ ...probe, status: null, failedRuns: 0, enforceFailures: 0 }));
      return;
    case 'ActivationDeferred':
      view.cause = { type: 'deferred', component: event.component };
      return;
    case 'ActivationFailed':
      view.cause =
        view.state === 'Deferred' && view.cause?.type === 'deferred'
          ? { type: 'boot-fell-back', component: view.cause.component }
          : { type: 'activation-failed', exitCode: event.exitCode };
      return;
    case 'ProbeTopologyDeclared':
      view.probes = event.probes.map(({ probeName, mode }) => ({
        probeName,
        mode,
        status: null,
        failedRuns: 0,
        enforceFailures: 0,
      }));
      return;
    case 'ProbeResult': {
      const { probeName, mode, status } = event;
      const at = view.probes.findIndex((probe) => probe.probeName === probeName);
      const known = view.probes[at];
      const failures = enforceFailures(event);
      const isRepeated = status === 'pass' && known?.status === 'pass' && known.mode === mode;
      // Nearly all results repeat the previous one.
      if (known === undefined || (isRepeated && known.enforceFailures === failures)) return;
      const failedRuns = status === 'fail' ? known.failedRuns + 1 : 0;
      view.probes = view.probes.with(at, { probeName, mode, status, failedRuns, enforceFailures: failures });
      return;
    }
    case 'Failed': {
      const { failingProbes, sustainedDurationSecs: sustainedSecs } = event;
      const failedRuns = view.probes.find(({ probeName }) => probeName === failingProbes[0])?.failedRuns ?? 0;
      view.cause = { type: 'probes-failed', failingProbes, failedRuns, sustainedSecs };
      return;
    }
    case 'RollbackComplete':
      view.revertedTo = event.revertedToClosure;
      return;
    case 'ActivationStarted':
    case 'ProbeObservedFirst':
    case 'ProbeFailureFirst':
    case 'Converged':
      return;
  }
}
