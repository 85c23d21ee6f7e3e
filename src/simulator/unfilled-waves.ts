import { count, formatCount } from '../text/index.ts';

/** That not every wave that was asked for has a host, for a person; `null` where each can have one. */
export function unfilledWaves(hosts: number, waves: number): string | null {
  if (waves <= hosts) return null;
  const verb = hosts === 1 ? 'fills' : 'fill';
  return `${count(hosts, 'host')} ${verb} no more than ${formatCount(hosts)} of ${count(waves, 'wave')}.`;
}
