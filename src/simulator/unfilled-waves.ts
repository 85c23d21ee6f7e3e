import { count, formatCount } from '../text/index.ts';

/** A sentence for a person if there are more waves than hosts; otherwise `null`. */
export function unfilledWaves(hosts: number, waves: number): string | null {
  if (waves <= hosts) return null;
  const verb = hosts === 1 ? 'fills' : 'fill';
  return `${count(hosts, 'host')} ${verb} no more than ${formatCount(hosts)} of ${count(waves, 'wave')}.`;
}
