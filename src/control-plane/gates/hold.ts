import type { HostState, Time } from '../../machine/index.ts';
import type { RolloutState } from '../../rollout/index.ts';

/** `closure` was rolled back on `channel`. */
export interface QuarantineHold {
  readonly gate: 'quarantine';
  readonly channel: string;
  readonly closure: string;
}

/** The rollout of another channel must be Terminal first. */
export interface ChannelEdgeHold {
  readonly gate: 'channel-edges';
  readonly channel: string;
  readonly gatingChannel: string;
  readonly gatingRolloutId: string;
  /** `null` if it has not been opened yet. */
  readonly gatingState: RolloutState | null;
  /** The reason of the edge in the fleet file. */
  readonly edgeReason: string | null;
}

/** Every host of the waves before `wave` must be ordering-eligible first. */
export interface WaveHold {
  readonly gate: 'wave-promotion';
  readonly wave: number;
}

/** The channel declares waves, and the host is in none of them. */
export interface UnstagedHold {
  readonly gate: 'wave-promotion-host-unstaged';
  readonly channel: string;
}

/** Another host of the rollout must be ordering-eligible first. */
export interface HostEdgeHold {
  readonly gate: 'host-edge';
  readonly gatingHostname: string;
  readonly gatingState: HostState;
  /** The earliest time at which the hold can end: the end of the other host's soak. `null` if unknown. */
  readonly notBefore: Time | null;
}

/** As many hosts of a selector are in flight as the budget allows. */
export interface BudgetHold {
  readonly gate: 'disruption-budget';
  readonly selectorKey: string;
  /** The selector in one line. */
  readonly summary: string;
  readonly inFlight: number;
  readonly limit: number;
}

/** Enforce checks fail on hosts of the waves before `wave`. */
export interface ComplianceHold {
  readonly gate: 'compliance-wave';
  readonly wave: number;
  readonly failures: number;
}

/** A gate that is not in the specification, added by the program that embeds the core. */
export interface ExtensionHold {
  readonly gate: 'extension';
  readonly name: string;
}

/** Why a host is not dispatched, as data; `holdReason` turns it into a sentence. */
export type Hold =
  | QuarantineHold
  | ChannelEdgeHold
  | WaveHold
  | UnstagedHold
  | HostEdgeHold
  | BudgetHold
  | ComplianceHold
  | ExtensionHold;

/** A hold without the one time in it. */
export type HoldCause = Exclude<Hold, HostEdgeHold> | Omit<HostEdgeHold, 'notBefore'>;

/** The names of the gates in logs. */
export type GateName = Hold['gate'];

/**
 * Whether the host waits for the same thing as before. Ignores counts, which change all the time: a host is reported
 * again only when its gate, or what it waits for, changes.
 */
export function isSameHold(a: Hold, b: Hold): boolean {
  return a.gate === b.gate && waitsFor(a) === waitsFor(b);
}

function waitsFor(hold: Hold): string {
  switch (hold.gate) {
    case 'quarantine':
      return hold.closure;
    case 'channel-edges':
      return hold.gatingRolloutId;
    case 'host-edge':
      return hold.gatingHostname;
    case 'extension':
      return hold.name;
    case 'wave-promotion':
    case 'wave-promotion-host-unstaged':
    case 'disruption-budget':
    case 'compliance-wave':
      return '';
  }
}
