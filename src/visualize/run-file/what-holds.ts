import type { HostState } from '../../machine/record.ts';
import { isDispatching } from '../../rollout/is-dispatching.ts';
import type { RolloutState } from '../../rollout/rollout-record.ts';

/** What holds a host that is not at an end, at some moment. */
export interface Waiting {
  readonly host: number;
  readonly state: HostState;
  readonly heldBy: string;
  readonly reason: string;
  /** When it ends by itself, where that is known. */
  readonly until: number | null;
}

/** What the planner decided last about a host: a gate that holds it, or, with `null`, its dispatch. */
export interface LastDecision {
  readonly at: number;
  readonly hold: { readonly gate: string; readonly reason: string } | null;
}

interface Situation {
  readonly state: HostState;
  readonly time: number;
  /** `null` before it was opened. */
  readonly rollout: RolloutState | null;
  readonly rolloutId: string;
  readonly decision: LastDecision | null;
  readonly soakDueAt: number | null;
  /** The control plane hears no more of it. */
  readonly isUnreachable: boolean;
}

/** In these states it is the host that has to go on. */
const IN_ITS_HANDS: ReadonlySet<HostState> = new Set(['Activating', 'Deferred', 'Soaking']);

export function whatHolds({
  state,
  time,
  rollout,
  rolloutId,
  decision,
  soakDueAt,
  isUnreachable,
}: Situation): Omit<Waiting, 'host'> | null {
  // What it would wait for otherwise can only come about, or be told, when it is heard again.
  if (isUnreachable && IN_ITS_HANDS.has(state)) {
    return { state, heldBy: 'unreachable', reason: 'The control plane hears no more of it.', until: null };
  }
  switch (state) {
    case 'Pending':
      return { state, ...whatHoldsBack(rollout, rolloutId, decision), until: null };
    case 'Activating':
      return { state, heldBy: 'activation', reason: 'The switch is running.', until: null };
    case 'Deferred':
      return { state, heldBy: 'reboot', reason: 'It waits for a reboot.', until: null };
    case 'Soaking':
      return soakDueAt !== null && soakDueAt > time
        ? { state, heldBy: 'soak', reason: 'The soak window is open.', until: soakDueAt }
        : {
            state,
            heldBy: 'probes',
            reason: 'The soak is over; its probes have not all passed, or it has not told yet.',
            until: null,
          };
    case 'Converged':
    case 'Failed':
    case 'Reverted':
      return null;
  }
}

function whatHoldsBack(
  rollout: RolloutState | null,
  rolloutId: string,
  decision: LastDecision | null,
): { readonly heldBy: string; readonly reason: string } {
  if (rollout !== null && !isDispatching(rollout)) {
    return { heldBy: 'rollout-stopped', reason: `${rolloutId} is ${rollout}: it dispatches nothing more.` };
  }
  if (decision === null) return { heldBy: 'not planned yet', reason: 'No planning pass has looked at it.' };
  return decision.hold === null
    ? { heldBy: 'not acknowledged', reason: 'It was dispatched and has not acknowledged it.' }
    : { heldBy: decision.hold.gate, reason: decision.hold.reason };
}
