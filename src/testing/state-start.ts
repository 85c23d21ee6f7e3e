import type { HostRolloutState, HostState } from '../machine/record.ts';
import { generatePaths } from './generate.ts';
import { sampleHost } from './sample-host.ts';

/** A realistic record in this state: the one that the shortest life leads to. */
export function recordIn(state: HostState): HostRolloutState {
  const { paths } = generatePaths({
    criterion: { kind: 'full', name: 'allStates' },
    side: 'agent',
    onHealthFailure: 'halt',
  });
  const met = paths.flatMap(({ steps }) => steps.flatMap(({ expected }) => (expected.ok ? [expected.state] : [])));
  const found = [sampleHost, ...met].filter((record) => record.state === state);
  const [first] = found.toSorted((a, b) => a.lastEventSeq - b.lastEventSeq);
  if (first === undefined) throw new Error(`No life leads to ${state}.`);
  return first;
}
