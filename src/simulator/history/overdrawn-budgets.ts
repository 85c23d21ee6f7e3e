import { isInFlight } from '../../machine/index.ts';
import type { RunEvent } from '../run-events.ts';
import type { RunMs } from '../run-ms.ts';
import type { RunHistory } from './run-history.ts';

/**
 * A dispatch while another host of the same budget was broken or unreachable. Such a host does not count as in flight,
 * so more hosts of the selector were out of service than the budget allows.
 */
export interface OverdrawnBudget {
  readonly runMs: RunMs;
  readonly hostname: string;
  readonly summary: string;
  readonly limit: number;
  readonly inFlight: number;
  /** The hosts that were out of service and did not count. */
  readonly uncounted: readonly string[];
}

interface Account {
  readonly summary: string;
  readonly limit: number;
  readonly inFlight: Set<string>;
  readonly failed: Set<string>;
  readonly unreachable: Set<string>;
}

/** Every dispatch of a run that overdrew a budget in this way, in order. */
export function overdrawnBudgets(history: RunHistory): readonly OverdrawnBudget[] {
  const accountsOf = accountsByHost(history);
  if (accountsOf.size === 0) return [];
  const overdrawn: OverdrawnBudget[] = [];
  for (const event of history.events) {
    if (!('hostname' in event) || event.hostname === null) continue;
    const { hostname } = event;
    for (const account of accountsOf.get(hostname) ?? []) {
      keep(account, hostname, event);
      if (event.type !== 'HostDispatched') continue;
      const { summary, limit, inFlight, failed, unreachable } = account;
      const uncounted = [...new Set([...failed, ...unreachable])].filter(
        (other) => other !== hostname && !inFlight.has(other),
      );
      if (uncounted.length > 0 && inFlight.size + uncounted.length > limit)
        overdrawn.push({ runMs: event.runMs, hostname, summary, limit, inFlight: inFlight.size, uncounted });
    }
  }
  return overdrawn;
}

/** One account per selector with a limit, for all the hosts that it selects. */
function accountsByHost({ rollouts }: RunHistory): ReadonlyMap<string, readonly Account[]> {
  const accounts = new Map<string, Account>();
  const byHost = new Map<string, Set<Account>>();
  for (const { rollout, hosts } of rollouts) {
    for (const { selectorKey, summary, limit, hosts: selected } of rollout.budgets) {
      if (limit === null) continue;
      const account = accounts.get(selectorKey) ?? newAccount(summary, limit);
      accounts.set(selectorKey, account);
      for (const at of selected) {
        const hostname = hosts[at]?.hostname;
        if (hostname === undefined) throw new RangeError(`A budget selects host ${at} of ${hosts.length}.`);
        byHost.set(hostname, (byHost.get(hostname) ?? new Set()).add(account));
      }
    }
  }
  return new Map([...byHost].map(([hostname, own]) => [hostname, [...own]]));
}

function newAccount(summary: string, limit: number): Account {
  return { summary, limit, inFlight: new Set(), failed: new Set(), unreachable: new Set() };
}

function keep({ inFlight, failed, unreachable }: Account, hostname: string, event: RunEvent): void {
  const mark = (hosts: Set<string>, isIn: boolean): void => {
    if (isIn) hosts.add(hostname);
    else hosts.delete(hostname);
  };
  switch (event.type) {
    case 'HostDispatched':
      return mark(inFlight, true);
    case 'DispatchWithdrawn':
      return mark(inFlight, false);
    case 'HostTransition':
      mark(failed, event.to === 'Failed');
      return mark(inFlight, isInFlight(event.to));
    case 'HostUnreachable':
      return mark(unreachable, true);
    case 'HostReachable':
      return mark(unreachable, false);
    default:
      return;
  }
}
