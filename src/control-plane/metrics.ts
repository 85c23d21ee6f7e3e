import type { EmitMetric, HostState } from '../machine/index.ts';
import type { RolloutState } from '../rollout/index.ts';
import type { ControlPlane, Rollout } from './state.ts';
import { mapValues } from './name-map.ts';
import { membersOf } from './bits.ts';
import { entryAt, valueAt, valuesOf } from './vector.ts';

/** A value for a combination of labels. */
export type Metric = Pick<EmitMetric, 'name' | 'labels' | 'value'>;

/**
 * The metrics of a control plane: rollouts by state; hosts of each channel's newest rollout by wave and state;
 * outstanding dispatches; unreachable hosts; quarantined closures. Labels name channels, waves and states, so their
 * number does not grow with the fleet or over time.
 */
export function metricsOf(controlPlane: ControlPlane): readonly Metric[] {
  return [
    ...rolloutsByState(controlPlane),
    ...[...controlPlane.rolloutsOfChannel].flatMap(([channel, indexes]) => {
      const newest = indexes.at(-1);
      return newest === undefined ? [] : hostsByState(channel, valueAt(controlPlane.rollouts, newest));
    }),
    metric('nixfleet_outstanding_dispatches', {}, outstandingDispatches(controlPlane)),
    ...hostCounts(controlPlane),
    ...[...controlPlane.quarantine].map(([channel, closures]) =>
      metric('nixfleet_quarantined_closures', { channel }, closures.size),
    ),
  ];
}

function rolloutsByState(controlPlane: ControlPlane): readonly Metric[] {
  const counts = new Map<RolloutState, number>();
  for (const { record } of valuesOf(controlPlane.rollouts))
    counts.set(record.state, (counts.get(record.state) ?? 0) + 1);
  return Array.from(counts, ([state, count]) => metric('nixfleet_rollouts', { state }, count));
}

function hostsByState(channel: string, { plan, hosts }: Rollout): readonly Metric[] {
  const counts: Map<HostState, number>[] = [];
  let position = 0;
  for (const { record } of valuesOf(hosts)) {
    const { wave } = entryAt(plan.hosts, position);
    const ofWave = (counts[wave] ??= new Map());
    ofWave.set(record.state, (ofWave.get(record.state) ?? 0) + 1);
    position += 1;
  }
  return counts.flatMap((ofWave, wave) =>
    Array.from(ofWave, ([state, count]) => metric('nixfleet_hosts', { channel, wave: String(wave), state }, count)),
  );
}

function outstandingDispatches({ rollouts }: ControlPlane): number {
  let count = 0;
  for (const { dispatched } of valuesOf(rollouts)) count += [...membersOf(dispatched)].length;
  return count;
}

function hostCounts({ hosts }: ControlPlane): readonly Metric[] {
  let unreachable = 0;
  for (const member of mapValues(hosts)) if (member.isUnreachable) unreachable += 1;
  return [metric('nixfleet_known_hosts', {}, hosts.size), metric('nixfleet_unreachable_hosts', {}, unreachable)];
}

function metric(name: string, labels: Readonly<Record<string, string>>, value: number): Metric {
  return { name, labels, value };
}
