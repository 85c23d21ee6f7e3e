import type { LogLevel } from '../machine/index.ts';
import type { Simulation } from './simulation.ts';

/** Logs a warning or an error of a host, or of the control plane (`null`). Lower levels are dropped. */
export function log(world: Simulation, hostname: string | null, level: LogLevel, message: string): void {
  if (level === 'warn' || level === 'error') world.emit({ runMs: world.now, type: 'Logged', hostname, level, message });
}
