import type { AgentEffectOf, AgentInputOf } from '../agent/index.ts';
import type { ProbeSubResult } from '../machine/index.ts';
import type { ScheduledEvent } from './scheduled-event.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { Simulation } from './simulation.ts';

const NO_GENERATION = -1;

/** The running probes of a host, and when each run ends. */
export class SimulatedProbes {
  #generation = NO_GENERATION;
  #stoppedAt = -Infinity;

  start(world: Simulation, node: SimulatedHost, { rolloutId, generation, probes }: AgentEffectOf<'StartProbes'>): void {
    this.#generation = generation;
    for (const task of probes) {
      const lasts = world.draw(node.durations.probe, node.name, 'probe-duration');
      node.later(lasts, { type: 'ProbeRun', rolloutId, generation, task, lasts });
    }
  }

  stop(world: Simulation, generation: number): void {
    if (this.#generation !== generation) return;
    this.#generation = NO_GENERATION;
    this.#stoppedAt = world.now;
  }

  /** The process that runs them is gone. */
  end(): void {
    this.#generation = NO_GENERATION;
  }

  /** The probes were stopped during this run. The run still ends, but the core must drop its result. */
  isStale({ generation }: ProbeRun): boolean {
    return generation !== this.#generation;
  }

  /** A run has ended. Schedules the next one, and returns the agent's input; `null` for none. */
  ended(world: Simulation, node: SimulatedHost, run: ProbeRun): AgentInputOf<'ProbeOutcome'> | null {
    const { rolloutId, generation, task } = run;
    if (!this.isStale(run)) node.later(task.intervalMs, run);
    else if (world.now - run.lasts >= this.#stoppedAt) return null;
    const { status, failingControls } = world.faults.probeOutcome(node, rolloutId, task);
    if (status === 'silent') return null;
    return {
      type: 'ProbeOutcome',
      rolloutId,
      generation,
      probeName: task.probeName,
      status,
      failureReason: status === 'pass' ? null : 'simulated failure',
      subResults: failingControls.length === 0 ? null : [...failingControls.map(notMet), DOWNGRADED],
    };
  }
}

function notMet(controlId: string): ProbeSubResult {
  return {
    controlId,
    status: 'fail',
    framework: 'simulated',
    article: null,
    effectiveMode: 'enforce',
    overrideReason: null,
  };
}

/** A failing control that an auditor sees, and no gate counts. */
const DOWNGRADED: ProbeSubResult = {
  ...notMet('downgraded'),
  effectiveMode: 'observe',
  overrideReason: 'accepted until the next audit',
};

type ProbeRun = Extract<ScheduledEvent, { readonly type: 'ProbeRun' }>;
