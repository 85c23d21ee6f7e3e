import { byCodeUnit } from '../../text/index.ts';
import type { Run } from '../run.ts';
import type { Expectation } from './expectation.ts';

/** The unmet expectations of a run, as sentences. */
export function findUnmet({ outcome, rollouts, hosts, fired, held }: Expectation, run: Run): readonly string[] {
  const unmet: string[] = [];
  if (outcome !== null && run.outcome !== outcome) unmet.push(`outcome: expected ${outcome}, got ${run.outcome}.`);
  const newest = run.rollouts.filter(({ isNewest }) => isNewest);
  for (const [channel, state] of rollouts) {
    const found = newest.find((rollout) => rollout.channel === channel)?.state ?? null;
    if (found !== state) unmet.push(`rollouts.${channel}: expected ${state}, got ${found ?? 'no rollout'}.`);
  }
  const stateOf = new Map(
    newest.flatMap(({ waves }) =>
      waves.flatMap((wave) => wave.hosts.map(({ hostname, state }) => [hostname, state] as const)),
    ),
  );
  for (const [host, state] of [...hosts].sort(([a], [b]) => byCodeUnit(a, b))) {
    const found = stateOf.get(host);
    if (found !== state) unmet.push(`hosts.${host}: expected ${state}, got ${found ?? 'no such host in a rollout'}.`);
  }
  for (const fault of fired) {
    if (!run.faults.some((count) => count.fault === fault && count.count > 0))
      unmet.push(`fired: expected ${fault}, but it never happened.`);
  }
  const gates = new Set<string>(
    run.rollouts.flatMap(({ waves }) =>
      waves.flatMap((wave) => wave.hosts.flatMap(({ heldBack }) => heldBack.map(({ hold }) => hold.gate))),
    ),
  );
  for (const gate of held) if (!gates.has(gate)) unmet.push(`held: expected ${gate}, but it held no host.`);
  return unmet;
}
