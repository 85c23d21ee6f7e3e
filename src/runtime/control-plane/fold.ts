import type {
  ControlPlane,
  ControlPlaneCore,
  ControlPlaneEffect,
  GateName,
  Handled,
  ReplyTo,
} from '../../control-plane/index.ts';
import type { Time } from '../../machine/index.ts';
import { isDispatching } from '../../rollout/index.ts';
import type { RecordableInput, RecordedInput } from './recorded-input.ts';
import type { StoredSnapshot } from './store.ts';

/** Since when each held host waits: rollout, host, gate, time. In the order of the event log. */
export type HeldSince = readonly (readonly [rolloutId: string, hostname: string, gate: GateName, since: Time])[];

/** Which gate holds a host, and since when. */
export interface HoldSince {
  readonly gate: GateName;
  readonly since: Time;
}

/**
 * When each hold began. The core reports a hold once and knows no times, so the runtime keeps them: they follow from
 * the effects, and are restored with them.
 */
export class HoldBook {
  readonly #holds = new Map<string, Map<string, HoldSince>>();

  constructor(saved: HeldSince = []) {
    for (const [rolloutId, hostname, gate, since] of saved) this.#hold(rolloutId, hostname, { gate, since });
  }

  /** @returns `null` if no hold of that host was reported, or it is over */
  of(rolloutId: string, hostname: string): HoldSince | null {
    return this.#holds.get(rolloutId)?.get(hostname) ?? null;
  }

  get saved(): HeldSince {
    return [...this.#holds].flatMap(([rolloutId, hosts]) =>
      Array.from(hosts, ([hostname, { gate, since }]) => [rolloutId, hostname, gate, since] as const),
    );
  }

  /** How many hosts each gate holds, and since when the first of them. */
  byGate(): ReadonlyMap<GateName, { readonly hosts: number; readonly oldest: Time }> {
    const gates = new Map<GateName, { readonly hosts: number; readonly oldest: Time }>();
    for (const hosts of this.#holds.values()) {
      for (const { gate, since } of hosts.values()) {
        const known = gates.get(gate) ?? { hosts: 0, oldest: since };
        gates.set(gate, { hosts: known.hosts + 1, oldest: Math.min(known.oldest, since) });
      }
    }
    return gates;
  }

  take(effects: readonly ControlPlaneEffect[], at: Time): void {
    for (const effect of effects) {
      switch (effect.type) {
        case 'DeferDispatch':
          this.#hold(effect.rolloutId, effect.host, { gate: effect.gate, since: at });
          break;
        case 'QueueDispatch':
        case 'RecordTransition':
        case 'TakeOverRecord':
          this.#holds.get(effect.rolloutId)?.delete(effect.host);
          break;
        case 'RecordRolloutTransition':
          if (!isDispatching(effect.to)) this.#holds.delete(effect.rolloutId);
          break;
        default:
        // Nothing else begins or ends a hold.
      }
    }
  }

  #hold(rolloutId: string, hostname: string, hold: HoldSince): void {
    const hosts = this.#holds.get(rolloutId);
    if (hosts === undefined) this.#holds.set(rolloutId, new Map([[hostname, hold]]));
    else hosts.set(hostname, hold);
  }
}

/** What the runtime of a control plane knows: nothing but the fold of its recorded inputs. */
export interface FoldedLog {
  readonly controlPlane: ControlPlane;
  /** The `seq` of the newest recorded input; 0 if there is none. */
  readonly seq: number;
  readonly signedAt: Time | null;
  readonly holds: HoldBook;
}

/** The state after a snapshot. */
export function foldedFrom(
  core: ControlPlaneCore,
  { seq, signedAt, controlPlane, heldSince }: StoredSnapshot,
): FoldedLog {
  return { seq, signedAt, controlPlane: core.restore(controlPlane), holds: new HoldBook(heldSince) };
}

/** The state as stored. */
export function snapshotOfFold(core: ControlPlaneCore, folded: FoldedLog, at: Time): StoredSnapshot {
  const { seq, signedAt, controlPlane, holds } = folded;
  return { seq, at, signedAt, controlPlane: core.snapshot(controlPlane), heldSince: holds.saved };
}

/** The state after one more recorded input. `holds` is written to in place: it is as large as the fleet. */
export function foldInput(
  core: ControlPlaneCore,
  folded: FoldedLog,
  { seq, at, input, signedAt }: RecordedInput,
): { readonly folded: FoldedLog; readonly effects: readonly ControlPlaneEffect[] } {
  const { controlPlane, effects } = core.handle(folded.controlPlane, input, at);
  folded.holds.take(effects, at);
  return { folded: { controlPlane, seq, signedAt: signedAt ?? folded.signedAt, holds: folded.holds }, effects };
}

/**
 * Whether an input has to be recorded: it changed something. Its effects may still include log lines if it did not.
 */
export function changes<Input extends RecordableInput>(
  before: ControlPlane,
  { controlPlane }: Handled<ReplyTo<Input>>,
): boolean {
  // Right, because a control plane has the fields of its type and no others.
  const parts = Object.keys(before) as (keyof ControlPlane)[];
  return parts.some((part) => before[part] !== controlPlane[part]);
}
