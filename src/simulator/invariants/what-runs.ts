import type { RolloutManifest } from '../../fleet/index.ts';
import type { RolloutBook } from '../ledger.ts';
import type { SimulatedHost } from '../simulated-host.ts';
import type { MakeInvariant } from './invariant.ts';
import { PerHost } from './per-host.ts';

/**
 * Records match what the machines run. At rest, a host that is Converged in its newest rollout runs its target, and a
 * Reverted one runs what it ran at dispatch. When a rollout becomes Terminal, each host ran its target when it converged.
 * This does not apply after a switch by hand or a false report by a worker.
 */
export const whatRuns: MakeInvariant = ({ ledger, nodeOf, broken }) => {
  const atDispatch = new PerHost<string | null>(null);
  /** By rollout, the hosts that did not run their target when they converged, and what they ran. */
  const strayed = new Map<string, Map<string, string>>();

  const targetOf = ({ hosts }: RolloutManifest, at: number): string => {
    const host = hosts[at];
    if (host === undefined) throw new Error(`The rollout has no host at ${at}.`);
    return host.targetClosure;
  };

  const noteConverged = (book: RolloutBook, at: number, node: SimulatedHost): void => {
    if (isBeyondPromise(node) || node.closure === targetOf(book.manifest, at)) return;
    const hosts = strayed.get(book.rolloutId) ?? new Map<string, string>();
    strayed.set(book.rolloutId, hosts.set(node.name, node.closure));
  };

  const checkAtRest = (node: SimulatedHost): void => {
    if (node.work !== null || isBeyondPromise(node)) return;
    const { book, at } = ledger.newestOf(node.name);
    if (book === null) return;
    const { rolloutId } = book;
    const state = book.states[at];
    const closure = state === 'Reverted' ? atDispatch.get(rolloutId, node.index) : targetOf(book.manifest, at);
    if ((state !== 'Converged' && state !== 'Reverted') || closure === null || node.closure === closure) return;
    broken(
      'what runs',
      node.name,
      rolloutId,
      `${node.name} is ${state} in ${rolloutId} and runs ${node.closure}, and not ${closure}.`,
    );
  };

  return {
    emitted: (node, { rolloutId, payload }) => {
      if (payload.type === 'DispatchAck') {
        atDispatch.set(rolloutId, node.index, node.wasMisreported ? payload.currentClosureAtDispatch : node.closure);
      }
      if (payload.type !== 'Converged') return;
      const { book, at } = ledger.find(rolloutId, node.name);
      if (book !== null) noteConverged(book, at, node);
    },
    effects: {
      // Reported convergences were checked when they happened; synthesized ones happen here.
      SynthesizeEvent: ({ rolloutId, host, event }) => {
        const { book, at } = ledger.find(rolloutId, host);
        const node = nodeOf(host);
        if (event === 'RemoteConverged' && book !== null && node !== null) noteConverged(book, at, node);
      },
      RecordRolloutTransition: ({ rolloutId, to }) => {
        if (to !== 'Terminal') return;
        for (const [host, closure] of strayed.get(rolloutId) ?? []) {
          broken(
            'what runs',
            host,
            rolloutId,
            `${rolloutId} is Terminal, and ${host} ran ${closure} when it converged, and not its target.`,
          );
        }
      },
    },
    atRest: checkAtRest,
    runEnded: checkAtRest,
  };
};

const isBeyondPromise = (node: SimulatedHost): boolean => node.wasSwitchedByHand || node.wasMisreported;
