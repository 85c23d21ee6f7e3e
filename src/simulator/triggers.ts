import type { RunEvent } from './run-events.ts';
import type { Scenario } from './scenario.ts';
import type { ScenarioStep } from './scenario-steps.ts';

/** The steps of a scenario that wait for something to happen. Each happens once. */
export class Triggers {
  /** By index in the scenario. */
  readonly #waiting: Map<number, ScenarioStep>;
  readonly #fire: (afterMs: number, step: number) => void;

  constructor(scenario: Scenario, fire: (afterMs: number, step: number) => void) {
    this.#waiting = new Map([...scenario.steps.entries()].filter(([, { when }]) => when.type !== 'At'));
    this.#fire = fire;
  }

  get isWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  see(event: RunEvent): void {
    if (event.type !== 'HostDispatched' && event.type !== 'AgentTransition') return;
    for (const [index, step] of this.#waiting) {
      if (!isMet(step, event)) continue;
      this.#waiting.delete(index);
      this.#fire(step.when.type === 'At' ? 0 : step.when.afterMs, index);
    }
  }
}

function isMet({ when }: ScenarioStep, event: RunEvent): boolean {
  if (when.type === 'WaveStarts' && event.type === 'HostDispatched') {
    return when.wave === event.wave && event.rolloutId.startsWith(`${when.channel}@`);
  }
  return (
    when.type === 'HostEnters' &&
    event.type === 'AgentTransition' &&
    when.host === event.hostname &&
    when.state === event.to
  );
}
