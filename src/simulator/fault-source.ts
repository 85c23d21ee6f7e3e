import type { ProbeTask } from '../agent/index.ts';
import type { MessageKind } from './message-delay.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { Work, WorkResult } from './work.ts';

/** How a run of a probe ends. */
export interface ProbeEnd {
  readonly status: 'pass' | 'fail' | 'silent';
  /** The controls that an evidence probe finds not met. */
  readonly failingControls: readonly string[];
}

/** What goes wrong in a run, by script or by chance, as the nodes ask for it. */
export interface FaultSource {
  rebootLater(node: SimulatedHost, afterMs: number): void;
  mayCrashBetweenEffects(node: SimulatedHost): boolean;
  crashesBetweenEffects(node: SimulatedHost, at: number, of: number): boolean;
  /** How much longer a job takes than usual. */
  workDelay(node: SimulatedHost, work: Work): number;
  /** What a machine comes up with. */
  bootClosure(node: SimulatedHost): string;
  /** Whether the host's signed manifest is too old to act on. */
  isManifestExpired(node: SimulatedHost, freshnessMinutes: number): boolean;
  /** After how many of its effects the control plane dies in this input; `null` for none. */
  killsControlPlane(ofEffects: number): number | null;
  controlPlaneDies(afterEffects: number, ofEffects: number): void;
  workResult(node: SimulatedHost, work: Work): WorkResult;
  /** How this run of a probe ends; a silent one never does. */
  probeOutcome(node: SimulatedHost, rolloutId: string, task: ProbeTask): ProbeEnd;
  losesMessage(node: SimulatedHost, what: 'request' | 'answer'): boolean;
  /** Whether something in between answers a request. */
  bouncesRequest(node: SimulatedHost): boolean;
  duplicatesRequest(node: SimulatedHost, kind: MessageKind): boolean;
}
