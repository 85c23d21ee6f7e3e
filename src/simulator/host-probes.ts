import type { AgentEffectOf, AgentInputOf, ProbeTask } from '../agent/index.ts';
import type { ProbeStatus, ProbeSubResult } from '../machine/index.ts';
import type { ScheduledEvent } from './scheduled-event.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { Simulation } from './simulation.ts';
import { LONG_TEXT } from './work.ts';

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
      failureReason: status === 'pass' ? null : reasonOf(task),
      subResults: subResultsOf(task, status, failingControls),
    };
  }
}

/** A short reason, none, or more than is reported. */
function reasonOf({ kind }: ProbeTask): string | null {
  if (kind === 'evidence') return null;
  return kind === 'systemd' ? `simulated failure: ${LONG_TEXT}` : 'simulated failure';
}

/** An evidence probe reports each of its controls, or fails and has found none. */
function subResultsOf(
  { kind }: ProbeTask,
  status: ProbeStatus,
  unmet: readonly string[],
): readonly ProbeSubResult[] | null {
  if (unmet.length > 0) return [...unmet.map((controlId) => control({ controlId, status: 'fail' })), ...OTHER_CONTROLS];
  if (kind !== 'evidence') return null;
  return status === 'pass' ? OTHER_CONTROLS : [];
}

function control(given: Pick<ProbeSubResult, 'controlId' | 'status'> & Partial<ProbeSubResult>): ProbeSubResult {
  return { framework: 'simulated', article: null, effectiveMode: 'enforce', overrideReason: null, ...given };
}

/** What an auditor sees and no gate counts: controls that are met, and some that fail but are not enforced. */
const OTHER_CONTROLS: readonly ProbeSubResult[] = [
  control({ controlId: 'met', status: 'pass', article: '21(2)(a)' }),
  control({ controlId: 'met-although-downgraded', status: 'pass', effectiveMode: 'observe', overrideReason: '' }),
  control({
    controlId: 'downgraded',
    status: 'fail',
    effectiveMode: 'observe',
    overrideReason: 'accepted until the next audit',
  }),
  control({ controlId: 'switched-off', status: 'fail', framework: '', effectiveMode: 'disabled' }),
];

type ProbeRun = Extract<ScheduledEvent, { readonly type: 'ProbeRun' }>;
