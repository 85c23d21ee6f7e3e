import type { ProbeTask } from '../agent/index.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { Work, WorkResult } from './work.ts';

/** What goes wrong in a run, by script or by chance, as the nodes ask for it. */
export interface FaultSource {
  rebootLater(node: SimulatedHost, afterMs: number): void;
  mayCrashBetweenEffects(node: SimulatedHost): boolean;
  crashesBetweenEffects(node: SimulatedHost, at: number, of: number): boolean;
  workResult(node: SimulatedHost, work: Work): WorkResult;
  /** How this run of a probe ends; a silent one never does. */
  probeOutcome(node: SimulatedHost, rolloutId: string, task: ProbeTask): 'pass' | 'fail' | 'silent';
  losesMessage(node: SimulatedHost, what: 'request' | 'answer'): boolean;
  duplicatesRequest(node: SimulatedHost): boolean;
}
