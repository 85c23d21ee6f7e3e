import type { GateName } from '../../control-plane/index.ts';
import { isAtEnd, isOrderingEligible, type HostState } from '../../machine/index.ts';
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

/** What holds an unfinished host, as data. `blockerWords` turns it into a sentence. */
export type Blocker =
  | GateBlocker
  /** `null` if it is not open: it was never released, or waits for its first planning pass. */
  | { readonly heldBy: 'rollout-stopped'; readonly rolloutState: RolloutState | null }
  /** It ran its target when it was last heard, or has not been heard since the database was lost. */
  | { readonly heldBy: 'heartbeat' }
  | { readonly heldBy: 'not-acknowledged' }
  | { readonly heldBy: 'unreachable'; readonly why: 'off' | 'not-joined' | 'silent' }
  | { readonly heldBy: 'activation'; readonly targetClosure: string }
  | { readonly heldBy: 'reboot'; readonly component: string | null }
  | { readonly heldBy: 'soak' }
  | { readonly heldBy: 'probe'; readonly probeName: string; readonly status: 'fail' | 'silent' }
  | { readonly heldBy: 'wrong-closure'; readonly closure: string; readonly targetClosure: string }
  /** Nothing is known to prevent it from converging, but it has not reported Converged. */
  | { readonly heldBy: 'not-reported' }
  | { readonly heldBy: 'rollback'; readonly closure: string | null; readonly hasFailed: boolean };

/** What keeps a host from moving on. */
export type HeldBy = Blocker['heldBy'];

/** An unfinished host, and what holds it at some moment. */
export interface Holding {
  readonly hostname: string;
  readonly rolloutId: string;
  readonly state: HostState;
  readonly blocker: Blocker;
  /** Since when it has been held by this. */
  readonly sinceRunMs: RunMs;
  /** When it ends by itself; `null` if that is uncertain. */
  readonly untilRunMs: RunMs | null;
  /** The earliest time at which it can end, if known. */
  readonly notBeforeRunMs: RunMs | null;
}

/** What holds each unfinished host of the newest releases at a moment. */
export function holdingsAt(moment: Moment): readonly Holding[] {
  const holdings: Holding[] = [];
  for (const rollout of moment.newestRollouts) {
    for (const host of rollout.hosts) {
      const holding = holdingOf(moment, rollout, host);
      if (holding !== null) holdings.push(holding);
    }
  }
  return holdings;
}

/**
 * The same in steps of some hundred hosts, for a page that has to stay responsive; afterwards, everything about the
 * moment is known at once.
 */
export function* holdingsInSteps(moment: Moment): Generator<void> {
  for (const rollout of moment.newestRollouts) {
    for (const [place, host] of rollout.hosts.entries()) {
      holdingOf(moment, rollout, host);
      if (place % HOSTS_PER_STEP === 0) yield;
    }
  }
}

const HOSTS_PER_STEP = 512;

/** By the host's number. Cached, because chains of causes share hosts. */
const known = new WeakMap<Moment, (Holding | null | undefined)[]>();

/** What holds a host at a moment; `null` if it is done. */
export function holdingOf(moment: Moment, rollout: RolloutTrack, host: HostTrack): Holding | null {
  let holdings = known.get(moment);
  if (holdings === undefined) known.set(moment, (holdings = []));
  let holding = holdings[host.number];
  if (holding === undefined) holdings[host.number] = holding = findHolding(moment, rollout, host);
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

/** Whatever else it waits for can only happen, or be reported, once it is reachable again. */
function unreachableOf(view: Readonly<HostView>): Found | null {
  const { hasJoined, offSinceRunMs, unreachableSinceRunMs, dispatch } = view;
  // Until it has something to do, it delays nothing.
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
  // The pass that opens a rollout looks at every host of it.
  if (held === null) return unreachableOf(view) ?? { blocker: { heldBy: 'heartbeat' }, sinceRunMs: view.sinceRunMs };
  const hold = refreshed(moment, rollout, host, held.hold);
  const unreachable = hasOpened(hold) ? unreachableOf(view) : null;
  if (unreachable !== null) return unreachable;
  return {
    // Safe: `heldBy` is the hold's own gate, which the compiler cannot see through the union.
    blocker: { heldBy: hold.gate, hold } as GateBlocker,
    sinceRunMs: held.fromRunMs,
    notBeforeRunMs: hold.gate === 'host-edge' ? hold.notBeforeRunMs : null,
  };
}

/** Whether the host no longer waits for what its gate named. */
function hasOpened(hold: RunHold): boolean {
  if (hold.gate === 'channel-edges') return hold.gatingState === 'Terminal';
  return hold.gate === 'host-edge' && isOrderingEligible(hold.gatingState);
}

/** A gate reports a host once. Since then, the hosts that it waits for and the numbers may have changed. */
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
    case 'extension':
      return hold;
  }
}

function soakingBlocker({ targetClosure }: HostTrack, view: Readonly<HostView>, time: number): Found {
  const { soakDueRunMs, probes, observedClosure, observedSinceRunMs, sinceRunMs } = view;
  if (observedClosure !== null && targetClosure !== '' && observedClosure !== targetClosure)
    return {
      blocker: { heldBy: 'wrong-closure', closure: observedClosure, targetClosure },
      sinceRunMs: observedSinceRunMs,
    };
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
