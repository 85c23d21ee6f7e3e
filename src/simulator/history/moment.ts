import { isInFlight, isOrderingEligible } from '../../machine/index.ts';
import type { RolloutState } from '../../rollout/index.ts';
import type { RunMs } from '../run-ms.ts';
import type { HostView } from './host-view.ts';
import type { HostTrack, RolloutTrack, RunHistory } from './run-history.ts';
import type { RunBudget } from './run-rollout.ts';

/** A budget that has a limit. */
export type LimitedBudget = RunBudget & { readonly limit: number };

/** Budgets do not change during a run. */
const limitsOfRollout = new WeakMap<RolloutTrack, ReadonlyMap<HostTrack, readonly LimitedBudget[]>>();

/** A run at one moment. Answers shared by many hosts are computed once. */
export class Moment {
  readonly history: RunHistory;
  readonly time: number;
  #newest: readonly RolloutTrack[] | null = null;
  /** By the host's number. */
  readonly #views: (Readonly<HostView> | undefined)[] = [];
  readonly #slots = new Map<string, readonly HostTrack[]>();
  readonly #open = new Map<RolloutTrack, readonly HostTrack[]>();

  constructor(history: RunHistory, time: number) {
    this.history = history;
    this.time = time;
  }

  get newestRollouts(): readonly RolloutTrack[] {
    return (this.#newest ??= this.history.newestAt(this.time));
  }

  viewOf(host: HostTrack): Readonly<HostView> {
    return (this.#views[host.number] ??= this.history.viewAt(host, this.time));
  }

  /** `null` before it is opened. */
  rolloutAt(rollout: RolloutTrack): { readonly state: RolloutState; readonly runMs: RunMs } | null {
    return this.history.rolloutAt(rollout, this.time);
  }

  /** The hosts that count against a budget, across all rollouts. */
  slotHolders(selectorKey: string): readonly HostTrack[] {
    let holders = this.#slots.get(selectorKey);
    if (holders === undefined) this.#slots.set(selectorKey, (holders = this.#findHolders(selectorKey)));
    return holders;
  }

  /** The first budget that is used up for the host. */
  bindingBudget(rollout: RolloutTrack, host: HostTrack): LimitedBudget | null {
    let limits = limitsOfRollout.get(rollout);
    if (limits === undefined) limitsOfRollout.set(rollout, (limits = limitsOf(rollout)));
    const own = limits.get(host) ?? [];
    return own.find(({ selectorKey, limit }) => this.slotHolders(selectorKey).length >= limit) ?? null;
  }

  /** The hosts of the waves before `wave` that hold it back. */
  openHosts(rollout: RolloutTrack, wave: number): readonly HostTrack[] {
    let open = this.#open.get(rollout);
    if (open === undefined)
      this.#open.set(rollout, (open = rollout.hosts.filter((host) => !isOrderingEligible(this.viewOf(host).state))));
    return open.filter((host) => host.wave < wave);
  }

  /** The hosts of a rollout that keep it from being Terminal. */
  unconvergedHosts({ hosts }: RolloutTrack): readonly HostTrack[] {
    return hosts.filter((host) => this.viewOf(host).state !== 'Converged');
  }

  /** A host counts once: in the newest rollout that it has started. */
  #findHolders(selectorKey: string): readonly HostTrack[] {
    const newestFirst = this.history.rollouts
      .filter((track) => this.rolloutAt(track) !== null)
      .toSorted((a, b) => (b.openedRunMs ?? 0) - (a.openedRunMs ?? 0) || b.number - a.number);
    const decided = new Set<string>();
    const holders: HostTrack[] = [];
    for (const track of newestFirst) {
      for (const host of hostsOf(
        track,
        track.rollout.budgets.find((each) => each.selectorKey === selectorKey),
      )) {
        if (decided.has(host.hostname)) continue;
        const { state, dispatch } = this.viewOf(host);
        const isBegun = state !== 'Pending' || dispatch !== null;
        if (isBegun) decided.add(host.hostname);
        if (isBegun && (state === 'Pending' || isInFlight(state))) holders.push(host);
      }
    }
    return holders;
  }
}

function hostsOf({ hosts }: RolloutTrack, budget: RunBudget | undefined): readonly HostTrack[] {
  return (budget?.hosts ?? []).map((at) => {
    const host = hosts[at];
    if (host === undefined) throw new RangeError(`A budget selects host ${at} of a rollout of ${hosts.length}.`);
    return host;
  });
}

function limitsOf(track: RolloutTrack): ReadonlyMap<HostTrack, readonly LimitedBudget[]> {
  const limits = new Map<HostTrack, LimitedBudget[]>();
  for (const budget of track.rollout.budgets) {
    const { limit } = budget;
    if (limit === null) continue;
    for (const host of hostsOf(track, budget)) {
      const known = limits.get(host);
      if (known === undefined) limits.set(host, [{ ...budget, limit }]);
      else known.push({ ...budget, limit });
    }
  }
  return limits;
}
