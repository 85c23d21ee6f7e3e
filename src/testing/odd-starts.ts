import { hostStates, step, type HostRolloutState, type RolloutPolicy } from '../machine/index.ts';
import { canBeNumbered, eventOf, everyMove, oddlyNumberedMoves, type SideMove } from './moves.ts';
import type { PathPlan } from './path-plan.ts';
import { TRICKY_PROBE } from './moves-probes.ts';
import { crowdedHost, sampleProbes } from './sample-host.ts';
import type { Side } from './side.ts';

const failed = {
  status: 'fail',
  mode: 'enforce',
  lastObservedAt: 1,
  lastPassAt: null,
  failureReason: 'refused',
} as const;

/** Uses `fromEntries`, because in a literal one of the names would set the prototype. */
const failingProbes: HostRolloutState['probes'] = Object.fromEntries(
  [sampleProbes.main, TRICKY_PROBE].map((name) => [name, failed]),
);

/** Records as left by a snapshot, an older version or a rebuilt database, for the same host as `start`. */
function oddRecords(start: HostRolloutState): readonly (readonly [about: string, record: HostRolloutState])[] {
  const { rolloutId, hostname, channel, targetClosure, dispatchedAt, soakDueAt } = start;
  const crowded = { ...crowdedHost, rolloutId, hostname, channel, targetClosure, dispatchedAt, soakDueAt };
  return [
    ['a record that is full', crowded],
    [
      'no closure at dispatch, no soak and no first times',
      {
        ...crowded,
        currentClosureAtDispatch: null,
        currentClosure: null,
        soakDueAt: null,
        probeObservedFirstAt: null,
        probeFailureFirstAt: null,
        policyApplied: start.policyApplied ?? 'halt',
      },
    ],
    ['an empty closure at dispatch', { ...crowded, currentClosureAtDispatch: '' }],
    ['probes that fail', { ...crowded, probes: failingProbes }],
  ];
}

/**
 * Every move in every state, on records in which every touched field shows: one walk of all moves that are refused or
 * stay, and one for each move that leaves.
 */
export function oddWalks(start: HostRolloutState, policy: RolloutPolicy, side: Side): readonly PathPlan[] {
  const moves = [...oddlyNumberedMoves(side), ...everyMove(side)];
  return oddRecords(start).flatMap(([about, odd]) =>
    hostStates.flatMap((state) => {
      const record = { ...odd, state };
      const staying: SideMove[] = [];
      const leaving: SideMove[] = [];
      for (const each of moves) {
        if (!each.move.makesSense(record) || !canBeNumbered(each.numbering, record.lastEventSeq)) continue;
        const event = eventOf(each, { record, policy, at: record.dispatchedAt });
        const result = step(record, event, record.dispatchedAt, policy);
        (result.ok && result.state.state !== state ? leaving : staying).push(each);
      }
      return [staying, ...leaving.map((one) => [one])].map((walk) => ({ about, start: record, moves: walk }));
    }),
  );
}
