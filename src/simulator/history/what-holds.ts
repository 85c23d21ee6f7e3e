import type { GateName } from '../../control-plane/index.ts';
import { isAtEnd, type HostState } from '../../machine/index.ts';
import { isDispatching, type RolloutState } from '../../rollout/index.ts';
import type { RunHold } from '../run-events.ts';
import { asRunMs, type RunMs } from '../run-ms.ts';
import { openHold, type HostView } from './host-view.ts';
import type { Moment } from './moment.ts';
import type { HostTrack, RolloutTrack } from './run-history.ts';

/** A gate holds the host. */
export type GateBlocker = {
  readonly [Gate in GateName]: { readonly heldBy: Gate; readonly hold: RunHold & { readonly gate: Gate } };
}[GateName];

/** What holds a host that is not at an end, as data. `blockerWords` makes the sentence. */
export type Blocker =
  | GateBlocker
  /** `null`: it is not open, and was never released or has to wait for its first pass. */
  | { readonly heldBy: 'rollout-stopped'; readonly rolloutState: RolloutState | null }
  | { readonly heldBy: 'not-planned' }
  | { readonly heldBy: 'not-acknowledged' }
  | { readonly heldBy: 'unreachable'; readonly why: 'off' | 'not-joined' | 'silent' }
  | { readonly heldBy: 'activation'; readonly targetClosure: string }
  | { readonly heldBy: 'reboot'; readonly component: string | null }
  | { readonly heldBy: 'soak' }
  | { readonly heldBy: 'probe'; readonly probeName: string; readonly status: 'fail' | 'silent' }
  | { readonly heldBy: 'wrong-closure'; readonly closure: string; readonly targetClosure: string }
  /** Nothing known prevents it from converging, but it has not reported that it has. */
  | { readonly heldBy: 'not-reported' }
  | { readonly heldBy: 'rollback'; readonly closure: string | null; readonly hasFailed: boolean };

/** What keeps a host from moving on. */
export type HeldBy = Blocker['heldBy'];

/** One host that is not at an end, and what holds it at some moment. */
export interface Holding {
  readonly hostname: string;
  readonly rolloutId: string;
  readonly state: HostState;
  readonly blocker: Blocker;
  /** Since when this holds it. */
  readonly sinceRunMs: RunMs;
  /** When it ends by itself; `null` where that is not certain. */
  readonly untilRunMs: RunMs | null;
  /** The earliest time at which it can end, where that is known. */
  readonly notBeforeRunMs: RunMs | null;
}

/** What holds each host of the newest releases that is not at an end, at a moment. */
export function whatIsHeld(moment: Moment): readonly Holding[] {
  return moment.newestRollouts.flatMap((rollout) =>
    rollout.hosts.flatMap((host) => whatHolds(moment, rollout, host) ?? []),
  );
}

/** Chains of causes ask for the same hosts again and again. */
const known = new WeakMap<Moment, Map<HostTrack, Holding | null>>();

/** What holds one host at a moment; `null` if it is at an end. */
export function whatHolds(moment: Moment, rollout: RolloutTrack, host: HostTrack): Holding | null {
  let holdings = known.get(moment);
  if (holdings === undefined) known.set(moment, (holdings = new Map()));
  let holding = holdings.get(host);
  if (holding === undefined) holdings.set(host, (holding = findHolding(moment, rollout, host)));
  return holding;
}

function findHolding(moment: Moment, rollout: RolloutTrack, host: HostTrack): Holding | null {
  const view = moment.viewOf(host);
  const { onHealthFailure, rolloutId } = rollout.rollout;
  if (isAtEnd(view.state, onHealthFailure ?? 'halt')) return null;
  const found = blockerOf(moment, rollout, host, view);
  return {
    hostname: host.hostname,
    rolloutId,
    state: view.state,
    blocker: found.blocker,
    sinceRunMs: found.sinceRunMs,
    untilRunMs: found.untilRunMs ?? null,
    notBeforeRunMs: found.notBeforeRunMs ?? null,
  };
}

interface Found {
  readonly blocker: Blocker;
  readonly sinceRunMs: RunMs;
  readonly untilRunMs?: RunMs | null;
  readonly notBeforeRunMs?: RunMs | null;
}

function blockerOf(moment: Moment, rollout: RolloutTrack, host: HostTrack, view: Readonly<HostView>): Found {
  const { sinceRunMs } = view;
  const standing = moment.rolloutAt(rollout);
  const rolloutState = standing?.state ?? null;
  if (
    rolloutState === 'Superseded' ||
    (view.state === 'Pending' && view.dispatch === null && !mayDispatch(rolloutState))
  )
    return {
      blocker: { heldBy: 'rollout-stopped', rolloutState },
      sinceRunMs: standing?.runMs ?? rollout.releasedRunMs ?? asRunMs(0),
    };
  const isWithControlPlane = view.state === 'Pending' && view.dispatch === null;
  const unreachable = isWithControlPlane ? null : unreachableOf(view);
  if (unreachable !== null) return unreachable;
  switch (view.state) {
    case 'Pending':
      return pendingBlocker(moment, rollout, host, view);
    case 'Activating':
      return { blocker: { heldBy: 'activation', targetClosure: host.targetClosure }, sinceRunMs };
    case 'Deferred':
      return {
        blocker: { heldBy: 'reboot', component: view.cause?.type === 'deferred' ? view.cause.component : null },
        sinceRunMs,
      };
    case 'Soaking':
      return soakingBlocker(host, view, moment.time);
    case 'Failed':
      return {
        blocker: { heldBy: 'rollback', closure: view.closureAtDispatch, hasFailed: view.rollbackFailures > 0 },
        sinceRunMs,
      };
    case 'Converged':
    case 'Reverted':
      throw new Error(`${host.hostname} is ${view.state}, which is an end.`);
  }
}

