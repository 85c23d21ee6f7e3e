import type { KnownFault } from '../../simulator/index.ts';
import type { SteadyMs } from './journal.ts';
import type { StruckFault } from './rehearsal.ts';
import type { RehearsedHost } from './rehearsed-host.ts';

/** Faults that were arranged, and that struck when a host came to do what fails. */
export function struckBySwitch(
  hosts: readonly RehearsedHost[],
  steadyOf: (realNs: string) => SteadyMs,
): readonly StruckFault[] {
  return hosts.flatMap((host) => [
    ...host.switchLog().flatMap(([realNs = '0', what, kind, , argument = '']): readonly StruckFault[] => {
      const fault = faultOf(what, kind, argument);
      return fault === null ? [] : [{ at: steadyOf(realNs), hostname: host.hostname, fault }];
    }),
    ...probeFaults(host),
  ]);
}

function faultOf(what: string | undefined, kind: string | undefined, argument: string): KnownFault | null {
  switch (what) {
    case 'fault-fail': {
      const params = { exitCode: Number(argument) };
      return kind === 'rollback' ? { fault: 'rollback-fails', params } : { fault: 'activation-fails', params };
    }
    case 'fault-units':
      return { fault: 'units-failed', params: { exitCode: Number(argument) } };
    case 'fault-defer':
      return { fault: 'activation-deferred', params: { component: argument } };
    case 'fault-hang':
      return { fault: 'worker-hangs', params: { extraMs: Math.round(Number(argument) * 1000) } };
    default:
      return null;
  }
}

/** The first failure of each probe: in a rehearsal nothing else fails one. */
function probeFaults({ hostname, lives }: RehearsedHost): readonly StruckFault[] {
  const struck = new Map<string, StruckFault>();
  for (const { lines } of lives) {
    for (const line of lines) {
      if (line.type !== 'input' || line.input.type !== 'ProbeOutcome' || line.input.status !== 'fail') continue;
      const { probeName } = line.input;
      if (struck.has(probeName)) continue;
      struck.set(probeName, { at: line.at, hostname, fault: { fault: 'probe-fails', params: { probeName } } });
    }
  }
  return [...struck.values()];
}
