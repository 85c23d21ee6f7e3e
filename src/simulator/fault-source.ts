import type { ProbeTask } from '../agent/index.ts';
import type { FaultName } from './fault-names.ts';
import type { FaultParams } from './fault-params.ts';
import type { Work, WorkResult } from './happenings.ts';
import type { HostFaults } from './host-faults.ts';
import type { SimulatedHost } from './simulated-host.ts';

/** What goes wrong in a run, by script or by chance, as the nodes ask for it. */
export interface FaultSource {
  /** A fault has really happened; `host` is `null` for one of the control plane. */
  fired<Name extends FaultName>(fault: Name, hostname: string | null, params: FaultParams[Name]): void;
  /** The faults that are armed for a host, to be written to. */
  of(node: SimulatedHost): HostFaults;
  crash(node: SimulatedHost, downMs: number | null, losesTail: boolean, fault?: FaultName): void;
  reboot(node: SimulatedHost, offMs: number | null): void;
  takeOffline(node: SimulatedHost, forMs: number | null): void;
  cutOff(node: SimulatedHost, forMs: number): void;
  rebootLater(node: SimulatedHost, afterMs: number): void;
  crashesBetweenEffects(node: SimulatedHost, at: number, of: number): boolean;
  workResult(node: SimulatedHost, work: Work): WorkResult;
  /** Why this run of a probe fails; `null` if it passes. */
  probeFailure(node: SimulatedHost, rolloutId: string, task: ProbeTask): string | null;
}
