import type { Scenario } from '../scenario.ts';
import { FAULT_GUIDES, stepKindOf, type FaultName, type FaultRates } from './index.ts';

/** Whether a scenario requests a fault: by a step, by a rate, or by the initial state of a host. */
export function isAskedFor(scenario: Scenario, fault: FaultName): boolean {
  const guide = FAULT_GUIDES[fault];
  return (
    scenario.steps.some(({ do: action }) => stepKindOf(action).faults(action).includes(fault)) ||
    comesByChance(scenario.rates, fault) ||
    scenario.hosts.some((host) => guide.isInHost?.(host) === true)
  );
}

/** Whether the fault may strike at random. */
export function comesByChance(rates: FaultRates, fault: FaultName): boolean {
  const names: readonly (keyof FaultRates)[] = FAULT_GUIDES[fault].rates;
  return names.some((name) => {
    const rate = rates[name];
    return typeof rate === 'number' && rate > 0;
  });
}
