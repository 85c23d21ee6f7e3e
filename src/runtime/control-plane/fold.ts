import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  slicesOf,
  snapshotParts,
  withPart,
  type ControlPlane,
  type ControlPlaneCore,
  type ControlPlaneEffect,
  type ControlPlaneSnapshot,
  type GateName,
  type Handled,
  type ReplyTo,
  type SnapshotPart,
} from '../../control-plane/index.ts';
import { EMPTY_NAME_MAP, mapValues, valueOf, withEntry, type NameMap } from '../../control-plane/internal.ts';
import type { Time } from '../../machine/index.ts';
import { sortedEntries } from '../../text/index.ts';
import { isDispatching } from '../../rollout/index.ts';
import type { RecordableInput, RecordedInput } from './recorded-input.ts';
import type { StoredSnapshot } from './store.ts';

/** Which gate holds a host, and since when. */
export interface HoldSince {
  readonly hostname: string;
  readonly gate: GateName;
  readonly since: Time;
}

/**
 * When each hold began. The core reports each hold once, without a time, so the runtime keeps the times. They follow
 * from the effects and are restored with them. Immutable, like the state of the core. A hold that is over leaves
 * `null`.
 */
export class HoldBook {
  readonly #holds: ReadonlyMap<string, NameMap<HoldSince | null>>;

  constructor(holds: ReadonlyMap<string, NameMap<HoldSince | null>> = new Map()) {
    this.#holds = holds;
  }

  /** @returns `null` if no hold of that host was reported, or the last one is over */
  of(rolloutId: string, hostname: string): HoldSince | null {
    const hosts = this.#holds.get(rolloutId);
    return hosts === undefined ? null : (valueOf(hosts, hostname) ?? null);
  }

  /** In an order that depends on the names alone. */
  *all(): Generator<HoldSince & { readonly rolloutId: string }, void> {
    for (const [rolloutId, hosts] of sortedEntries(this.#holds))
      for (const hold of mapValues(hosts)) if (hold !== null) yield { rolloutId, ...hold };
  }

  /** How many hosts each gate holds, and since when it has held the first of them. */
  byGate(): ReadonlyMap<GateName, { readonly hosts: number; readonly oldest: Time }> {
    const gates = new Map<GateName, { readonly hosts: number; readonly oldest: Time }>();
    for (const { gate, since } of this.all()) {
      const known = gates.get(gate) ?? { hosts: 0, oldest: since };
      gates.set(gate, { hosts: known.hosts + 1, oldest: Math.min(known.oldest, since) });
    }
    return gates;
  }

  after(effects: readonly ControlPlaneEffect[], at: Time): HoldBook {
    // Copied only if something changes: most effects do not concern a hold.
    let copy: Map<string, NameMap<HoldSince | null>> | null = null;
    const set = (rolloutId: string, hostname: string, hold: HoldSince | null): void => {
      const hosts = (copy ?? this.#holds).get(rolloutId) ?? EMPTY_NAME_MAP;
      if (hold === null && (valueOf(hosts, hostname) ?? null) === null) return;
      copy ??= new Map(this.#holds);
      copy.set(rolloutId, withEntry(hosts, hostname, hold));
    };
    for (const effect of effects) {
      switch (effect.type) {
        case 'DeferDispatch':
          set(effect.rolloutId, effect.host, { hostname: effect.host, gate: effect.gate, since: at });
          break;
        case 'QueueDispatch':
        case 'RecordTransition':
        case 'TakeOverRecord':
          set(effect.rolloutId, effect.host, null);
          break;
        case 'RecordRolloutTransition':
          if (!isDispatching(effect.to)) (copy ??= new Map(this.#holds)).delete(effect.rolloutId);
          break;
        default:
        // No other effect begins or ends a hold.
      }
    }
    return copy === null ? this : new HoldBook(copy);
  }
}

/** Everything that the runtime of a control plane knows: the fold of its recorded inputs. */
export interface FoldedLog {
  readonly controlPlane: ControlPlane;
  /** The `seq` of the newest recorded input; 0 if there is none. */
  readonly seq: number;
  readonly signedAt: Time | null;
  readonly holds: HoldBook;
}

/** What is stored of a fold, besides its `seq`. */
interface SavedFold {
  readonly controlPlane: ControlPlaneSnapshot;
  /** When the newest fleet file taken was signed. */
  readonly signedAt: Time | null;
  /** Since when each held host has waited. */
  readonly heldSince: readonly (readonly [rolloutId: string, hostname: string, gate: GateName, since: Time])[];
}

/**
 * The state after a snapshot.
 *
 * @throws TypeError or RangeError if its parts do not fit together.
 */
export async function foldedFrom(core: ControlPlaneCore, { seq, parts }: StoredSnapshot): Promise<FoldedLog> {
  let whole: unknown = undefined;
  for await (const part of parts) whole = withPart(whole, part);
  // `partsOfFold` made the parts; `restore` checks their version and whether they fit together.
  const { controlPlane, signedAt, heldSince } = whole as SavedFold;
  const holds = new Map<string, NameMap<HoldSince | null>>();
  for (const [rolloutId, hostname, gate, since] of heldSince)
    holds.set(rolloutId, withEntry(holds.get(rolloutId) ?? EMPTY_NAME_MAP, hostname, { hostname, gate, since }));
  return { seq, signedAt, controlPlane: core.restore(controlPlane), holds: new HoldBook(holds) };
}

/** The state in parts. */
export function* partsOfFold({ controlPlane, signedAt, holds }: FoldedLog): Generator<SnapshotPart, void> {
  for (const { path, body } of snapshotParts(controlPlane)) {
    if (path.length > 0) yield { path: ['controlPlane', ...path], body };
    else yield { path, body: { controlPlane: body, signedAt, heldSince: [] } };
  }
  yield* slicesOf(['heldSince'], heldSinceOf(holds));
}

function* heldSinceOf(holds: HoldBook): Generator<SavedFold['heldSince'][number], void> {
  for (const { rolloutId, hostname, gate, since } of holds.all()) yield [rolloutId, hostname, gate, since];
}

/** The state as stored. Inputs may be handled between its parts, but all parts are of `folded`. */
export function snapshotOfFold(folded: FoldedLog, at: Time): StoredSnapshot {
  return { seq: folded.seq, at, parts: inTurns(partsOfFold(folded)) };
}

async function* inTurns<Item>(items: Iterable<Item>): AsyncGenerator<Item, void> {
  for (const item of items) {
    yield item;
    await nextTurn();
  }
}

/** The state after one more recorded input. */
export function foldInput(
  core: ControlPlaneCore,
  folded: FoldedLog,
  { seq, at, input, signedAt }: RecordedInput,
): { readonly folded: FoldedLog; readonly effects: readonly ControlPlaneEffect[] } {
  const { controlPlane, effects } = core.handle(folded.controlPlane, input, at);
  const holds = folded.holds.after(effects, at);
  return { folded: { controlPlane, seq, signedAt: signedAt ?? folded.signedAt, holds }, effects };
}

/** Whether an input changed something and so has to be recorded. Even otherwise, its effects may include log lines. */
export function changes<Input extends RecordableInput>(
  before: ControlPlane,
  { controlPlane }: Handled<ReplyTo<Input>>,
): boolean {
  // Safe: a control plane has the fields of its type and no others.
  const parts = Object.keys(before) as (keyof ControlPlane)[];
  return parts.some((part) => before[part] !== controlPlane[part]);
}
