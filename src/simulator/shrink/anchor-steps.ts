import type { RunEvent } from '../run-events.ts';
import type { ScenarioStep } from '../scenario-steps.ts';
import type { When } from '../when.ts';

type HostEnters = Extract<When, { readonly type: 'HostEnters' }>;

/**
 * Steps about one host at a time of the clock, by what that host was doing then: "12 s after it was Activating". Then
 * hosts that only took up time before it can go. A step from before the host's agent did anything stays as it is.
 */
export function anchorSteps(steps: readonly ScenarioStep[], events: readonly RunEvent[]): readonly ScenarioStep[] {
  const entered = new Map<string, { readonly at: number; readonly when: HostEnters }[]>();
  const seen = new Set<string>();
  for (const event of events) {
    if (event.type !== 'AgentTransition') continue;
    const { hostname: host, to: state, runMs: at } = event;
    const key = `${state} ${host}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const moments = entered.get(host) ?? [];
    moments.push({ at, when: { type: 'HostEnters', host, state, afterMs: 0 } });
    entered.set(host, moments);
  }
  return steps.map((step) => {
    const { when, do: action } = step;
    const [host] = 'hosts' in action && action.hosts.length === 1 ? action.hosts : [];
    if (when.type !== 'At' || host === undefined) return step;
    const last = entered.get(host)?.findLast(({ at }) => at < when.atMs);
    return last === undefined ? step : { ...step, when: { ...last.when, afterMs: when.atMs - last.at } };
  });
}
