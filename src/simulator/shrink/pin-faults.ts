import { comesByChance } from '../faults/asked-for.ts';
import type { FaultGuide, PinContext, Pinned } from '../faults/fault.ts';
import { FAULT_GUIDES, NO_FAULTS, type FaultRates, type ScenarioAction } from '../faults/index.ts';
import type { FaultHappened } from '../run-events.ts';
import type { ScenarioStep } from '../scenario-steps.ts';
import type { Scenario, ScenarioHost } from '../scenario.ts';

/**
 * The scenario with every random fault as a step, and all rates zero. If the log does not say everything about a fault,
 * such as how long a host is off, the scenario's duration is drawn again. So the run is nearly, but not always, the
 * same, and the caller has to check whether it still fails.
 */
export function pinFaults(scenario: Scenario, faults: readonly FaultHappened[]): Scenario {
  const changed = new Map<string, Partial<ScenarioHost>>();
  const steps: ScenarioStep[] = [];
  const lostTails = new Set(
    faults.filter(({ fault }) => fault === 'tail-lost').map(({ hostname, runMs }) => `${runMs} ${hostname ?? ''}`),
  );
  for (const fault of faults) {
    const { runMs: atMs, hostname } = fault;
    if (!comesByChance(scenario.rates, fault.fault)) continue;
    const pinned = pin(fault, {
      hosts: hostname === null ? [] : [hostname],
      atMs,
      untilMs: scenario.untilMs,
      rates: scenario.rates,
      losesTail: lostTails.has(`${atMs} ${hostname ?? ''}`),
    });
    if (pinned === null) continue;
    if ('step' in pinned) steps.push({ when: { type: 'At', atMs }, do: pinned.step });
    else if (hostname !== null) changed.set(hostname, { ...changed.get(hostname), ...pinned.host });
  }
  const timeOf = ({ when }: ScenarioStep): number => (when.type === 'At' ? when.atMs : 0);
  return {
    ...scenario,
    rates: NO_FAULTS,
    hosts: scenario.hosts.map((host) => ({ ...host, ...changed.get(host.hostname) })),
    steps: [...scenario.steps, ...steps.sort((a, b) => timeOf(a) - timeOf(b))],
  };
}

function pin({ fault, params }: FaultHappened, context: PinContext<FaultRates>): Pinned<ScenarioAction> | null {
  // The parameters are those of this fault, which the compiler cannot see.
  const guide = FAULT_GUIDES[fault] as FaultGuide<typeof params, ScenarioAction, FaultRates>;
  return guide.pin(params, context);
}
