/** A wave, as far as it could be read. */
interface WaveOfHosts {
  readonly hosts: readonly (string | undefined)[] | undefined;
}

/** The wave of each host that the waves list: of several, the first holds. */
export function firstWaves(waves: readonly WaveOfHosts[]): ReadonlyMap<string, number> {
  const waveOf = new Map<string, number>();
  for (const [wave, { hosts }] of waves.entries()) {
    for (const hostname of hosts ?? []) {
      if (hostname !== undefined && !waveOf.has(hostname)) waveOf.set(hostname, wave);
    }
  }
  return waveOf;
}
