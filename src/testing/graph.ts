import type { ActorLogic, SnapshotFrom } from 'xstate';
import { adjacencyMapToArray, getAdjacencyMap } from 'xstate/graph';
import {
  hostRolloutMachine,
  recordOfSnapshot,
  snapshotOfRecord,
  step,
  type HostEvent,
  type HostInput,
  type HostRolloutState,
  type RolloutPolicy,
  type StepResult,
} from '../machine/index.ts';
import { sampleProbes } from './sample-host.ts';
import { canBeNumbered, eventOf, type SideMove } from './moves.ts';

/** A move from one vertex, and what it does there. */
export interface Edge {
  readonly move: SideMove;
  readonly to: string;
  readonly event: HostEvent;
  readonly result: StepResult;
}

/** All records that the moves cannot distinguish, represented by one. */
export interface Vertex {
  readonly key: string;
  readonly record: HostRolloutState;
  /** Those that stay here come first, so that a path does everything here before leaving. */
  readonly edges: readonly Edge[];
}

export interface Graph {
  readonly start: Vertex;
  readonly policy: RolloutPolicy;
  readonly vertices: ReadonlyMap<string, Vertex>;
}

export interface GraphOptions {
  readonly start: HostRolloutState;
  readonly policy: RolloutPolicy;
  readonly moves: readonly SideMove[];
  /** Records with equal keys are one vertex. */
  readonly keyOf: (record: HostRolloutState) => string;
}

/** Far above what the moves can reach. A chart that needs more has outgrown this way of testing. */
const MAX_TRAVERSALS = 200_000;

// Safe: `getAdjacencyMap` is typed for logic that emits nothing, but ignores what is emitted.
const chart = hostRolloutMachine as unknown as ActorLogic<
  SnapshotFrom<typeof hostRolloutMachine>,
  HostEvent,
  HostInput
>;

/** The state, and the probes that guards and moves look at: those that block convergence, and the main one. */
export function stateAndProbes(record: HostRolloutState): string {
  const probes = Object.entries(record.probes)
    .filter(([name, { mode, status }]) => (mode === 'enforce' && status === 'fail') || name === sampleProbes.main)
    .map(([name, { mode, status }]) => `${JSON.stringify(name)} ${mode} ${status}`)
    .sort();
  return probes.length === 0 ? record.state : `${record.state} [${probes.join(', ')}]`;
}

/** When the event of a representative happens. Events of a path get their own times. */
const representativeTime = (record: HostRolloutState): number => record.dispatchedAt + 60_000;

const labelOf = ({ move, numbering }: SideMove): string => `${move.type} ${numbering} ${move.name ?? ''}`;

/** What the chart allows and refuses from `start`, as explored by XState in the built machine. */
export function exploreChart({ start, policy, moves, keyOf }: GraphOptions): Graph {
  const taken = new WeakMap<object, SideMove>();
  const offered = (record: HostRolloutState): readonly SideMove[] =>
    moves.filter((each) => each.move.makesSense(record) && canBeNumbered(each.numbering, record.lastEventSeq));

  const adjacency = getAdjacencyMap(chart, {
    fromState: snapshotOfRecord(start, policy),
    serializeState: (snapshot) => keyOf(recordOfSnapshot(snapshot)),
    serializeEvent: (event) => labelOf(moveOf(event)),
    limit: MAX_TRAVERSALS,
    events: (snapshot) => {
      const record = recordOfSnapshot(snapshot);
      return offered(record).map((each) => {
        const event = eventOf(each, { record, policy, at: representativeTime(record) });
        taken.set(event, each);
        return event;
      });
    },
  });

  const edgesFrom = new Map<string, Edge[]>(Object.keys(adjacency).map((key) => [key, []]));
  for (const { state, event, nextState } of adjacencyMapToArray(adjacency)) {
    const [before, from, to] = [
      recordOfSnapshot(state),
      keyOf(recordOfSnapshot(state)),
      keyOf(recordOfSnapshot(nextState)),
    ];
    const result = step(before, event, representativeTime(before), policy);
    edgesFrom.get(from)?.push({ move: moveOf(event), to, event, result });
  }
  const vertices = new Map<string, Vertex>();
  for (const [key, { state }] of Object.entries(adjacency)) {
    const edges = edgesFrom.get(key) ?? [];
    const staying = edges.filter(({ to }) => to === key);
    const leaving = edges.filter(({ to }) => to !== key);
    vertices.set(key, {
      key,
      record: recordOfSnapshot(state),
      edges: [...staying, ...leaving],
    });
  }
  return { start: vertexAt(vertices, keyOf(start)), policy, vertices };

  function moveOf(event: object): SideMove {
    const found = taken.get(event);
    if (found === undefined) throw new Error('An event came out of the exploration that never went into it.');
    return found;
  }
}

export function vertexAt(vertices: ReadonlyMap<string, Vertex>, key: string): Vertex {
  const vertex = vertices.get(key);
  if (vertex === undefined) throw new Error(`The explored chart has no "${key}".`);
  return vertex;
}
