/** The readable part of a wave. */
interface WaveOfHosts {
  readonly hosts: readonly (string | undefined)[] | undefined;
}

/** The first wave that lists each host. */
export function firstWaves(waves: readonly WaveOfHosts[]): ReadonlyMap<string, number> {
  const waveOf = new Map<string, number>();
  for (const [wave, { hosts }] of waves.entries()) {
    for (const hostname of hosts ?? []) {
      if (hostname !== undefined && !waveOf.has(hostname)) waveOf.set(hostname, wave);
    }
  }
  return waveOf;
}