const mayDispatch = (state: RolloutState | null): boolean => state !== null && isDispatching(state);

/** Anything else it waits for can only happen, or be reported, once it is reachable again. */
function unreachableOf(view: Readonly<HostView>): Found | null {
  const { hasJoined, offSinceRunMs, unreachableSinceRunMs, dispatch } = view;
  // It holds nothing up before there is something for it to do.
  const from = (runMs: RunMs): RunMs => asRunMs(Math.max(runMs, dispatch?.runMs ?? 0));
  if (!hasJoined) return { blocker: { heldBy: 'unreachable', why: 'not-joined' }, sinceRunMs: from(asRunMs(0)) };
  if (offSinceRunMs !== null)
    return { blocker: { heldBy: 'unreachable', why: 'off' }, sinceRunMs: from(offSinceRunMs) };
  if (unreachableSinceRunMs === null) return null;
  return { blocker: { heldBy: 'unreachable', why: 'silent' }, sinceRunMs: from(unreachableSinceRunMs) };
}

function pendingBlocker(moment: Moment, rollout: RolloutTrack, host: HostTrack, view: Readonly<HostView>): Found {
  if (view.dispatch !== null) return { blocker: { heldBy: 'not-acknowledged' }, sinceRunMs: view.dispatch.runMs };
  const held = openHold(view);
  if (held === null) return { blocker: { heldBy: 'not-planned' }, sinceRunMs: view.sinceRunMs };
  const hold = refreshed(moment, rollout, host, held.hold);
  return {
    // The gate is that of the hold, which the compiler does not follow through the union.
    blocker: { heldBy: hold.gate, hold } as GateBlocker,
    sinceRunMs: held.fromRunMs,
    notBeforeRunMs: hold.gate === 'host-edge' ? hold.notBeforeRunMs : null,
  };
}

/** A gate reports a host once. Since then, what it waits for may have changed, and so may the numbers. */
function refreshed(moment: Moment, rollout: RolloutTrack, host: HostTrack, hold: RunHold): RunHold {
  switch (hold.gate) {
    case 'host-edge': {
      const gating = moment.history.trackOf(rollout.rollout.rolloutId, hold.gatingHostname);
      if (gating === null) return hold;
      const { state, soakDueRunMs } = moment.viewOf(gating);
      return { ...hold, gatingState: state, notBeforeRunMs: state === 'Soaking' ? soakDueRunMs : null };
    }
    case 'channel-edges': {
      const gating = moment.history.rolloutOf(hold.gatingRolloutId);
      return gating === null ? hold : { ...hold, gatingState: moment.rolloutAt(gating)?.state ?? null };
    }
    case 'disruption-budget': {
      const binding = moment.bindingBudget(rollout, host);
      if (binding === null) return hold;
      const { selectorKey, summary, limit } = binding;
      return { gate: hold.gate, selectorKey, summary, inFlight: moment.slotHolders(selectorKey).length, limit };
    }
    case 'quarantine':
    case 'wave-promotion':
    case 'wave-promotion-host-unstaged':
    case 'compliance-wave':
      return hold;
  }
}

function soakingBlocker({ targetClosure }: HostTrack, view: Readonly<HostView>, time: number): Found {
  const { soakDueRunMs, probes, observedClosure, sinceRunMs } = view;
  if (observedClosure !== null && targetClosure !== '' && observedClosure !== targetClosure)
    return { blocker: { heldBy: 'wrong-closure', closure: observedClosure, targetClosure }, sinceRunMs };
  if (soakDueRunMs !== null && soakDueRunMs > time)
    return { blocker: { heldBy: 'soak' }, sinceRunMs, untilRunMs: soakDueRunMs };
  const sinceDue = asRunMs(Math.max(sinceRunMs, soakDueRunMs ?? 0));
  const enforced = probes.filter(({ mode }) => mode === 'enforce');
  const failing = enforced.find(({ status }) => status === 'fail');
  if (failing !== undefined)
    return { blocker: { heldBy: 'probe', probeName: failing.probeName, status: 'fail' }, sinceRunMs: sinceDue };
  const silent = enforced.find(({ status }) => status === null);
  if (silent !== undefined)
    return { blocker: { heldBy: 'probe', probeName: silent.probeName, status: 'silent' }, sinceRunMs: sinceDue };
  return { blocker: { heldBy: 'not-reported' }, sinceRunMs: sinceDue };
}
