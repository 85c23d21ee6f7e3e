import { step, type HostRolloutState, type HostState } from '../machine/index.ts';
import { eventOf, usualMoves, type SideMove } from './moves.ts';
import { replay } from './replay.ts';
import { sampleHost } from './sample-host.ts';

const POLICY = { onHealthFailure: 'halt' } as const;

/** The shortest sequence of moves that leads to each state. */
function shortestLives(): ReadonlyMap<HostState, readonly SideMove[]> {
  const lives = new Map<HostState, readonly SideMove[]>([[sampleHost.state, []]]);
  // Iterating over a map also visits entries added meanwhile, so this is breadth first.
  for (const life of lives.values()) {
    const record = endOf(life);
    for (const move of usualMoves('agent')) {
      const result = step(record, eventOf(move, { record, policy: POLICY, at: record.dispatchedAt }), 0, POLICY);
      if (result.ok && !lives.has(result.state.state)) lives.set(result.state.state, [...life, move]);
    }
  }
  return lives;
}

function endOf(life: readonly SideMove[]): HostRolloutState {
  const last = replay(sampleHost, POLICY, life).at(-1);
  return last?.expected.ok === true ? last.expected.state : sampleHost;
}

let records: ReadonlyMap<HostState, HostRolloutState> | null = null;

/** A realistic record in this state, reached on the shortest path. Computed on first use. */
export function recordIn(state: HostState): HostRolloutState {
  records ??= new Map([...shortestLives()].map(([reached, life]) => [reached, endOf(life)]));
  const record = records.get(state);
  if (record === undefined) throw new Error(`No life leads to ${state}.`);
  return record;
}
